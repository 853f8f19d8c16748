package atomicfile

import (
	"errors"
	"os"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrLocked is the error of Lock if another process holds the lock.
var ErrLocked = errors.New("locked by another process")

// Lock locks the file at path against other processes until unlock is called or the
// process ends. On Windows, a locked file cannot be read or written through another
// handle, so Lock locks path + ".lock" instead.
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
