package command

import (
	"errors"
	"os"
	"syscall"
)

// neededDescriptors is the number of files that a run must be able to open.
const neededDescriptors = 16

// expectDescriptors fails if too few files can be opened. It avoids package os, which
// starts the poller of the Go runtime: that ends a program without descriptors with exit
// code 2.
func expectDescriptors() (err error) {
	for range neededDescriptors {
		file, failed := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
		if errors.Is(failed, syscall.EMFILE) || errors.Is(failed, syscall.ENFILE) {
			return errors.New("the limit on open files is too low (raise it with ulimit -n)")
		}
		if failed == nil {
			defer func() { err = errors.Join(err, syscall.Close(file)) }()
		}
	}
	return err
}
