// Package applier runs a plan. It keeps one invariant: what it writes was
// reviewed against what is there. A patch carries test operations; what no test
// can guard is read right before it is written; and what the tenant accepted is
// held against what was wanted before it is called applied.
package applier

import (
	"context"
	"encoding/json"
	"time"

	"golang.org/x/sync/errgroup"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// Writer is what the applier needs of a tenant. Errors that come of an answer
// are *api.Error, others *api.Unanswered.
type Writer interface {
	Get(ctx context.Context, id string) (cluster.Live, error)
	FindByName(ctx context.Context, name string) ([]cluster.Live, error)
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
	Now  func() time.Time
	// CreateGrace is how long a cluster is looked for that a POST may have
	// made: a listing may lag behind.
	CreateGrace time.Duration
	// Parallelism is how many clusters are worked on at once.
	Parallelism int
	// StopOnError starts nothing more once a change has failed.
	StopOnError bool
	// Stop, once closed, keeps new changes from being started; those under
	// way are finished. It may be nil.
	Stop <-chan struct{}
	// Done is told of each outcome as it comes; it may be nil. It is called
	// from several goroutines at once.
	Done func(Outcome)
}

// Run applies the changes of a plan: creates, updates, log configurations,
// deletes, each of these in parallel across clusters. Cancelling ctx ends the
// requests under way.
func Run(ctx context.Context, w Writer, plan planner.Plan, opts Options) Result {
	r := Result{
		FormatVersion: planner.FormatVersion,
		Tool:          opts.Tool,
		Tenant:        plan.Tenant,
		Digest:        plan.Digest,
		StartedAt:     opts.Now().UTC(),
		Outcomes:      make([]Outcome, len(plan.Changes)),
		Matching:      plan.Summary.Unchanged,
	}
	run := newRun(w, opts)
	for begin := 0; begin < len(plan.Changes); {
		end := begin
		for end < len(plan.Changes) && plan.Changes[end].Action == plan.Changes[begin].Action {
			end++
		}
		run.phase(ctx, plan.Changes[begin:end], r.Outcomes[begin:end])
		begin = end
	}
	r.Summary.Skipped = plan.Summary.Blocked
	for _, o := range r.Outcomes {
		r.Summary.count(o.Outcome)
	}
	r.FinishedAt = opts.Now().UTC()
	return r
}

// run is the state that the changes of one Run share.
type run struct {
	writer Writer
	opts   Options
	failed chan struct{} // holds one token once something failed
}

func newRun(w Writer, opts Options) *run {
	return &run{writer: w, opts: opts, failed: make(chan struct{}, 1)}
}

// phase runs changes of one kind and fills in their outcomes.
func (r *run) phase(ctx context.Context, changes []planner.Change, outcomes []Outcome) {
	var group errgroup.Group
	group.SetLimit(max(r.opts.Parallelism, 1))
	for i, change := range changes {
		group.Go(func() error {
			outcomes[i] = r.apply(ctx, change)
			if r.opts.Done != nil {
				r.opts.Done(outcomes[i])
			}
			return nil
		})
	}
	_ = group.Wait() // every change reports through its outcome
}

func (r *run) apply(ctx context.Context, change planner.Change) Outcome {
	j := job{writer: r.writer, change: change, opts: r.opts, id: change.ID, exchanges: []cluster.Exchange{}}
	o := Outcome{Action: change.Action, Name: change.Name, Outcome: NotAttempted}
	if !r.isStopped(ctx) {
		err := j.do(ctx)
		o.Outcome = wordFor(err)
		if err != nil && o.Outcome != Unchanged {
			o.Error = err.Error()
			r.noteFailure()
		}
	}
	o.ID, o.Requests = j.id, j.exchanges
	return o
}

func (r *run) isStopped(ctx context.Context) bool {
	select {
	case <-r.opts.Stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return r.opts.StopOnError && len(r.failed) > 0
	}
}

func (r *run) noteFailure() {
	select {
	case r.failed <- struct{}{}:
	default:
	}
}
