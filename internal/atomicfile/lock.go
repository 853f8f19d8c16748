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
	lock := flock.New(lockOf(path), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = ErrLocked
	}
	return lock.Unlock, err
}

// IsLocked reports whether another process holds the lock of the file at path.
func IsLocked(path string) bool {
	lock := flock.New(lockOf(path), flock.SetFlag(os.O_RDONLY))
	taken, err := lock.TryRLock()
	return err == nil && (!taken || lock.Unlock() != nil)
}

// RemoveLocked removes a file that the caller has locked.
func RemoveLocked(path string) error {
	err := os.Remove(path)
	if lock := lockOf(path); lock != path {
		_ = os.Remove(lock) // another process may be trying to lock it
	}
	return err
}

// lockOf returns the path of the file that is the lock of another.
func lockOf(path string) string {
	if runtime.GOOS == "windows" {
		return path + ".lock"
	}
	return path
}
