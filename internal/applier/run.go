// Package applier runs a plan. It keeps one invariant: what it writes was
// reviewed against what is there. A patch carries test operations; what no test
// can guard is read right before it is written; and what the tenant accepted is
// held against what was wanted before it is called applied.
package applier

import (
	"context"
	"encoding/json"
	"errors"
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
	// Known are the clusters that existed before the run.
	Known Known
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
	run := &run{writer: w, changes: plan.Changes, opts: opts, ledger: newLedger(opts.Known), held: map[string]bool{}}
	for begin := 0; begin < len(plan.Changes); {
		end := begin
		for end < len(plan.Changes) && plan.Changes[end].Action == plan.Changes[begin].Action {
			end++
		}
		run.phase(ctx, begin, r.Outcomes[begin:end])
		begin = end
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
	// held are the ids of clusters on which nothing more is done. It is written
	// between phases alone.
	held map[string]bool
}

// phase runs changes of one kind, from the one at begin on, and fills in their
// results. Jobs that are pending are resumed once the others have ended.
func (r *run) phase(ctx context.Context, begin int, results []ChangeResult) {
	pending := make([]*job, len(results))
	for _, wave := range planner.Waves(r.changes[begin : begin+len(results)]) {
		r.each(ctx, len(wave), func(k int) {
			i := wave[k].Index
			results[i], pending[i] = r.take(ctx, begin, wave[k], results)
			if !wave[k].IsPart {
				r.report(results[i], pending[i])
			}
		})
	}
	for range maxTries - 1 {
		r.each(ctx, len(results), func(i int) {
			if pending[i] != nil && !r.isStopped(ctx) {
				results[i], pending[i] = r.resume(ctx, pending[i])
				r.report(results[i], pending[i])
			}
		})
	}
	for i, j := range pending {
		if j != nil {
			_, err := j.settle(j.posted, verdict{fate: unknown, err: &failure{Unknown, j.lost}})
			results[i] = r.result(j, Unknown, err)
			r.report(results[i], nil)
		}
	}
	r.hold(results)
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

// report reports a result, unless the change is still pending.
func (r *run) report(result ChangeResult, pending *job) {
	if pending == nil && r.opts.Report != nil {
		r.opts.Report(result)
	}
}

// hold keeps back what is still to come on a cluster whose change failed: it
// was reviewed as a step after that one. What was not applied keeps nothing
// back: the tenant took it, and the log configuration, which is set elsewhere,
// does not depend on the field that did not change.
func (r *run) hold(results []ChangeResult) {
	for _, o := range results {
		if o.ID != "" && (o.Outcome == Failed || o.Outcome == Conflict || o.Outcome == Unknown) {
			r.held[o.ID] = true
		}
	}
}

// take takes one step of the changes from begin on. A step that completes a change
// adds to the result of the part before it.
func (r *run) take(ctx context.Context, begin int, step planner.Step, results []ChangeResult) (result ChangeResult, pending *job) {
	earlier := results[step.Index]
	if earlier.Outcome != "" && !earlier.Outcome.IsInForce() {
		return earlier, nil
	}
	keeper := slices.IndexFunc(step.After, func(giver int) bool { return !results[giver].Outcome.IsInForce() })
	if keeper >= 0 {
		result = resultOf(step.Change, Skipped, "another cluster did not give up the name: "+results[step.After[keeper]].Name)
	} else {
		result, pending = r.attempt(ctx, begin+step.Index, step.Change)
	}
	result.Requests = slices.Insert(result.Requests, 0, earlier.Requests...)
	return result, pending
}

// resultOf is the result of a change for which nothing was sent, for that reason.
func resultOf(change planner.Change, outcome Outcome, reason string) ChangeResult {
	return ChangeResult{
		Action: change.Action, Name: change.Name, ID: change.ID,
		Outcome: outcome, Error: reason, Requests: []api.Exchange{},
	}
}

// attempt makes the i-th change, or a part of it, unless nothing is to be done. A
// job is returned that is still pending; see resume.
func (r *run) attempt(ctx context.Context, i int, change planner.Change) (result ChangeResult, pending *job) {
	switch {
	case r.opts.IsDone != nil && r.opts.IsDone(i):
		return resultOf(change, Unchanged, ""), nil
	case r.isStopped(ctx):
		return resultOf(change, NotAttempted, ""), nil
	case r.held[change.ID]:
		return resultOf(change, Skipped, "its update did not succeed"), nil
	}
	j := &job{writer: r.writer, change: change, opts: r.opts, ledger: r.ledger, id: change.ID}
	return r.work(j, func() (Outcome, error) { return j.do(ctx) })
}

// resume goes on with a creation whose POST has an unknown fate, once the other
// changes of its phase have ended: a listing that shows them is current.
func (r *run) resume(ctx context.Context, j *job) (result ChangeResult, pending *job) {
	if j.lost.wasAnswered() || len(r.ledger.createdAfter(j.lostAt)) == 0 {
		return ChangeResult{}, j
	}
	return r.work(j, func() (Outcome, error) {
		asWanted, err := j.postAgain(ctx)
		return j.follow(ctx, asWanted, err)
	})
}

// work works on a job, and returns its result, or the job itself if it is still
// pending. A panic fails one change, and the others are reported.
func (r *run) work(j *job, do func() (Outcome, error)) (result ChangeResult, pending *job) {
	var outcome Outcome
	err := crash.Catch(func() (err error) {
		outcome, err = do()
		return err
	})
	if errors.As(err, &j.lost) {
		return ChangeResult{}, j
	}
	return r.result(j, outcome, err), nil
}

// result is that of a job that ended with an outcome, or with an error.
func (r *run) result(j *job, outcome Outcome, err error) ChangeResult {
	result := resultOf(j.change, outcome, "")
	result.ID, result.Requests = j.id, append(result.Requests, j.exchanges...)
	if err = j.orUnnoted(err); err != nil {
		result.Outcome, result.Error = outcomeOf(err), err.Error()
		r.hasFailed.Store(true)
	}
	return result
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
