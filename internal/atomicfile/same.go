package atomicfile

import (
	"os"
	"path/filepath"
)

// IsSame reports whether two paths lead to one file, whether it exists or not.
func IsSame(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return place(a) == place(b)
}

// place is an absolute path without links to directories.
func place(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if directory, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(directory, filepath.Base(path))
	}
	return path
}
