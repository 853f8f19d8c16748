//go:build unix

package command

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/testkit/docstest"
)

// servingPage is the page that serves a tenant and calls its API with curl.
const servingPage = "docs/reference/sandbox.md"

// TestDocumentation runs the pages on embedded tenants, each in a directory of
// its own. Package docstest documents how a page marks its blocks. With -update
// it rewrites the blocks of output.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	for _, name := range pages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docstest.Parse(name, read(t, name))
			if err != nil {
				t.Fatal(err)
			}
			if len(page.Blocks) == 0 || !canRun(name) {
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			shell := readersShell(t, name)
			if *update {
				rewrite(ctx, t, shell, page)
			} else if err := shell.Run(ctx, page); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSymptomsAreReal checks that the program prints every message in the
// troubleshooting page: each block is the output of a command that runs.
func TestSymptomsAreReal(t *testing.T) {
	t.Parallel()
	const name = "docs/how-to/troubleshooting.md"
	text := read(t, name)
	page, err := docstest.Parse(name, text)
	if err != nil {
		t.Fatal(err)
	}
	printed := 0
	for _, b := range page.Blocks {
		if b.Output != nil {
			printed++
		}
	}
	if shown := strings.Count(text, "```") / 2; shown != printed || shown == 0 {
		t.Errorf("the page shows %d messages, of which commands print %d", shown, printed)
	}
}

// rewrite writes a page with the output that the program has now.
func rewrite(ctx context.Context, t *testing.T, shell docstest.Shell, page docstest.Page) {
	t.Helper()
	text, err := shell.Update(ctx, page)
	if err != nil {
		t.Fatal(err)
	}
	if text == read(t, page.Name) {
		return
	}
	if err := os.WriteFile(filepath.Join(docs, page.Name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// canRun reports whether a page can run here. One page needs curl, which the tests
// must not require.
func canRun(name string) bool {
	_, err := exec.LookPath("curl")
	return err == nil || name != servingPage
}

// readersShell returns the shell of a reader who has the program, the examples and git
// without any configuration. The embedded tenant listens on a free port instead of the
// usual one.
func readersShell(t *testing.T, name string) docstest.Shell {
	t.Helper()
	const usual = "127.0.0.1:8980"
	address := freeAddress(t)
	dir := t.TempDir()
	examples, err := filepath.Abs(filepath.Join(docs, "examples"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(examples, filepath.Join(dir, "examples")); err != nil {
		t.Fatal(err)
	}
	return docstest.Shell{
		Dir: dir,
		Env: append(presume(t, name, dir),
			"PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+t.TempDir(),
			"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
			"GIT_AUTHOR_NAME=Reader", "GIT_AUTHOR_EMAIL=reader@example.com",
			"GIT_COMMITTER_NAME=Reader", "GIT_COMMITTER_EMAIL=reader@example.com",
			"CLUSTERCTL_LISTEN="+address,
			"GORACE=atexit_sleep_ms=0", // the race detector waits 1 s otherwise
		),
		Replace: map[string]string{usual: address},
	}
}

// presume creates what a how-to or a reference page expects its reader to have: a
// desired-state file, and for the reference a sandbox. One page serves its own.
func presume(t *testing.T, name, dir string) (variables []string) {
	t.Helper()
	section := path.Dir(name)
	if section == "docs/how-to" || section == "docs/reference" {
		if err := os.WriteFile(filepath.Join(dir, defaultFile), []byte(read(t, "examples/clusters.yaml")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if section == "docs/reference" && name != servingPage {
		variables = append(variables, "CLUSTERCTL_SANDBOX=tenant")
	}
	return variables
}

// freeAddress returns an address that is free at the moment.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}
