// Package atomicfile replaces files so that nobody finds one half-written, and
// locks those that one process alone may write.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrNotRegular is the error of Write for a path that leads to no regular file,
// such as a pipe.
var ErrNotRegular = errors.New("not a regular file")

// Write gives a file its content in one step: a reader, or a crash, finds either
// the old content or all of the new. Of a link it replaces the target. An existing
// file keeps its permissions.
func Write(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return replace(path, data, nil)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "replace", Path: path, Err: ErrNotRegular}
	default:
		return replace(path, data, info)
	}
}

// replace writes a file beside path and renames it to path.
func replace(path string, data []byte, old fs.FileInfo) (err error) {
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // as every program does: the umask says who may read it
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: errors.Unwrap(err)} // nobody gave the name of the file beside it
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(beside))
		}
	}()
	_, writeErr := file.Write(data)
	if old != nil {
		writeErr = errors.Join(writeErr, file.Chmod(old.Mode().Perm()))
	}
	if err := errors.Join(writeErr, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(beside, path)
}

// SyncDir makes the names of a directory outlast a crash. Windows has no such call
// and needs none.
func SyncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	directory, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}
