package arch

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMutationsApply keeps the list of scripts/mutate.sh in step with the code: a
// mutation whose text is not there, or is there twice, would try nothing.
func TestMutationsApply(t *testing.T) {
	t.Parallel()
	lookAtEverything(t)
	check := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "scripts", "mutate.sh"), "--check")
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
