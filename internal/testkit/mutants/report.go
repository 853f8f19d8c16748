package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"clusterctl/internal/crash"
)

// report prints the results of the mutants.
type report struct {
	w               io.Writer
	dir             string // that paths are relative to
	noticed, tested int
}

// testAll tests several mutants at a time and prints them in the given order.
func testAll(ctx context.Context, mutants []mutant, processes int, try func(context.Context, mutant) (verdict, error), r *report) error {
	verdicts := make([]chan verdict, len(mutants))
	for i := range verdicts {
		verdicts[i] = make(chan verdict, 1)
	}
	group, ctx := crash.NewGroup(ctx, processes+1) // the printer is one of them
	group.Go(func() error { return r.addAll(ctx, mutants, verdicts) })
	for i, m := range mutants {
		group.Go(func() error {
			v, err := try(ctx, m)
			if err != nil {
				return fmt.Errorf("%s: %w", r.describe(m), err)
			}
			verdicts[i] <- v
			return nil
		})
	}
	return group.Wait()
}

// addAll prints each mutant as soon as it and all before it are tested.
func (r *report) addAll(ctx context.Context, mutants []mutant, verdicts []chan verdict) error {
	for i, m := range mutants {
		select {
		case v := <-verdicts[i]:
			r.add(m, v)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (r *report) add(m mutant, v verdict) {
	r.tested++
	if v != survived {
		r.noticed++
	}
	fmt.Fprintf(r.w, "%-9s  %s\n", v, r.describe(m))
}

func (r *report) describe(m mutant) string {
	path, err := filepath.Rel(r.dir, m.path)
	if err != nil {
		path = m.path
	}
	return fmt.Sprintf("%s:%d  %-9s  %s", path, m.line, m.kind, m)
}

// close prints the last line. It returns an error if less than minimum percent
// of the mutants were noticed.
func (r *report) close(minimum int) error {
	if r.tested == 0 {
		return errors.New("the package has nothing to change")
	}
	fmt.Fprintf(r.w, "%d of %d noticed (%d %%)\n", r.noticed, r.tested, 100*r.noticed/r.tested)
	if 100*r.noticed < minimum*r.tested {
		return fmt.Errorf("less than %d %% noticed: add tests for the mutants that survived", minimum)
	}
	return nil
}
