package sandbox

import (
	"os"
	"path/filepath"
	"testing"
)

// A state file that was cut off is an error. The database maps it into memory, and
// a page that is not there would end the program.
func TestStateThatWasCutOffIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tenant, err := Open(Options{Dir: dir, Seed: 50})
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Close(); err != nil {
		t.Fatal(err)
	}
	state, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		t.Fatal(err)
	}
	for size := 4096; size < len(state)/2; size += 4096 {
		cut := t.TempDir()
		if err := os.WriteFile(filepath.Join(cut, stateFile), state[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(Options{Dir: cut}); err == nil {
			t.Errorf("%d of %d bytes can be opened", size, len(state))
		}
	}
}
