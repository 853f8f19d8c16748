package atomicfile

import (
	"errors"
	"os"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrLocked is the error of Lock where another process holds the lock.
var ErrLocked = errors.New("locked by another process")

// Lock keeps other processes from locking the file at path until unlock is called
// or the process ends. On Windows, where a locked file can be neither read nor
// written through another handle, a file beside it is locked in its place.
func Lock(path string) (unlock func() error, err error) {
	if runtime.GOOS == "windows" {
		path += ".lock"
	}
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = ErrLocked
	}
	return lock.Unlock, err
}
