package command

import (
	"errors"
	"os"
	"syscall"
)

// neededDescriptors is how many files a run must be able to have open.
const neededDescriptors = 16

// expectDescriptors fails where too few files can be opened. The Go runtime ends
// a program that cannot have two for its poller with exit code 2. Package os would
// start the poller, so this goes past it.
func expectDescriptors() (err error) {
	for range neededDescriptors {
		file, failed := syscall.Open(os.DevNull, syscall.O_RDONLY, 0)
		if errors.Is(failed, syscall.EMFILE) || errors.Is(failed, syscall.ENFILE) {
			return errors.New("too few files can be opened (raise the limit with ulimit -n)")
		}
		if failed == nil {
			defer func() { err = errors.Join(err, syscall.Close(file)) }()
		}
	}
	return err
}
