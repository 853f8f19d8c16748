// Package text writes documents for people at a terminal.
package text

import (
	"bytes"
	"fmt"
	"io"

	"clusterctl/internal/report"
)

// Format writes documents as text. What it shortens is masked before: half a
// secret is not recognized.
type Format struct {
	Masker *report.Masker // may be nil
	Color  bool           // marks additions, changes and removals
	Width  int            // of the terminal, in cells; with 0 nothing is broken or shortened
}

// The colours of marks and of what somebody should look at.
const (
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	reset  = "\x1b[0m"
)

func colorOfMark(m report.Mark) string {
	return map[report.Mark]string{report.MarkAdd: green, report.MarkChange: yellow, report.MarkRemove: red, report.MarkNote: red}[m]
}

func colorOfLevel(l report.Level) string {
	return map[report.Level]string{report.Serious: red, report.Suspect: yellow}[l]
}

// colored returns a text in a colour, or as it is if there is none.
func (f Format) colored(color, text string) string {
	if !f.Color || color == "" {
		return text
	}
	return color + text + reset
}

// Write writes a document in one go, once it is whole.
func (f Format) Write(w io.Writer, d report.Document) error {
	var out bytes.Buffer
	if d.Unverified != "" {
		fmt.Fprintf(&out, "Warning: %s.\n", d.Unverified)
	}
	start := out.Len()
	f.body(&out, d)
	if d.Verdict != "" {
		if isLog := len(d.Items) > 0 && d.Items[0].Line != ""; out.Len() > start && !isLog {
			fmt.Fprintln(&out)
		}
		fmt.Fprintln(&out, d.Verdict)
	}
	_, err := out.WriteTo(w)
	return err
}

func (f Format) body(w io.Writer, d report.Document) {
	for _, line := range d.Text.Lead {
		fmt.Fprintln(w, line)
	}
	if d.Text.Table != nil {
		fmt.Fprintln(w)
		f.table(w, *d.Text.Table)
	}
	f.checks(w, d.Text.Checks)
	f.items(w, d)
	for _, run := range d.Runs {
		fmt.Fprintf(w, "\n%s\n", run.Lead)
		for _, i := range run.Items {
			f.item(w, i, false)
		}
		fmt.Fprintf(w, "\n%s\n", run.Verdict)
	}
	if d.Text.Adopt != "" {
		fmt.Fprintf(w, "\n%s", d.Text.Adopt)
	}
	if d.Text.Closing != "" {
		fmt.Fprintf(w, "\n%s\n", d.Text.Closing)
	}
}

// items writes items, and of each kind in a row no more than its group allows.
func (f Format) items(w io.Writer, d report.Document) {
	most := map[string]int{}
	for _, g := range d.Groups {
		most[g.Kind] = g.Most
	}
	for start := 0; start < len(d.Items); {
		kind, end := d.Items[start].Kind, start
		for end < len(d.Items) && d.Items[end].Kind == kind {
			end++
		}
		shown := end
		if most[kind] > 0 {
			shown = min(end, start+most[kind])
		}
		for _, i := range d.Items[start:shown] {
			f.item(w, i, d.Compares)
		}
		if more := end - shown; more > 0 {
			fmt.Fprintf(w, "  … and %d more %s (all of them with --output json)\n", more, kind)
		}
		start = end
	}
}

func (f Format) item(w io.Writer, i report.Item, compares bool) {
	if i.Line != "" {
		fmt.Fprintln(w, i.Line)
		return
	}
	if i.Apart {
		fmt.Fprintln(w)
	}
	f.entry(w, entryOf(i))
	if i.Sent != "" {
		f.detail(w, i.Sent+": "+i.Message)
	}
	if i.Detail != "" {
		fmt.Fprintf(w, "%s%s\n", indent, i.Detail)
	}
	if i.Accepted != nil {
		f.detail(w, i.Accepted.Term()+i.Accepted.Reason)
	}
	fields := make([]field, len(i.Fields))
	for n, of := range i.Fields {
		fields[n] = fieldOf(of, compares)
	}
	f.fields(w, fields)
}

// detail writes what is below the line of an item.
func (f Format) detail(w io.Writer, s string) {
	fmt.Fprintf(w, "%s%s\n", indent, f.wrapped(s, len(indent)))
}

// checks writes a line for each check of a ping.
func (f Format) checks(w io.Writer, checks []report.Check) {
	var widest int
	for _, c := range checks {
		widest = max(widest, cells(c.Name))
	}
	for _, c := range checks {
		verdict := padded(string(c.State), len(report.NotKnown))
		name := columnGap + padded(c.Name, widest) + columnGap
		text := c.Message + report.Remark(c.Remedy)
		color := map[report.CheckState]string{report.OK: green, report.Warning: yellow, report.Failed: red}[c.State]
		front := f.colored(color, string(c.State)) + verdict[len(c.State):] + name
		fmt.Fprintf(w, "%s%s\n", front, f.wrapped(text, cells(verdict+name)))
	}
}
