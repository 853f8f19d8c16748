package command

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/wire"
)

// A run that is still writing its receipt is not rolled back.
func TestUndoLastWaitsForItsRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	wire.WriteFile(t, filepath.Join(dir, "clusters.yaml"), []byte("version: 1\nclusters:\n  - name: va-new\n"))
	run := func(args ...string) (int, string) {
		var stderr strings.Builder
		code := Run(append(append([]string{"clusterctl"}, args...), "--sandbox", filepath.Join(dir, "tenant"), "--auto-approve"), Env{
			Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &stderr, Now: time.Now,
			Getenv: func(name string) string {
				return map[string]string{"CLUSTERCTL_STATE_DIR": filepath.Join(dir, "state")}[name]
			},
		})
		return code, stderr.String()
	}
	if code, stderr := run("apply", "--file", filepath.Join(dir, "clusters.yaml")); code != exitDone {
		t.Fatalf("%d: %s", code, stderr)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "state", "receipts", "*", "*.jsonl"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v, %v", kept, err)
	}
	writing, _, err := receipt.Open(kept[0])
	if err != nil {
		t.Fatal(err)
	}
	code, stderr := run("undo", "--last")
	if want := "error: --last: another run on this tenant is still writing to " + kept[0] + " (wait for its end)\n"; code != exitRefused || stderr != want {
		t.Errorf("%d: %s", code, stderr)
	}
	if err := writing.Close(); err != nil {
		t.Fatal(err)
	}
	if code, stderr := run("undo", "--last"); code != exitDone {
		t.Errorf("%d: %s", code, stderr)
	}
}
