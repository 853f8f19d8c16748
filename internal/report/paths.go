package report

import "path/filepath"

// Paths translates the path of a file, as it was given, to the one by which a forge
// knows it: relative to the root of the repository. A nil Paths leaves it as it is.
type Paths func(file string) string

// of is the path that a report has, with slashes on every system.
func (p Paths) of(file string) string {
	if p != nil {
		file = p(file)
	}
	return filepath.ToSlash(file)
}
