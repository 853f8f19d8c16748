package receipt

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clusterctl/internal/atomicfile"
)

// ErrLocked is returned by Open while another run writes to the receipt.
var ErrLocked = atomicfile.ErrLocked

// File is a receipt opened for a run to append to.
type File struct {
	path    string
	file    *os.File
	unlock  func() error
	prepare func(line []byte) ([]byte, error)
}

// Open opens or creates the receipt at path, and returns its content: a killed run and the next
// one share a receipt. It is locked, since concurrent writes would make it unreadable. Reading
// alone needs no lock.
func Open(path string) (*File, Receipt, error) {
	file, err := openFile(path)
	if err != nil {
		return nil, Receipt{}, err
	}
	unlock, err := atomicfile.Lock(path)
	if err != nil {
		_ = file.Close() // the first error says more
		return nil, Receipt{}, fmt.Errorf("lock: %w", err)
	}
	f := &File{path: path, file: file, unlock: unlock}
	past, err := Read(path, file)
	if err != nil {
		_ = f.Close() // the error at hand says more
		return nil, Receipt{}, err
	}
	return f, past, nil
}

// openFile opens a file for reading and appending. It must be a regular file to keep what is
// written.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	switch {
	case isNew:
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil || !isNew {
		return file, err
	}
	if err := atomicfile.SyncDir(filepath.Dir(path)); err != nil {
		_ = file.Close() // the error at hand says more
		return nil, err
	}
	return file, nil
}

// Journal returns a journal that appends a run, after a line that may be incomplete. Each line is
// written as prepare returns it.
func (f *File) Journal(prepare func(line []byte) ([]byte, error)) (*Journal, error) {
	if err := f.endLine(); err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	f.prepare = prepare
	return NewJournal(f), nil
}

// endLine writes a newline if the file does not end with one.
func (f *File) endLine() error {
	size, err := f.file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := f.file.ReadAt(last, size-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.file.WriteString("\n")
	return err
}

// Write appends a line.
func (f *File) Write(line []byte) (int, error) {
	prepared, err := f.prepare(line)
	if err == nil {
		_, err = f.file.Write(prepared)
	}
	if err != nil {
		return 0, err
	}
	return len(line), nil
}

// Sync returns once the written data would survive a crash of the machine.
func (f *File) Sync() error { return f.file.Sync() }

// Path returns the path that the receipt was opened at.
func (f *File) Path() string { return f.path }

// Discard closes, deletes and unlocks the receipt.
func (f *File) Discard() error {
	return errors.Join(f.file.Close(), atomicfile.RemoveLocked(f.path), f.unlock())
}

// Close closes and unlocks the receipt.
func (f *File) Close() error { return errors.Join(f.file.Close(), f.unlock()) }
