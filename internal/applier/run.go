// Package applier runs a plan. It only overwrites what was reviewed: a patch has test operations,
// and what no test can guard is read right before the write. After a write, it compares the
// tenant with what was wanted before it reports the change as applied.
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
	"clusterctl/internal/pause"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Writer is the part of a tenant's client that the applier needs. Errors are *api.Error for a
// response that is not a success, and otherwise *api.Unanswered, also for a response about
// another cluster.
type Writer interface {
	Get(ctx context.Context, id string) (cluster.Live, error)
	// Find looks up the clusters with one of the names. If a name is missing, a second listing
	// confirms it where one alone could miss clusters. seenAbsent skips that: an earlier listing
	// did not have the names either.
	Find(ctx context.Context, names []string, seenAbsent bool) (cluster.Found, error)
	// List lists all clusters. If none has the name, a second listing confirms it where one alone
	// could miss clusters.
	List(ctx context.Context, name string) ([]cluster.Live, cluster.Listing, error)
	LogConfig(ctx context.Context, id string) (cluster.LogState, error)

	Create(ctx context.Context, body json.RawMessage) (api.Answer[cluster.Live], error)
	Patch(ctx context.Context, id string, patch jsonpatch.Patch) (api.Answer[cluster.Live], error)
	SetLogConfig(ctx context.Context, id string, body json.RawMessage) (api.Answer[cluster.LogState], error)
	Delete(ctx context.Context, id string, removeClients bool) (api.Exchange, error)
}

// Options configure Run.
type Options struct {
	// Tool names the program and its version in the result.
	Tool string
	// Tenant is the tenant that Writer writes to. The plan's may have had another address.
	Tenant cluster.Tenant
	// Listing and Warnings are copied to the result.
	Listing  *cluster.Listing
	Warnings []planner.Warning
	// Waivers are copied to the result and the receipt.
	Waivers []planner.Waiver
	Now     func() time.Time
	// CreateGrace is how long to look up a cluster that was, or may have been, created: a listing
	// may show it late.
	CreateGrace time.Duration
	// Clock is that of the pauses; that of the machine if zero.
	Clock pause.Clock
	// TrustListing treats unverified listings as verified.
	TrustListing bool
	// Preexisting are the clusters that existed before the run.
	Preexisting Preexisting
	// Parallelism is the number of clusters that are changed at once.
	Parallelism int
	// StopOnError stops starting changes once one has failed.
	StopOnError bool
	// Stop, once closed, prevents new changes from starting; changes in progress are finished. It
	// may be nil.
	Stop <-chan struct{}
	// IsDone reports whether the i-th change of the plan is already in place, so that it needs no
	// request. It may be nil.
	IsDone func(i int) bool
	// Journal records each write, before and after it; it may be nil.
	Journal *receipt.Journal
	// Report is called with each result, concurrently; it may be nil.
	Report func(ChangeResult)
}

// Run applies the changes of a plan in phases: creates, updates, log configurations, deletes.
// Within a phase, clusters are changed in parallel. Cancelling ctx ends the requests in progress.
func Run(ctx context.Context, w Writer, plan planner.Plan, opts Options) Result {
	r := Result{
		FormatVersion: planner.FormatVersion,
		Tool:          opts.Tool,
		Tenant:        opts.Tenant,
		Listing:       opts.Listing,
		Digest:        plan.Digest,
		StartedAt:     opts.Now().UTC(),
		Warnings:      append([]planner.Warning{}, opts.Warnings...),
		Waivers:       opts.Waivers,
		Outcomes:      make([]ChangeResult, len(plan.Changes)),
	}
	opts.Journal.Start(receipt.Run{Start: r.StartedAt, Tool: r.Tool, Tenant: r.Tenant, Digest: r.Digest, Waivers: r.Waivers, Undo: plan.Undo})
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
	// results and unresolved have an element for each change: its result so far, and its job
	// while its POST is unresolved.
	results    []ChangeResult
	unresolved []*job
	// held are the ids of clusters whose further changes are skipped. It is written only between
	// phases.
	held map[string]bool
}

// phase runs the changes from begin to end, all of one kind. It resumes unresolved jobs once the
// others have ended.
func (r *run) phase(ctx context.Context, begin, end int) {
	isCreate := r.changes[begin].Action == planner.Create
	for _, wave := range planner.Waves(r.changes[begin:end]) {
		r.each(ctx, len(wave), isCreate, func(k int, m *member) { r.take(ctx, begin, wave[k], m) })
	}
	for range maxTries - 1 {
		lost := slices.DeleteFunc(slices.Clone(r.unresolved[begin:end]), func(j *job) bool { return j == nil })
		r.each(ctx, len(lost), isCreate, func(k int, m *member) {
			if lost[k].member = m; !r.isStopped(ctx) {
				lost[k].resume(ctx)
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

// each calls work for n changes, several at once. Creates are members of batches.
func (r *run) each(ctx context.Context, n int, areCreates bool, work func(i int, m *member)) {
	if !areCreates {
		r.inParallel(ctx, max(r.opts.Parallelism, 1), n, func(i int) { work(i, nil) })
		return
	}
	find := func(names []string) (cluster.Found, error) {
		wasListed := slices.ContainsFunc(names, func(name string) bool { return r.opts.Preexisting.Names[name] })
		return r.writer.Find(ctx, names, r.ledger.complete && !wasListed)
	}
	for begin := 0; begin < n; begin += planner.CreateBatch {
		batch := newBatch(min(planner.CreateBatch, n-begin), max(r.opts.Parallelism, 1), find)
		r.inParallel(ctx, len(batch), len(batch), func(i int) {
			batch[i].begin()
			defer batch[i].end()
			work(begin+i, batch[i])
		})
	}
}

func (r *run) inParallel(ctx context.Context, limit, n int, work func(i int)) {
	group, _ := crash.NewGroup(ctx, limit) // one change does not cancel others
	for i := range n {
		group.Go(func() error {
			work(i)
			return nil
		})
	}
	if err := group.Wait(); err != nil { // changes report their own errors, so this is a panic
		panic(err)
	}
}

// hold marks clusters whose change failed: their further changes were reviewed as steps after it,
// and are skipped. A change that was not applied does not count: the tenant accepted it, and the
// log configuration does not depend on the field that did not change.
func (r *run) hold(results []ChangeResult) {
	for _, o := range results {
		if o.Outcome == Failed || o.Outcome == Conflict || o.Outcome == Unknown {
			r.held[o.ID] = true
		}
	}
}

// take runs one step of the changes from begin on, or records why it does not run. The second
// part of a change continues the list of requests of the first.
func (r *run) take(ctx context.Context, begin int, step planner.Step, m *member) {
	i := begin + step.Index
	earlier := r.results[i]
	j := &job{run: r, member: m, index: i, isPart: step.IsPart, change: step.Change, id: step.Change.ID, exchanges: earlier.Requests}
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
		j.endAs(Skipped, "the update of the same cluster did not succeed")
	default:
		j.work(func() (unchanged bool, err error) { return j.do(ctx) })
	}
}

// isStopped reports whether no more changes may start. A run whose receipt cannot be written
// stops, since its changes could not be rolled back.
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
