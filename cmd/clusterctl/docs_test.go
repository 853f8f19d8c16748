//go:build unix

package main

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/docstest"
)

// docs is the root of the repository, in which the pages are.
const docs = "../.."

// TestDocumentation runs the pages on embedded tenants, each in a directory of
// its own. What a page says how to mark its blocks is told in package docstest.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"docs/tutorial/adopt.md"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(docs, name))
			if err != nil {
				t.Fatal(err)
			}
			page, err := docstest.Parse(name, string(text))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			if err := readersShell(t).Run(ctx, page); err != nil {
				t.Error(err)
			}
		})
	}
}

// readersShell is that of somebody who has the program and git, and nothing set
// for either. The embedded tenant is served elsewhere than it says, where nobody
// else is.
func readersShell(t *testing.T) docstest.Shell {
	t.Helper()
	const usual = "127.0.0.1:8980"
	address := freeAddress(t)
	dir := t.TempDir()
	return docstest.Shell{
		Dir: dir,
		Env: []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + t.TempDir(),
			"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull,
			"GIT_AUTHOR_NAME=Reader", "GIT_AUTHOR_EMAIL=reader@example.com",
			"GIT_COMMITTER_NAME=Reader", "GIT_COMMITTER_EMAIL=reader@example.com",
			"CLUSTERCTL_LISTEN=" + address,
		},
		Replace: strings.NewReplacer(usual, address),
	}
}

// freeAddress is one on which nobody listens at the moment.
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
