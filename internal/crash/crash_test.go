package crash_test

import (
	"context"
	"errors"
	"regexp"
	"testing"

	"clusterctl/internal/crash"
)

var errOrdinary = errors.New("ordinary")

// explode is the place that errors must name.
func explode() error {
	var none []int
	beyond := len(none)
	return errors.New(string(rune(none[beyond])))
}

var exploded = regexp.MustCompile(`^internal error: runtime error: index out of range \[0\] with length 0, ` +
	`in crash_test\.explode \(crash_test\.go:\d+\) \(.*please report it with this line\)$`)

func TestCatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		work func() error
		want *regexp.Regexp
	}{
		{"success", func() error { return nil }, nil},
		{"error", func() error { return errOrdinary }, regexp.MustCompile(`^ordinary$`)},
		{"panic", explode, exploded},
		{"panic with nil", func() error { panic(nil) }, regexp.MustCompile(`^internal error: panic called with nil argument`)},
		{"panic while a panic is handled", func() error {
			defer func() { _ = explode() }()
			panic("first")
		}, regexp.MustCompile(`^internal error: runtime error: index out of range`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := crash.Catch(tt.work)
			if (err == nil) != (tt.want == nil) || err != nil && !tt.want.MatchString(err.Error()) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestGo(t *testing.T) {
	t.Parallel()
	failed := make(chan error)
	crash.Go(func() { _ = explode() }, func(err error) { failed <- err })
	if err := <-failed; !exploded.MatchString(err.Error()) {
		t.Error(err)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	group, ctx := crash.NewGroup(t.Context(), 2)
	group.Go(explode)
	group.Go(func() error {
		<-ctx.Done()
		return context.Cause(ctx)
	})
	if err := group.Wait(); !exploded.MatchString(err.Error()) {
		t.Error(err)
	}
}
