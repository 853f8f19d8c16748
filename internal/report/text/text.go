// Package text writes documents as text for terminals and logs.
package text

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/report"
)

// Format writes documents as text. It masks before it shortens: half a secret would not be
// recognised.
type Format struct {
	Masker *report.Masker // may be nil
	Color  bool           // colours marks and cells
	Width  int            // of the terminal, in cells; with 0 lines are not wrapped
}

// The colours of marks and levels.
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

// colored returns a text in a colour, if there is one.
func (f Format) colored(color, text string) string {
	if !f.Color || color == "" {
		return text
	}
	return color + text + reset
}

// Write renders a document and writes it at once.
func (f Format) Write(w io.Writer, d report.Document) error {
	var out bytes.Buffer
	f.document(&out, d)
	_, err := out.WriteTo(w)
	return err
}

func (f Format) document(w io.Writer, d report.Document) {
	if d.Text.Whole != "" {
		fmt.Fprint(w, f.Masker.Text(d.Text.Whole))
		return
	}
	for _, notice := range d.Notices() {
		fmt.Fprintf(w, "warning: %s\n", notice.Message)
	}
	var body bytes.Buffer
	f.body(&body, d)
	if d.Verdict != "" {
		if isLog := len(d.Items) > 0 && d.Items[0].Line != ""; body.Len() > 0 && !isLog {
			fmt.Fprintln(&body)
		}
		fmt.Fprintln(&body, d.Verdict)
	}
	_, _ = body.WriteTo(w) // a buffer
}

func (f Format) body(w io.Writer, d report.Document) {
	for _, line := range d.Text.Lead {
		fmt.Fprintln(w, line)
	}
	if d.Text.Table != nil {
		if d.Sections == nil {
			fmt.Fprintln(w)
		}
		f.table(w, *d.Text.Table)
	}
	for _, s := range d.Sections {
		fmt.Fprintf(w, "\n== %s ==\n", s.Name)
		f.document(w, s.Document)
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

// items writes items, those with the same message as a bundle.
func (f Format) items(w io.Writer, d report.Document) {
	for _, items := range report.Bundles(d.Items) {
		if len(items) == 1 {
			f.item(w, items[0], d.Compares)
			continue
		}
		f.item(w, report.BundleOf(items), false)
		if items[0].List == "" {
			f.detail(w, members(items))
		}
	}
}

// members names the clusters of a bundle, with what is of one of them only.
func members(items []report.Item) string {
	names := make([]string, len(items))
	for n, i := range items {
		trace := ""
		if i.Trace != "" {
			trace = "request id " + i.Trace
		}
		names[n] = i.Name + report.Remark(report.Join(", ", i.ID, i.Origin, trace))
	}
	return strings.Join(names, ", ")
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
		fields[n] = f.fieldOf(of, compares)
	}
	f.fields(w, fields)
}

// detail writes a line below that of an item.
func (f Format) detail(w io.Writer, s string) {
	fmt.Fprintf(w, "%s%s\n", indent, f.wrapped(s, len(indent)))
}

// checks writes a line for each check of ping.
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
