package applier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// job is one change under way.
type job struct {
	writer    Writer
	change    planner.Change
	opts      Options
	ledger    *ledger
	id        string          // of the cluster, once it is known
	made      json.RawMessage // the cluster as its creation was answered, or as it was found
	isWhole   bool            // made has all that the server put there
	sentAt    int             // the moment of the ledger at which the last POST was sent
	lostAt    int             // and the one at which its outcome was known to be unknown
	lost      *lostError      // that POST, while the change is pending
	exchanges []cluster.Exchange
	begun     begun // the last write request
	// unnoted is why the outcome of a request is missing from the receipt.
	unnoted error
}

// do makes the change. A nil error is a change that is in force; see wordFor
// for the others.
func (j *job) do(ctx context.Context) error {
	switch j.change.Action {
	case planner.Create:
		return j.create(ctx)
	case planner.Update:
		return j.update(ctx)
	case planner.SetLog:
		return j.setLog(ctx)
	case planner.Delete:
		return j.delete(ctx)
	default:
		return fmt.Errorf("unknown action %q", j.change.Action)
	}
}

// errUnchanged reports that there was nothing to do.
var errUnchanged = errors.New("already as the plan wants it")

// conflictError is something else found than was reviewed.
type conflictError struct{ message string }

func (e *conflictError) Error() string { return e.message }

func conflictf(format string, args ...any) error {
	return &conflictError{fmt.Sprintf(format, args...)}
}

// notAppliedError names the fields that the tenant took but did not change.
type notAppliedError struct{ fields planner.Mismatches }

func (e *notAppliedError) Error() string {
	return "accepted, but not in force: " + e.fields.String()
}

// word is the final word on a change that ended with err. One that failed is
// unknown if the outcome of its last request is.
func (j *job) word(err error) Outcome {
	word := wordFor(err)
	if word == Failed && j.begun.isInDoubt {
		return Unknown
	}
	return word
}

func wordFor(err error) Outcome {
	var (
		steps      stepErrors
		conflict   *conflictError
		notApplied *notAppliedError
		refused    *refusedFieldError
		unverified *unverifiedError
		lost       *lostError
	)
	switch {
	case err == nil:
		return Applied
	case errors.As(err, &steps):
		return steps.word()
	case errors.Is(err, errUnchanged):
		return Unchanged
	case errors.As(err, &conflict):
		return Conflict
	case errors.As(err, &unverified):
		return Unverified
	case errors.As(err, &lost):
		return Unknown
	case errors.As(err, &notApplied), errors.As(err, &refused):
		return NotApplied
	default:
		return Failed
	}
}

// unsettled is the error of a write of which it is not known whether it was
// done, since it cannot be looked at either. A conflict seen on looking is one.
func unsettled(ctx context.Context, unknown, look error) error {
	var conflict *conflictError
	switch {
	case errors.As(look, &conflict):
		return look
	case ctx.Err() != nil:
		return fmt.Errorf("%w (it may have been done: the next run finds out)", unknown)
	default:
		return fmt.Errorf("%w (it may have been done: the next run finds out; looking failed: %w)", unknown, look)
	}
}

// sent notes the answer to a write and passes its error on.
func (j *job) sent(e cluster.Exchange, err error) error {
	var (
		refused    *api.Error
		unanswered *api.Unanswered
	)
	switch {
	case errors.As(err, &refused):
		e = cluster.Exchange{Method: refused.Method, Path: refused.Path, Status: refused.Status, RequestID: refused.RequestID}
	case errors.As(err, &unanswered):
		e = cluster.Exchange{Method: unanswered.Method, Path: unanswered.Path}
	}
	j.begun.exchange = e
	if e.Method != "" {
		j.exchanges = append(j.exchanges, e)
	}
	return err
}
