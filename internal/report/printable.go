package report

import (
	"fmt"

	"clusterctl/internal/escape"
)

// Phrase is a sentence of ours that quotes others.
type Phrase struct {
	format string
	quoted []string
}

// Quoting returns a phrase of a format whose verbs are all %s.
func Quoting(format string, quoted ...string) Phrase { return Phrase{format, quoted} }

// IsEmpty reports whether the phrase says nothing.
func (p Phrase) IsEmpty() bool { return p.format == "" }

// String returns the phrase with what it quotes as it is.
func (p Phrase) String() string { return p.With(func(s string) string { return s }) }

// With returns the phrase with each quoted text as quote makes it.
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

// printable returns the document with everything in it that is not a printable
// character as an escape, and so is the beginning of what a pipeline would take for a
// command: a name can neither move a cursor nor forge a line, and a log is read by
// machines, too.
func (d Document) printable() Document {
	show(&d.Tool)
	for _, p := range append(d.Text.Lead, d.Comment.Intro, d.Comment.Outro, d.Page.Subject) {
		p.show()
	}
	for i := range d.Page.Facts {
		show(&d.Page.Facts[i].Text)
	}
	for i := range d.Text.Checks {
		show(&d.Text.Checks[i].Message, &d.Text.Checks[i].Remedy)
	}
	if d.Text.Table != nil {
		for _, row := range d.Text.Table.Rows {
			for i := range row {
				show(&row[i].Text)
			}
		}
	}
	showItems(d.Items)
	for i := range d.Runs {
		d.Runs[i].Lead.show()
		show(&d.Runs[i].Digest)
		showItems(d.Runs[i].Items)
	}
	return d
}

func (p Phrase) show() {
	for i := range p.quoted {
		show(&p.quoted[i])
	}
}

func showItems(items []Item) {
	for n := range items {
		i := &items[n]
		show(&i.Kind, &i.What, &i.Name, &i.ID, &i.Origin, &i.State, &i.Message, &i.Sent, &i.Line, &i.Rule, &i.Test.Verb, &i.Test.Reason)
		if i.Known != nil {
			i.Known = &Known{Reason: escape.Text(i.Known.Reason), Until: i.Known.Until}
		}
		for _, fields := range [][]Field{i.Fields, i.Requests} {
			for n := range fields {
				show(&fields[n].Path, &fields[n].Before, &fields[n].After)
			}
		}
	}
}

func show(texts ...*string) {
	for _, text := range texts {
		if *text != "" {
			*text = escape.Text(*text)
		}
	}
}
