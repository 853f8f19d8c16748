//go:build unix

package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMonth runs the month of a team, a script that builds the program and checks each
// step.
func TestMonth(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "sh", filepath.Join(docs, "scripts", "month.sh"))
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	var out, warned strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &warned
	err := cmd.Run()
	const last = "\nNo changes. 10 clusters match.\n"
	if err != nil || !strings.HasSuffix(out.String(), last) {
		t.Errorf("%v, and it does not end with %q:\n%s%s", err, last, out.String(), warned.String())
	}
}
