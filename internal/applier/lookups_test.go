package applier_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// finds are the look-ups that a tenant answered.
func (t *tenant) finds() (names [][]string) {
	for _, call := range t.calls {
		if list, isFind := strings.CutPrefix(call, "FIND "); isFind {
			names = append(names, strings.Fields(list))
		}
	}
	return names
}

// namesOf are the names of the creates from begin to end.
func namesOf(begin, end int) (names []string) {
	for i := begin; i < end; i++ {
		names = append(names, fmt.Sprintf("va-%02d", i))
	}
	return names
}

// Creates look up their names together, before and after each batch.
func TestCreatesLookUpNamesTogether(t *testing.T) {
	t.Parallel()
	const batch = planner.CreateBatch
	for n, want := range map[int][][]string{
		1:         {namesOf(0, 1), namesOf(0, 1)},
		batch:     {namesOf(0, batch), namesOf(0, batch)},
		batch + 1: {namesOf(0, batch), namesOf(0, batch), namesOf(batch, batch+1), namesOf(batch, batch+1)},
	} {
		for _, parallelism := range []int{1, 4, 200} {
			tenant, opts := newTenant(), options()
			opts.Parallelism = parallelism
			r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(n)...), opts)
			if r.Summary != (receipt.Summary{Applied: n}) {
				t.Errorf("%d creates, %d at once: %+v", n, parallelism, r.Summary)
			}
			if diff := cmp.Diff(want, tenant.finds()); diff != "" {
				t.Errorf("%d creates, %d at once (-want +got):\n%s", n, parallelism, diff)
			}
		}
	}
}

// With one request at once, creates are sent in the order of the plan.
func TestOneCreateAtATimeKeepsTheOrder(t *testing.T) {
	t.Parallel()
	tenant, opts := newTenant(), options()
	opts.Parallelism = 1
	applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(20)...), opts)
	var posted []string
	for _, call := range tenant.calls {
		if body, isPost := strings.CutPrefix(call, `POST {"name":"`); isPost {
			posted = append(posted, body[:len("va-00")])
		}
	}
	if diff := cmp.Diff(namesOf(0, 20), posted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A cluster that the listing shows late is looked up alone, once the others are done.
func TestLateClustersAreLookedUpAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := newTenant()
		tenant.hidden = 1 + 2 // the look-up before, and two of those after
		r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(3)...), options())
		want := [][]string{namesOf(0, 3), namesOf(0, 3), namesOf(0, 3), namesOf(0, 3)}
		if diff := cmp.Diff(want, tenant.finds()); diff != "" || r.Summary.Applied != 3 {
			t.Errorf("%+v (-want +got):\n%s", r.Summary, diff)
		}
	})
}

// A look-up that fails, even in our own code, fails the creates that needed it, and no
// goroutine waits for it.
func TestAFailedLookUpFailsItsBatch(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"an error": func() error { return errors.New("the listing is broken") },
		"a panic":  func() error { panic("the listing is broken") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tenant := &brokenFinder{tenant: newTenant(), fail: fail}
				r := applier.Run(t.Context(), tenant, plan(t, tenant.tenant, manyCreates(3)...), options())
				if r.Summary != (receipt.Summary{Failed: 3}) || len(tenant.clusters) > 0 {
					t.Errorf("%+v, and %d clusters", r.Summary, len(tenant.clusters))
				}
				for _, o := range r.Outcomes {
					if !strings.Contains(o.Error, "the listing is broken") {
						t.Errorf("%s: %s", o.Name, o.Error)
					}
				}
			})
		})
	}
}

// Creates that were only looked up are not started once the run is stopped.
func TestAStopAfterTheLookUpStartsNoCreate(t *testing.T) {
	t.Parallel()
	tenant, opts, stop := newTenant(), options(), make(chan struct{})
	opts.Stop = stop
	tenant.after = func(call string) error {
		if strings.HasPrefix(call, "FIND") {
			close(stop)
		}
		return nil
	}
	r := applier.Run(t.Context(), tenant, plan(t, tenant, manyCreates(3)...), opts)
	if r.Summary != (receipt.Summary{NotAttempted: 3}) || len(tenant.clusters) > 0 {
		t.Errorf("%+v, and %d clusters", r.Summary, len(tenant.clusters))
	}
}

// brokenFinder is a tenant that cannot be listed.
type brokenFinder struct {
	*tenant
	fail func() error
}

func (b *brokenFinder) Find(context.Context, []string, bool) (cluster.Found, error) {
	return cluster.Found{}, b.fail()
}

// finder is a tenant that notes which look-ups count on an earlier listing.
type finder struct {
	*tenant
	seenAbsent []bool
}

func (f *finder) Find(ctx context.Context, names []string, seenAbsent bool) (cluster.Found, error) {
	f.seenAbsent = append(f.seenAbsent, seenAbsent)
	return f.tenant.Find(ctx, names, seenAbsent)
}

// A look-up counts on the listing of the plan only if that was complete and had none of the names.
func TestWhichLookUpsCountOnTheListing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		preexisting applier.Preexisting
		want        bool
	}{
		"complete, without the name": {applier.Preexisting{Complete: true, Names: map[string]bool{"other": true}}, true},
		"complete, with the name":    {applier.Preexisting{Complete: true, Names: map[string]bool{"va-00": true}}, false},
		"incomplete":                 {applier.Preexisting{}, false},
	} {
		f, opts := &finder{tenant: newTenant()}, options()
		opts.Preexisting = tt.preexisting
		applier.Run(t.Context(), f, plan(t, f.tenant, manyCreates(1)...), opts)
		if diff := cmp.Diff([]bool{tt.want, tt.want}, f.seenAbsent); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Creates are not attempted if the run is cancelled while their names are looked up.
func TestCancelledWhileLookingUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	tenant := newTenant()
	tenant.before = func(string) error {
		cancel()
		return ctx.Err()
	}
	r := applier.Run(ctx, tenant, plan(t, tenant, manyCreates(60)...), options())
	if r.Summary != (receipt.Summary{NotAttempted: 60}) || len(tenant.clusters) > 0 {
		t.Errorf("%+v, and %d clusters", r.Summary, len(tenant.clusters))
	}
}
