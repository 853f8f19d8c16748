package command

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const examples = "../../examples/"

// runQuietly runs a command line that must exit with 0 and print nothing on stderr, and
// returns its stdout.
func runQuietly(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	e := quietEnv()
	e.Stdout, e.Stderr = &stdout, &stderr
	code := Run(append([]string{"clusterctl"}, args...), e)
	if code != exitDone || stderr.Len() > 0 {
		t.Errorf("%s: exit code %d, stderr:\n%s", strings.Join(args, " "), code, stderr.String())
	}
	return stdout.String()
}

// quietEnv is an environment without variables whose output goes nowhere.
func quietEnv() Env {
	return Env{
		Stdin:     strings.NewReader(""),
		Stdout:    io.Discard,
		Stderr:    io.Discard,
		Getenv:    func(string) string { return "" },
		Now:       func() time.Time { return time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC) },
		Transport: &http.Transport{DisableKeepAlives: true},
	}
}

// TestExamplesAreCanonical checks that all examples are formatted.
func TestExamplesAreCanonical(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"*.yaml", "tenants/*/*.yaml"} {
		paths, err := filepath.Glob(examples + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		for _, path := range paths {
			if out := runQuietly(t, "fmt", "--check", "-f", path); out != "" {
				t.Errorf("not canonical: %s", out)
			}
		}
	}
}

// TestExamplesAreValid checks that validate reports nothing, not even a warning, for the
// example of one tenant.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	if out := runQuietly(t, "validate", "--strict", "-f", examples+"clusters.yaml"); out != "" {
		t.Errorf("stdout: %s", out)
	}
}

// TestExampleOfSeveralTenants runs the commands of the example's README on sandboxes, and
// validates the same files.
func TestExampleOfSeveralTenants(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(examples + "tenants/README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(examples+"tenants")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "clusterctl.yaml")
	project, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	project = regexp.MustCompile(`baseURL: https://(\S+)`).ReplaceAll(project, []byte("sandbox: state/$1"))
	if err := os.WriteFile(file, project, 0o600); err != nil {
		t.Fatal(err)
	}
	plans := 0
	for line := range strings.Lines(string(readme)) {
		tenant, ok := strings.CutPrefix(line, "clusterctl plan --tenant ")
		if !ok {
			continue
		}
		plans++
		args := []string{"--tenant", strings.Trim(tenant, "'\n"), "--project", file}
		runQuietly(t, append([]string{"validate", "--strict"}, args...)...)
		if out := runQuietly(t, append([]string{"plan"}, args...)...); !strings.Contains(out, " to create, 0 to update, 0 log configs to set, 0 to delete.\n") {
			t.Errorf("%s: not the plan of an empty tenant:\n%s", line, out)
		}
	}
	if plans != 3 {
		t.Errorf("%d plans in the README, want 3", plans)
	}
}
