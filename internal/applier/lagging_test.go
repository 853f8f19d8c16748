package applier_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// lagging is a tenant whose listings show an earlier state.
type lagging struct {
	*tenant
	lag time.Duration
	// rows are how much later still each cluster is shown, in the order in which
	// they were created.
	rows []time.Duration

	history []moment
}

// moment is the tenant after one of its changes.
type moment struct {
	at       time.Time
	clusters []cluster.Live
}

func newLagging(lag time.Duration) *lagging {
	l := &lagging{tenant: newTenant(), lag: lag, rows: []time.Duration{0}}
	l.keep()
	return l
}

func (l *lagging) keep() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = append(l.history, moment{time.Now(), slices.Clone(l.clusters)})
}

// listed are the clusters that a listing shows now.
func (l *lagging) listed() []cluster.Live {
	l.mu.Lock()
	defer l.mu.Unlock()
	var ids []string
	for _, m := range l.history {
		for _, c := range m.clusters {
			if !slices.Contains(ids, c.ID) {
				ids = append(ids, c.ID)
			}
		}
	}
	var listed []cluster.Live
	for i, id := range ids {
		was := l.clustersAt(time.Now().Add(-l.lag - l.rows[i%len(l.rows)]))
		if at := slices.IndexFunc(was, func(c cluster.Live) bool { return c.ID == id }); at >= 0 {
			listed = append(listed, was[at])
		}
	}
	return listed
}

func (l *lagging) clustersAt(at time.Time) []cluster.Live {
	for _, m := range slices.Backward(l.history) {
		if !m.at.After(at) {
			return m.clusters
		}
	}
	return nil
}

// schedule is the timing of the requests of one run.
type schedule struct {
	start time.Duration
	// delays are those in front of each request and behind it, over and over.
	delays []time.Duration
	// clock is how far the tenant's clock is ahead where the run's POST arrives.
	clock time.Duration
	// isUnknown leaves out when a cluster was created.
	isUnknown bool
	// lost is what becomes of the first POST: answered, done or not done.
	lost lost
}

type lost int

const (
	answered lost = iota
	lostDone
	lostUndone
)

// one is a run on a lagging tenant.
type one struct {
	*lagging
	schedule
	requests int
}

func (o *one) pause() {
	o.mu.Lock()
	delay := o.delays[o.requests%len(o.delays)]
	o.requests++
	o.mu.Unlock()
	time.Sleep(delay)
}

func (o *one) Find(_ context.Context, names []string, _ bool) (cluster.Found, error) {
	o.pause()
	named := slices.DeleteFunc(o.listed(), func(c cluster.Live) bool { return !slices.Contains(names, c.Name) })
	o.pause()
	return cluster.Found{Clusters: named, Verified: true}, nil
}

func (o *one) List(context.Context, string) ([]cluster.Live, cluster.Listing, error) {
	o.pause()
	clusters := o.listed()
	o.pause()
	return clusters, cluster.Listing{Verified: true}, nil
}

func (o *one) Get(ctx context.Context, id string) (cluster.Live, error) {
	o.pause()
	return o.tenant.Get(ctx, id)
}

func (o *one) Create(ctx context.Context, body json.RawMessage) (a api.Answer[cluster.Live], err error) {
	o.pause()
	lost := o.lost
	o.lost = answered
	if lost != lostUndone {
		a, err = o.tenant.Create(ctx, body)
		o.date(a.Now.ID)
		o.keep()
	}
	o.pause()
	if lost != answered {
		return api.Answer[cluster.Live]{}, &api.Unanswered{Method: "POST", Path: api.ClustersPath, Sent: true, Err: errors.New("connection reset")}
	}
	return a, err
}

// date sets the creation time of a cluster, by the clock of the server that created it.
func (o *one) date(id string) {
	value := json.RawMessage("null")
	if !o.isUnknown {
		value = jsonpatch.Quote(time.Now().Add(o.clock).Format(time.RFC3339Nano))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.set(id, "/createdAt", string(value))
}

func (o *one) Patch(ctx context.Context, id string, patch jsonpatch.Patch) (api.Answer[cluster.Live], error) {
	o.pause()
	a, err := o.tenant.Patch(ctx, id, patch)
	o.keep()
	o.pause()
	return a, err
}

func (o *one) Delete(ctx context.Context, id string, removeClients bool) (api.Exchange, error) {
	o.pause()
	e, err := o.tenant.Delete(ctx, id, removeClients)
	o.keep()
	o.pause()
	return e, err
}

// apply plans from the listing and applies the plan. It reports whether the run was complete.
func (o *one) apply(t *testing.T, desired ...cluster.Cluster) (isComplete bool, said string) {
	t.Helper()
	time.Sleep(o.start)
	live := o.listed()
	snapshot := cluster.Snapshot{Clusters: live, Listing: cluster.Listing{Verified: true}}
	p, err := planner.New(planner.Input{Desired: desired, Snapshot: snapshot, Now: noon()})
	if err != nil || p.Summary.Blocked > 0 {
		return false, fmt.Sprint("blocked: ", err)
	}
	opts := options()
	opts.Preexisting = applier.PreexistingOf(snapshot, true)
	opts.Parallelism = 1
	r := applier.Run(t.Context(), o, p, opts)
	for _, outcome := range r.Outcomes {
		said += fmt.Sprintf("%s %s: %s\n", outcome.Outcome, outcome.ID, outcome.Error)
	}
	return r.IsComplete(), said
}

// applyAll applies the same clusters in several runs at once.
func (l *lagging) applyAll(t *testing.T, schedules []schedule, desired ...cluster.Cluster) (areComplete bool, said string) {
	t.Helper()
	var (
		group   sync.WaitGroup
		results = make([]string, len(schedules))
		ok      = make([]bool, len(schedules))
	)
	for i, s := range schedules {
		group.Go(func() { ok[i], results[i] = (&one{lagging: l, schedule: s}).apply(t, desired...) })
	}
	group.Wait()
	return !slices.Contains(ok, false), strings.Join(results, "")
}

// twice are the names that more than one cluster has, and those of the desired
// clusters that none has.
func (l *lagging) twice(desired []cluster.Cluster) (twice, missing []string) {
	for _, d := range desired {
		n := 0
		for _, c := range l.clusters {
			if c.Name == d.Name {
				n++
			}
		}
		switch {
		case n > 1:
			twice = append(twice, d.Name)
		case n == 0:
			missing = append(missing, d.Name)
		}
	}
	return twice, missing
}
