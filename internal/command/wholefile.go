package command

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// writeWhole gives a file its content in one step: a reader, or a crash, finds
// either what was there before or all of the new. The file behind a link is
// replaced, not the link, and one that is there keeps its permissions. What is no
// regular file, such as a pipe, is written to as it is, until stop is closed.
func writeWhole(path string, data []byte, stop <-chan struct{}) error {
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
		return writeInto(path, data, stop)
	default:
		return replace(path, data, info)
	}
}

// writeInto writes to what is there, such as a pipe, which waits for its reader.
func writeInto(path string, data []byte, stop <-chan struct{}) error {
	ctx, cancel := untilClosed(context.Background(), stop)
	defer cancel()
	_, err := bounded(ctx, func() (struct{}, error) { return struct{}{}, os.WriteFile(path, data, 0) })
	return err
}

// replace writes a file beside path, and puts it in the place of path.
func replace(path string, data []byte, old fs.FileInfo) (err error) {
	beside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	file, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) //nolint:gosec // as every program does: the umask says who may read it
	if err != nil {
		return about(path, err)
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

// about makes an error name the file that a person gave, not the one beside it.
func about(path string, err error) error {
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: failed.Op, Path: path, Err: failed.Err}
	}
	return err
}
