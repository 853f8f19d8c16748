package gitfile

import (
	"errors"
	"strings"
	"testing"
)

// TestGit checks what git is given, and that its output is bounded.
func TestGit(t *testing.T) {
	t.Setenv("SAIL_CLIENT_SECRET", "hush")
	t.Setenv("CLUSTERCTL_ACCESS_TOKEN", "hush")
	t.Setenv("OTHER_VARIABLE", "shown")
	environment := []string{"-c", "alias.environment=!env", "environment"}
	output, err := git(t.Context(), 1<<20, environment...)
	if err != nil || strings.Contains(string(output), "hush") || !strings.Contains(string(output), "OTHER_VARIABLE=shown") {
		t.Errorf("the environment: %v\n%s", err, output)
	}
	if output, err = git(t.Context(), 10, environment...); err == nil || output != nil || !strings.Contains(err.Error(), "returned more than") {
		t.Errorf("too much output: %v\n%s", err, output)
	}
	_, err = git(t.Context(), 10, "no-such-command")
	if failed, ok := errors.AsType[*exitError](err); !ok || !strings.HasPrefix(failed.Error(), "git no-such-command failed: git: 'no-such-command' is not a git command") {
		t.Errorf("a failure: %v", err)
	}
}
