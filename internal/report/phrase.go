package report

import (
	"fmt"
	"slices"
)

// Phrase is a sentence of this program that quotes text from elsewhere.
type Phrase struct {
	format string
	quoted []string
}

// Quoting returns a phrase of a format whose verbs are all %s.
func Quoting(format string, quoted ...string) Phrase { return Phrase{format, quoted} }

// IsEmpty reports whether the phrase says nothing.
func (p Phrase) IsEmpty() bool { return p.format == "" }

// String returns the phrase with its quoted texts unchanged.
func (p Phrase) String() string { return p.With(func(s string) string { return s }) }

// With returns the phrase with quote applied to each quoted text.
func (p Phrase) With(quote func(string) string) string {
	if len(p.quoted) == 0 {
		return p.format
	}
	quoted := make([]any, len(p.quoted))
	for i, q := range p.quoted {
		quoted[i] = quote(q)
	}
	return fmt.Sprintf(p.format, quoted...)
}

func (p Phrase) show() {
	for i := range p.quoted {
		show(&p.quoted[i])
	}
}

// Then returns the phrase followed by another one.
func (p Phrase) Then(format string, quoted ...string) Phrase {
	return Phrase{p.format + format, slices.Concat(p.quoted, quoted)}
}
