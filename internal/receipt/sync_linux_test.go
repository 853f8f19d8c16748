package receipt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// TestOpenSyncsTheDirectory creates a receipt where files can be created, but the directory
// cannot be opened: its name would not survive a crash, so no run begins.
func TestOpenSyncsTheDirectory(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "receipt") //nolint:usetesting // TMPDIR may be in a directory that only root may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = os.Chmod(dir, 0o700), os.RemoveAll(dir) }) // nothing depends on it
	if err := os.Chmod(dir, 0o333); err != nil {
		t.Fatal(err)
	}
	opened := make(chan error)
	go func() {
		if os.Geteuid() == 0 { // who may open everything; this thread no more
			runtime.LockOSThread() // until it ends with the goroutine
			const nobody = 65534
			_ = syscall.Setfsuid(nobody) // where this fails, so does the test
		}
		_, _, err := Open(filepath.Join(dir, "receipt.jsonl"))
		opened <- err
	}()
	if err := <-opened; !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the error is %v, want %v", err, fs.ErrPermission)
	}
}
