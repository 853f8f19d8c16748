package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMutationsApply keeps the list of scripts/mutate.sh in step with the code: a
// mutation whose text is not there, or is there twice, would try nothing.
func TestMutationsApply(t *testing.T) {
	t.Parallel()
	const root = "../../.."
	// The script reads the files in a process of its own. A look at each makes the
	// go command test again after one has changed.
	for _, folder := range []string{"cmd", "internal", "scripts"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "scripts", "mutate.sh"), "--check")
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
