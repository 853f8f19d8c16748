package applier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"clusterctl/internal/planner"
)

// failure is an error with the outcome of its change.
type failure struct {
	outcome Outcome
	error
}

func (f *failure) Unwrap() error { return f.error }

// conflictf returns an error with the outcome Conflict: the tenant is not as reviewed.
func conflictf(format string, args ...any) error {
	return &failure{Conflict, fmt.Errorf(format, args...)}
}

// notAppliedError names the fields that the tenant accepted but did not change.
type notAppliedError struct{ fields planner.Mismatches }

func (e *notAppliedError) Error() string {
	return "accepted by the tenant, but not in effect: " + e.fields.String()
}

// both are the errors of two steps of one change.
type both struct{ first, second error }

func (b *both) Error() string { return b.first.Error() + "; " + b.second.Error() }

func (b *both) Unwrap() []error { return []error{b.first, b.second} }

// join returns the error of two steps. Fields that are not in effect are reported together.
func join(first, second error) error {
	if first == nil || second == nil {
		return cmp.Or(first, second)
	}
	earlier, isEarlier := errors.AsType[*notAppliedError](first)
	later, isLater := errors.AsType[*notAppliedError](second)
	if isEarlier && isLater {
		earlier.fields = append(earlier.fields, later.fields...)
		return first
	}
	return &both{first, second}
}

// outcomeOf returns the outcome of a change that ended with err: Applied for nil, the worst of
// several, and Failed for an error without an outcome.
func outcomeOf(err error) Outcome {
	if err == nil {
		return Applied
	}
	if b, ok := errors.AsType[*both](err); ok {
		from := []Outcome{outcomeOf(b.first), outcomeOf(b.second)}
		order := []Outcome{Failed, Conflict, Unknown, Unverified, NotApplied}
		return order[slices.IndexFunc(order, func(o Outcome) bool { return slices.Contains(from, o) })]
	}
	if e, ok := errors.AsType[*failure](err); ok {
		return e.outcome
	}
	if _, ok := errors.AsType[*notAppliedError](err); ok {
		return NotApplied
	}
	return Failed
}

// notKnown returns the finding for a write that failed and whose look-up failed too. A conflict
// seen in the look-up is kept.
func notKnown(ctx context.Context, sendErr, lookErr error) finding {
	switch {
	case outcomeOf(lookErr) == Conflict:
		return finding{fate: unknown, err: lookErr}
	case ctx.Err() != nil:
		return finding{fate: unknown, err: fmt.Errorf("%w (the change may have been made; run again to check)", sendErr)}
	default:
		return finding{fate: unknown, err: fmt.Errorf("%w (the change may have been made; run again to check; the look-up failed: %w)", sendErr, lookErr)}
	}
}

// notKnownPost is notKnown for a POST. Its remedy differs: a run that does not find the cluster
// yet creates a second one.
func notKnownPost(ctx context.Context, sendErr, lookErr error) finding {
	switch {
	case outcomeOf(lookErr) == Conflict:
		return finding{fate: unknown, err: lookErr}
	case ctx.Err() != nil:
		return finding{fate: unknown, err: fmt.Errorf("%w (%s)", sendErr, lostRemedy)}
	default:
		return finding{fate: unknown, err: fmt.Errorf("%w (%s; the look-up failed: %w)", sendErr, lostRemedy, lookErr)}
	}
}
