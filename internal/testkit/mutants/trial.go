package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// verdict is the result of the tests for a mutant.
type verdict string

const (
	killed   verdict = "killed"
	timedOut verdict = "timed out"
	survived verdict = "survived"
)

// trial tests mutants.
type trial struct {
	tmp    string
	stages []stage
}

// stage is a run of go test that a mutant must pass to survive.
type stage struct {
	args  []string
	limit func() (time.Duration, error) // of the time for one mutant
}

func newTrial(ctx context.Context, tmp string, o options) trial {
	t := trial{tmp: tmp, stages: []stage{newStage(ctx, tmp, o.tests)}}
	if len(o.then) > 0 {
		t.stages = append(t.stages, newStage(ctx, tmp, o.then))
	}
	return t
}

// newStage returns a stage that first runs without a mutant, because tests that
// fail anyway notice nothing. How long this takes sets the limit for mutants.
func newStage(ctx context.Context, tmp string, args []string) stage {
	return stage{args: args, limit: sync.OnceValues(func() (time.Duration, error) {
		start := time.Now()
		v, err := goTest(ctx, tmp, args)
		if err == nil && v != survived {
			err = fmt.Errorf("go test %q: fails without a mutant", args)
		}
		return 10*time.Second + 3*time.Since(start).Round(time.Second), err
	})}
}

// try runs a mutant through the stages until one of them notices it.
func (t trial) try(ctx context.Context, m mutant) (v verdict, err error) {
	dir, err := os.MkdirTemp(t.tmp, "")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	overlay, err := writeOverlay(dir, m)
	if err != nil {
		return "", err
	}
	for _, s := range t.stages {
		limit, err := s.limit()
		if err != nil {
			return "", err
		}
		v, err := goTest(ctx, dir, slices.Concat([]string{"-overlay", overlay, "-timeout", limit.String()}, s.args))
		if err != nil || v != survived {
			return v, err
		}
	}
	return survived, nil
}

// writeOverlay writes what makes the go command read a mutant in place of its file.
func writeOverlay(dir string, m mutant) (string, error) {
	file, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {m.path: file}})
	if err != nil {
		return "", err
	}
	return overlay, errors.Join(os.WriteFile(file, m.text(), 0o600), os.WriteFile(overlay, replace, 0o600))
}

// goTest runs go test. A mutant may allocate in an endless loop, so memory is
// limited where the system can do so. What tests leave behind goes to tmp, except
// the failed examples of rapid, which it would write into the working tree.
func goTest(ctx context.Context, tmp string, args []string) (verdict, error) {
	const script = `ulimit -v 4194304 2>/dev/null; exec go test -count=1 -failfast -vet=off "$@"`
	cmd := exec.CommandContext(ctx, "sh", append([]string{"-c", script, "sh"}, args...)...) //nolint:gosec // the arguments are the caller's
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "RAPID_NOFAILFILE=true")
	cmd.WaitDelay = time.Second
	output, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return "", err
	}
	return judge(output, err == nil)
}

// judge reads the output of go test.
func judge(output []byte, passed bool) (verdict, error) {
	switch {
	case passed:
		return survived, nil
	case regexp.MustCompile(`(?m)^panic: test timed out after `).Match(output):
		return timedOut, nil
	case regexp.MustCompile(`(?m)^FAIL\t\S+\t`).Match(output):
		return killed, nil
	}
	// Tests that did not run have noticed nothing.
	return "", fmt.Errorf("go test: %s", bytes.TrimSpace(output))
}
