package applier

import (
	"errors"
	"slices"
	"strings"
)

// stepErrors are the errors of several steps of one change.
type stepErrors []error

func (e stepErrors) Error() string {
	texts := make([]string, 0, len(e))
	for _, err := range e {
		texts = append(texts, err.Error())
	}
	return strings.Join(texts, "; ")
}

func (e stepErrors) Unwrap() []error { return e }

// with returns the errors and one more. Fields that are not in force are
// reported together.
func (e stepErrors) with(err error) stepErrors {
	if err == nil {
		return e
	}
	var more, known *notAppliedError
	isNotApplied := func(err error) bool { return errors.As(err, &known) }
	if i := slices.IndexFunc(e, isNotApplied); i >= 0 && errors.As(err, &more) {
		known.fields = append(known.fields, more.fields...)
		return e
	}
	return append(e, err)
}

// orNil returns a single error as it is, and nil for none.
func (e stepErrors) orNil() error {
	switch len(e) {
	case 0:
		return nil
	case 1:
		return e[0]
	default:
		return e
	}
}

// word is the worst of the words for the errors.
func (e stepErrors) word() Outcome {
	words := make([]Outcome, 0, len(e))
	for _, err := range e {
		words = append(words, wordFor(err))
	}
	for _, worst := range []Outcome{Failed, Conflict, Unknown, Unverified} {
		if slices.Contains(words, worst) {
			return worst
		}
	}
	return NotApplied
}
