package applier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/api"
	"clusterctl/internal/planner"
)

// failure is an error with the outcome that it is for its change.
type failure struct {
	outcome Outcome
	error
}

func (f *failure) Unwrap() error { return f.error }

// conflictf is something else found than was reviewed.
func conflictf(format string, args ...any) error {
	return &failure{Conflict, fmt.Errorf(format, args...)}
}

// outcomeOf is the outcome of a change that ended with err: Applied for nil, and
// Failed for an error that says nothing else.
func outcomeOf(err error) Outcome {
	if err == nil {
		return Applied
	}
	if e, ok := errors.AsType[steps](err); ok {
		return e.outcome()
	}
	if e, ok := errors.AsType[*failure](err); ok {
		return e.outcome
	}
	if _, ok := errors.AsType[*notAppliedError](err); ok {
		return NotApplied
	}
	return Failed
}

// notAppliedError names the fields that the tenant took but did not change.
type notAppliedError struct{ fields planner.Mismatches }

func (e *notAppliedError) Error() string { return "accepted, but not in force: " + e.fields.String() }

// lostError is a POST whose outcome is unknown, and whose cluster no listing
// showed within the grace.
type lostError struct{ error }

func (e *lostError) Error() string {
	return e.error.Error() + " (it is not known whether the cluster was created; the next run looks for it first)"
}

func (e *lostError) Unwrap() error { return e.error }

// wasAnswered reports whether the tenant accepted the POST, and only its answer
// makes no sense. A cluster was created then, perhaps under another name than
// the one that is looked for, so that no listing proves the contrary.
func (e *lostError) wasAnswered() bool {
	if _, isWrong := errors.AsType[*wrongAnswerError](e.error); isWrong {
		return true
	}
	unanswered, ok := errors.AsType[*api.Unanswered](e.error)
	return ok && unanswered.Received
}

// wrongAnswerError is an answer to a POST that does not say what the POST did.
type wrongAnswerError struct{ error }

func wrongAnswerf(format string, args ...any) error {
	return &wrongAnswerError{fmt.Errorf(format, args...)}
}

// notKnown is the fate of a write that can be looked at neither, for the reason
// that look says. A conflict seen on looking is one.
func notKnown(ctx context.Context, failed, look error) found {
	switch {
	case outcomeOf(look) == Conflict:
		return found{fate: unknown, err: look}
	case ctx.Err() != nil:
		return found{fate: unknown, err: fmt.Errorf("%w (it may have been done: the next run finds out)", failed)}
	default:
		return found{fate: unknown, err: fmt.Errorf("%w (it may have been done: the next run finds out; looking failed: %w)", failed, look)}
	}
}

// steps are the errors of several steps of one change.
type steps []error

func (s steps) Error() string {
	texts := make([]string, 0, len(s))
	for _, err := range s {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

func (s steps) Unwrap() []error { return s }

// with returns the errors and one more. Fields that are not in force are
// reported together.
func (s steps) with(err error) steps {
	if err == nil {
		return s
	}
	more, ok := errors.AsType[*notAppliedError](err)
	for _, earlier := range s {
		if known, isKnown := errors.AsType[*notAppliedError](earlier); ok && isKnown {
			known.fields = append(known.fields, more.fields...)
			return s
		}
	}
	return append(s, err)
}

// orNil returns a single error as it is, and nil for none.
func (s steps) orNil() error {
	switch len(s) {
	case 0:
		return nil
	case 1:
		return s[0]
	default:
		return s
	}
}

// outcome is the worst one of the errors.
func (s steps) outcome() Outcome {
	for _, worst := range []Outcome{Failed, Conflict, Unknown, Unverified} {
		if slices.ContainsFunc(s, func(err error) bool { return outcomeOf(err) == worst }) {
			return worst
		}
	}
	return NotApplied
}
