package command

import (
	"errors"
	"os"
	"syscall"
)

// neededDescriptors is how many files a run must be able to have open.
const neededDescriptors = 16

// expectDescriptors fails where too few files can be opened. The poller of the Go runtime,
// which package os would start, ends a program that lacks them with exit code 2.
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
