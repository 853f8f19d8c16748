package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/terminal"
)

// TestPictures checks that the pictures of a terminal in the documentation show what the
// program prints now.
func TestPictures(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"plan", "drift", "status"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			want := pictureOf(t, command)
			name := "docs/images/" + command + ".svg"
			if *update {
				if err := os.WriteFile(filepath.Join(docs, name), []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got := read(t, name); got != want {
				t.Errorf("%s does not show what the program prints (run make docs)", name)
			}
		})
	}
}

// pictureOf draws the output of a command on a tenant that is the same each time.
func pictureOf(t *testing.T, command string) string {
	t.Helper()
	dir := t.TempDir()
	tenant, err := sandbox.Open(sandbox.Options{Dir: dir, Seed: 6, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Close(); err != nil {
		t.Fatal(err)
	}
	args := []string{"clusterctl", command, "--sandbox", dir, "--now", noon().Format("2006-01-02T15:04:05Z"), "--color", "always"}
	if command != "status" {
		args = append(args, "--file", filepath.Join(docs, "testdata/pictures/clusters.yaml"))
	}
	var stdout, stderr bytes.Buffer
	Run(args, Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }, Now: noon})
	if stderr.Len() > 0 || stdout.Len() == 0 {
		t.Fatalf("stderr:\n%s", stderr.String())
	}
	printed := strings.ReplaceAll(stdout.String(), filepath.ToSlash(filepath.Join(docs, "testdata/pictures"))+"/", "")
	printed = strings.ReplaceAll(printed, dir, "./rehearsal")
	columns := 104
	if command == "status" { // a wide table
		columns = 128
	}
	return terminal.SVG("clusterctl "+command, "$ clusterctl "+command+" --sandbox ./rehearsal\n"+printed, columns)
}
