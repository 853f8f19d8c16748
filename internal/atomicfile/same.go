package atomicfile

import (
	"os"
	"path/filepath"
)

// IsSame reports whether two paths lead to one file, whether it exists or not.
func IsSame(a, b string) bool {
	if resolve(a) == resolve(b) {
		return true
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// resolve follows links. Of a file that does not exist it resolves the directory.
func resolve(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	if directory, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(directory, filepath.Base(path))
	}
	return path
}
