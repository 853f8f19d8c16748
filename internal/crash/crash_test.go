//go:build unix

package crash_test

import (
	"context"
	"errors"
	"os"
	"regexp"
	"sort"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/crash"
)

var errOrdinary = errors.New("ordinary")

// explode panics; errors must name it as the place.
func explode() error {
	var none []int
	beyond := len(none)
	return errors.New(string(rune(none[beyond])))
}

// ownPanic panics without a frame of the runtime in between.
func ownPanic() error { panic("own") }

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
		{"panic of its own", ownPanic, regexp.MustCompile(`^internal error: own, in crash_test\.ownPanic \(`)},
		{"panic in a library", func() error {
			sort.Sort(sort.Reverse(nil))
			return nil
		}, regexp.MustCompile(`, in crash_test\.TestCatch\.func\d+ \(crash_test\.go:\d+\)`)},
		{"panic deep in libraries", func() error {
			var sorted sort.Interface = sort.IntSlice(nil)
			for range 100 {
				sorted = sort.Reverse(sorted)
			}
			sorted.Less(0, 1)
			return nil
		}, regexp.MustCompile(`^internal error: runtime error: index out of range .*, in unknown code \(`)},
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

// TestCatchKeepsThePlace checks that a panic that is passed on, for example from another
// goroutine, keeps its place.
func TestCatchKeepsThePlace(t *testing.T) {
	t.Parallel()
	want := crash.Catch(explode)
	if got := crash.Catch(func() error { panic(want) }); !errors.Is(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestCatchOfAFault checks that unreadable memory is also an error.
func TestCatchOfAFault(t *testing.T) {
	t.Parallel()
	memory, err := syscall.Mmap(-1, 0, os.Getpagesize(), syscall.PROT_NONE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	}()
	err = crash.Catch(func() error { return errors.New(string(memory[:1])) })
	if err == nil || !strings.Contains(err.Error(), "invalid memory address") {
		t.Errorf("%v", err)
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

// TestGroupKeepsItsLimit makes each function wait until as many as allowed are running.
func TestGroupKeepsItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const limit = 2
		group, _ := crash.NewGroup(t.Context(), limit)
		var running, most atomic.Int64
		for range 3 * limit {
			group.Go(func() error {
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Second)
				running.Add(-1)
				return nil
			})
		}
		if err := group.Wait(); err != nil || most.Load() != limit {
			t.Errorf("%v; %d at once", err, most.Load())
		}
	})
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
