package gitfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

const (
	mostOfListing = 16 << 20 // bytes
	mostOfErrors  = 4 << 10  // bytes
	// lastWait is how long the output is awaited after git has been killed.
	lastWait = time.Second
)

// exitError is the failure of a git command.
type exitError struct {
	command, message string
}

func (e *exitError) Error() string { return fmt.Sprintf("git %s failed: %s", e.command, e.message) }

// git runs a git command and returns its output of at most this many bytes. A directory that only
// looks like a repository, which anyone can commit, is none. The program gets no credentials.
func git(ctx context.Context, most int64, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-replace-objects", "--literal-pathspecs", "-c", "safe.bareRepository=explicit"}, args...)...) //nolint:gosec // G204: no shell, and no ref or path that is an option
	cmd.Env = append(slices.DeleteFunc(os.Environ(), isOurs), "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	cmd.WaitDelay = lastWait
	stdout, stderr := &limited{most: most}, &limited{most: mostOfErrors}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, exec.ErrNotFound):
		return nil, errors.New("the git program is not installed (install git, or use --policy-from FILE)")
	case stdout.isFull:
		return nil, fmt.Errorf("git %s returned more than %d MiB", args[0], most>>20)
	case err != nil:
		message, _, _ := strings.Cut(strings.TrimSpace(string(stderr.data)), "\n")
		if message == "" {
			message = err.Error()
		}
		return nil, &exitError{args[0], message}
	}
	return stdout.data, nil
}

func isOurs(variable string) bool {
	return strings.HasPrefix(variable, "SAIL_") || strings.HasPrefix(variable, "CLUSTERCTL_")
}

// limited keeps the first bytes, and fails if there are more.
type limited struct {
	data   []byte
	most   int64
	isFull bool
}

func (l *limited) Write(data []byte) (int, error) {
	if int64(len(l.data)+len(data)) > l.most {
		l.isFull = true
		return 0, errors.New("too much output")
	}
	l.data = append(l.data, data...)
	return len(data), nil
}
