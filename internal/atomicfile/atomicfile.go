// Package atomicfile replaces files atomically, and locks files that only one process
// may write.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// ErrNotRegular is the error of Write if the path is not a regular file, such as a pipe.
var ErrNotRegular = errors.New("not a regular file")

// Write replaces the content of a file in one step: after a crash, and for readers, the
// file has either the old content or all of the new. If path is a symbolic link, Write
// replaces its target. An existing file keeps its permissions.
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

// replace writes a temporary file in the directory of path and renames it to path.
func replace(path string, data []byte, old fs.FileInfo) (err error) {
	temporary := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // the umask restricts the permissions
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: errors.Unwrap(err)} // the user does not know the name of the temporary file
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(temporary))
		}
	}()
	_, writeErr := file.Write(data)
	if old != nil {
		writeErr = errors.Join(writeErr, file.Chmod(old.Mode().Perm()))
	}
	if err := errors.Join(writeErr, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// MakeDir creates a directory for its owner only, with all parents, so that they survive a
// crash. It does nothing if the directory exists.
func MakeDir(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "mkdir", Path: path, Err: errors.New("not a directory")}
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return err
	}
	parent := filepath.Dir(path)
	if err := MakeDir(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return SyncDir(parent)
}

// SyncDir flushes a directory to disk, so that its file names survive a crash. On Windows
// it does nothing: there is no such call, and none is needed.
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
