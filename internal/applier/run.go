// Package applier runs a plan. It keeps one invariant: what it writes was
// reviewed against what is there. A patch carries test operations; what no test
// can guard is read right before it is written; and what the tenant accepted is
// held against what was wanted before it is called applied.
package applier

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/crash"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// Writer is what the applier needs of a tenant. Errors that come of an answer
// are *api.Error, others *api.Unanswered.
type Writer interface {
	Get(ctx context.Context, id string) (cluster.Live, error)
	FindByName(ctx context.Context, name string) (cluster.Found, error)
	// List lists all clusters. That none of them has the name is confirmed by a
	// second listing where one alone would show too little.
	List(ctx context.Context, name string) ([]cluster.Live, cluster.Proof, error)
	LogConfig(ctx context.Context, id string) (cluster.LogState, error)

	Create(ctx context.Context, body json.RawMessage) (cluster.Answer, error)
	Patch(ctx context.Context, id string, patch jsonpatch.Patch) (cluster.Answer, error)
	SetLogConfig(ctx context.Context, id string, body json.RawMessage) (cluster.LogAnswer, error)
	Delete(ctx context.Context, id string, removeClients bool) (cluster.Exchange, error)
}

// Options say how a plan is run.
type Options struct {
	// Tool names the program and its version in the result.
	Tool string
	// Tenant is the one that Writer writes to. That of the plan may have had
	// another address.
	Tenant cluster.Tenant
	// Proof and Warnings are for the result, as they are.
	Proof    *cluster.Proof
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
	// InForce tells of the i-th change of the plan that it was found to be in
	// force already: it needs no request. It may be nil.
	InForce func(i int) bool
	// Journal is told of each write before and after it; it may be nil.
	Journal *receipt.Journal
	// Done is told of each outcome as it comes; it may be nil. It is called
	// from several goroutines at once.
	Done func(ChangeResult)
}

// Run applies the changes of a plan: creates, updates, log configurations,
// deletes, each of these in parallel across clusters. Cancelling ctx ends the
// requests under way.
func Run(ctx context.Context, w Writer, plan planner.Plan, opts Options) Result {
	r := Result{
		FormatVersion: planner.FormatVersion,
		Tool:          opts.Tool,
		Tenant:        opts.Tenant,
		Proof:         opts.Proof,
		Digest:        plan.Digest,
		StartedAt:     opts.Now().UTC(),
		Warnings:      append([]planner.Warning{}, opts.Warnings...),
		Outcomes:      make([]ChangeResult, len(plan.Changes)),
	}
	opts.Journal.Start(receipt.Run{Start: r.StartedAt, Tool: r.Tool, Tenant: r.Tenant, Digest: r.Digest})
	run := newRun(w, plan.Changes, opts)
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
	writer  Writer
	changes []planner.Change
	opts    Options
	ledger  *ledger
	failed  chan struct{} // holds one token once something failed
	// held are the ids of clusters on which nothing more is done. It is written
	// between phases alone.
	held map[string]bool
}

func newRun(w Writer, changes []planner.Change, opts Options) *run {
	return &run{
		writer: w, changes: changes, opts: opts,
		ledger: newLedger(opts.Known), failed: make(chan struct{}, 1), held: map[string]bool{},
	}
}

// phase runs changes of one kind, from the one at begin on, and fills in their
// outcomes.
func (r *run) phase(ctx context.Context, begin int, outcomes []ChangeResult) {
	pending := make([]*job, len(outcomes))
	for _, wave := range planner.Waves(r.changes[begin : begin+len(outcomes)]) {
		r.each(ctx, len(wave), func(k int) {
			i := wave[k].Index
			outcomes[i], pending[i] = r.take(ctx, begin, wave[k], outcomes)
			if !wave[k].IsPart {
				r.report(outcomes[i], pending[i])
			}
		})
	}
	for range maxTries - 1 {
		r.each(ctx, len(outcomes), func(i int) {
			if pending[i] != nil && !r.isStopped(ctx) {
				outcomes[i], pending[i] = r.resume(ctx, pending[i])
				r.report(outcomes[i], pending[i])
			}
		})
	}
	for i, j := range pending {
		if j != nil {
			outcomes[i] = r.giveUp(j)
			r.report(outcomes[i], nil)
		}
	}
	r.hold(outcomes)
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
	if err := group.Wait(); err != nil { // every change reports through its outcome, so this is a panic
		panic(err)
	}
}

// report reports an outcome, unless it is still pending.
func (r *run) report(o ChangeResult, pending *job) {
	if pending == nil && r.opts.Done != nil {
		r.opts.Done(o)
	}
}

// hold keeps back what is still to come on a cluster whose change failed: it
// was reviewed as a step after that one. What was not applied keeps nothing
// back: the tenant took it, and the log configuration, which is set elsewhere,
// does not depend on the field that did not change.
func (r *run) hold(outcomes []ChangeResult) {
	for _, o := range outcomes {
		if o.ID != "" && (o.Outcome == Failed || o.Outcome == Conflict || o.Outcome == Unknown) {
			r.held[o.ID] = true
		}
	}
}

// take takes one step of the changes from begin on. A step that completes a change
// adds to the outcome of the part before it.
func (r *run) take(ctx context.Context, begin int, step planner.Step, outcomes []ChangeResult) (o ChangeResult, pending *job) {
	earlier := outcomes[step.Index]
	if earlier.Outcome != "" && !earlier.Outcome.IsInForce() {
		return earlier, nil
	}
	for _, giver := range step.After {
		if !outcomes[giver].Outcome.IsInForce() {
			o = outcomeOf(step.Change)
			o.Outcome, o.Error = Skipped, "another cluster did not give up the name: "+outcomes[giver].Name
			o.Requests = append(o.Requests, earlier.Requests...)
			return o, nil
		}
	}
	o, pending = r.settle(ctx, begin+step.Index, step.Change)
	o.Requests = append(append([]cluster.Exchange{}, earlier.Requests...), o.Requests...) // never null in JSON
	return o, pending
}

func outcomeOf(change planner.Change) ChangeResult {
	return ChangeResult{Action: change.Action, Name: change.Name, ID: change.ID, Requests: []cluster.Exchange{}, Source: change.Source}
}

// settle brings the i-th change, or a part of it, to its outcome: by making it,
// or not. A job is returned that is still pending; see resume.
func (r *run) settle(ctx context.Context, i int, change planner.Change) (o ChangeResult, pending *job) {
	o = outcomeOf(change)
	switch {
	case r.opts.InForce != nil && r.opts.InForce(i):
		o.Outcome = Unchanged
	case r.isStopped(ctx):
		o.Outcome = NotAttempted
	case r.held[change.ID]:
		o.Outcome, o.Error = Skipped, "its update did not succeed"
	default:
		j := &job{writer: r.writer, change: change, opts: r.opts, ledger: r.ledger, id: change.ID, exchanges: []cluster.Exchange{}}
		return r.conclude(j, crash.Catch(func() error { return j.do(ctx) })) // a panic fails one change, and the others are reported
	}
	return o, nil
}

// resume goes on with a creation whose POST has an unknown outcome, once the other
// changes of its phase have ended: a listing that shows them is current.
func (r *run) resume(ctx context.Context, j *job) (o ChangeResult, pending *job) {
	if j.lost.wasAnswered() || len(r.ledger.createdAfter(j.lostAt)) == 0 {
		return ChangeResult{}, j
	}
	return r.conclude(j, crash.Catch(func() error { return j.follow(ctx, j.postAgain(ctx)) }))
}

// giveUp ends a creation of which it stays unknown what its POST did.
func (r *run) giveUp(j *job) ChangeResult {
	j.settleUnknown(j.lost)
	return r.outcome(j, j.lost)
}

// conclude returns the outcome of a job, or the job itself if it is still pending.
func (r *run) conclude(j *job, err error) (o ChangeResult, pending *job) {
	if errors.As(err, &j.lost) {
		return ChangeResult{}, j
	}
	return r.outcome(j, err), nil
}

func (r *run) outcome(j *job, err error) ChangeResult {
	err = j.orUnnoted(err)
	o := outcomeOf(j.change)
	o.ID, o.Outcome, o.Requests = j.id, j.word(err), j.exchanges
	if err != nil && o.Outcome != Unchanged {
		o.Error = err.Error()
		r.noteFailure()
	}
	return o
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
		return r.opts.Journal.Err() != nil || r.opts.StopOnError && len(r.failed) > 0
	}
}

func (r *run) noteFailure() {
	select {
	case r.failed <- struct{}{}:
	default:
	}
}
