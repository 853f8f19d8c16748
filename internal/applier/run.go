// Package applier runs a plan. It keeps one invariant: what it writes was
// reviewed against what is there. A patch carries test operations; what no test
// can guard is read right before it is written; and what the tenant accepted is
// held against what was wanted before it is called applied.
package applier

import (
	"context"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Writer is what the applier needs of a tenant. Errors that come of an answer
// are *api.Error, others *api.Unanswered. An answer about another cluster than
// the request is such an error.
type Writer interface {
	Get(ctx context.Context, id string) (cluster.Live, error)
	FindByName(ctx context.Context, name string) (cluster.Found, error)
	// List lists all clusters. That none of them has the name is confirmed by a
	// second listing where one alone would show too little.
	List(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error)
	LogConfig(ctx context.Context, id string) (cluster.LogState, error)

	Create(ctx context.Context, body json.RawMessage) (api.Answer[cluster.Live], error)
	Patch(ctx context.Context, id string, patch jsonpatch.Patch) (api.Answer[cluster.Live], error)
	SetLogConfig(ctx context.Context, id string, body json.RawMessage) (api.Answer[cluster.LogState], error)
	Delete(ctx context.Context, id string, removeClients bool) (api.Exchange, error)
}

// Options say how a plan is run.
type Options struct {
	// Tool names the program and its version in the result.
	Tool string
	// Tenant is the one that Writer writes to. That of the plan may have had
	// another address.
	Tenant cluster.Tenant
	// Listing and Warnings are for the result, as they are.
	Listing  *cluster.Listing
	Warnings []planner.Warning
	Now      func() time.Time
	// CreateGrace is how long a cluster is looked for that was created, or may
	// have been: a listing may lag behind.
	CreateGrace time.Duration
	// TrustListing lets an unverified listing count as a verified one.
	TrustListing bool
	// Preexisting are the clusters that existed before the run.
	Preexisting Preexisting
	// Parallelism is how many clusters are worked on at once.
	Parallelism int
	// StopOnError starts nothing more once a change has failed.
	StopOnError bool
	// Stop, once closed, keeps new changes from being started; those under
	// way are finished. It may be nil.
	Stop <-chan struct{}
	// IsDone reports whether the i-th change of the plan was found to be in force
	// already: it needs no request. It may be nil.
	IsDone func(i int) bool
	// Journal notes each write before and after it; it may be nil.
	Journal *receipt.Journal
	// Report gets each result as it comes; it may be nil. It is called from several
	// goroutines at once.
	Report func(ChangeResult)
}

// Run applies the changes of a plan: creates, updates, log configurations,
// deletes, each of these in parallel across clusters. Cancelling ctx ends the
// requests under way.
func Run(ctx context.Context, w Writer, plan planner.Plan, opts Options) Result {
	r := Result{
		FormatVersion: planner.FormatVersion,
		Tool:          opts.Tool,
		Tenant:        opts.Tenant,
		Listing:       opts.Listing,
		Digest:        plan.Digest,
		StartedAt:     opts.Now().UTC(),
		Warnings:      append([]planner.Warning{}, opts.Warnings...),
		Outcomes:      make([]ChangeResult, len(plan.Changes)),
	}
	opts.Journal.Start(receipt.Run{Start: r.StartedAt, Tool: r.Tool, Tenant: r.Tenant, Digest: r.Digest})
	run := &run{
		writer: w, changes: plan.Changes, opts: opts, ledger: newLedger(opts.Preexisting), held: map[string]bool{},
		results: r.Outcomes, unresolved: make([]*job, len(plan.Changes)),
	}
	for begin, end := 0, 0; begin < len(plan.Changes); begin = end {
		for end < len(plan.Changes) && plan.Changes[end].Action == plan.Changes[begin].Action {
			end++
		}
		run.phase(ctx, begin, end)
	}
	r.Summary.Skipped = plan.Summary.Blocked
	for _, o := range r.Outcomes {
		count(&r.Summary, o.Outcome)
	}
	r.FinishedAt = opts.Now().UTC()
	opts.Journal.End(r.FinishedAt, r.Summary)
	return r
}

// run is the state that the changes of one Run share.
type run struct {
	writer    Writer
	changes   []planner.Change
	opts      Options
	ledger    *ledger
	hasFailed atomic.Bool
	// results and unresolved have an element for each change: its result so far, and
	// its job while the fate of its POST is unresolved.
	results    []ChangeResult
	unresolved []*job
	// held are the ids of clusters on which nothing more is done. It is written
	// between phases alone.
	held map[string]bool
}

// phase runs the changes of one kind, those from begin to end. Jobs that are
// unresolved are resumed once the others have ended.
func (r *run) phase(ctx context.Context, begin, end int) {
	for _, wave := range planner.Waves(r.changes[begin:end]) {
		r.each(ctx, len(wave), func(k int) { r.take(ctx, begin, wave[k]) })
	}
	for range maxTries - 1 {
		r.each(ctx, end-begin, func(k int) {
			if j := r.unresolved[begin+k]; j != nil && !r.isStopped(ctx) {
				j.resume(ctx)
			}
		})
	}
	for _, j := range r.unresolved[begin:end] {
		if j != nil {
			_, err := j.settle(j.posted, finding{fate: unknown, err: &failure{Unknown, j.lost}})
			j.end(false, err)
		}
	}
	r.hold(r.results[begin:end])
}

// each works on so many changes, several at once.
func (r *run) each(ctx context.Context, n int, work func(i int)) {
	group, _ := crash.NewGroup(ctx, max(r.opts.Parallelism, 1)) // no change ends another one
	for i := range n {
		group.Go(func() error {
			work(i)
			return nil
		})
	}
	if err := group.Wait(); err != nil { // every change has a result of its own, so this is a panic
		panic(err)
	}
}

// hold keeps back what is still to come on a cluster whose change failed: it
// was reviewed as a step after that one. What was not applied keeps nothing
// back: the tenant took it, and the log configuration, which is set elsewhere,
// does not depend on the field that did not change.
func (r *run) hold(results []ChangeResult) {
	for _, o := range results {
		if o.Outcome == Failed || o.Outcome == Conflict || o.Outcome == Unknown {
			r.held[o.ID] = true
		}
	}
}

// take takes one step of the changes from begin on, unless nothing is to be done. A
// step that completes a change adds to the requests of the part before it.
func (r *run) take(ctx context.Context, begin int, step planner.Step) {
	i := begin + step.Index
	earlier := r.results[i]
	j := &job{run: r, index: i, isPart: step.IsPart, change: step.Change, id: step.Change.ID, exchanges: earlier.Requests}
	keeper := slices.IndexFunc(step.After, func(giver int) bool { return !r.results[begin+giver].Outcome.IsInForce() })
	switch {
	case earlier.Outcome != "" && !earlier.Outcome.IsInForce():
		j.endAs(earlier.Outcome, earlier.Error)
	case keeper >= 0:
		j.endAs(Skipped, "the change that frees its name did not succeed: "+r.results[begin+step.After[keeper]].Name)
	case r.opts.IsDone != nil && r.opts.IsDone(i):
		j.endAs(Unchanged, "")
	case r.isStopped(ctx):
		j.endAs(NotAttempted, "")
	case r.held[j.id]:
		j.endAs(Skipped, "its update did not succeed")
	default:
		j.work(func() (unchanged bool, err error) { return j.do(ctx) })
	}
}

// isStopped reports whether nothing more is to be started. A run whose receipt
// cannot be written is over: nobody could take back what it does.
func (r *run) isStopped(ctx context.Context) bool {
	select {
	case <-r.opts.Stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return r.opts.Journal.Err() != nil || r.opts.StopOnError && r.hasFailed.Load()
	}
}
