package atomicfile

import (
	"os"
	"path/filepath"
)

// IsSame reports whether two paths refer to the same file. The file need not exist.
func IsSame(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return Place(a) == Place(b)
}

// Place returns the absolute path, with symbolic links to its directory resolved.
func Place(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if directory, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(directory, filepath.Base(path))
	}
	return path
}
