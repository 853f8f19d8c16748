// Package report writes every document that the program puts out, in every
// format. Text that came from a file or a tenant is made printable here, so
// that a name can neither move a cursor nor forge a line.
package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"clusterctl/internal/escape"
	"clusterctl/internal/mask"
)

// JSON writes a document, indented and with a newline at its end.
func JSON(w io.Writer, document any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return err
	}
	_, err := w.Write(escape.JSON(text.Bytes()))
	return err
}

// document is written in one go, once it is whole.
type document struct {
	bytes.Buffer
	to io.Writer
}

func (d *document) flush() error {
	_, err := d.WriteTo(d.to)
	return err
}

// Text writes documents for people.
type Text struct {
	// Color marks additions, changes and removals.
	Color bool
	// Adopt shows a plan's unmanaged clusters as entries for the files, too.
	Adopt bool
	// Width is that of the terminal, in cells. With 0 there is none: nothing
	// is broken or shortened.
	Width int
	// Masker masks what is broken or shortened, before it is: half a secret is
	// not recognized. It may be nil.
	Masker *mask.Masker
}

// The marks in front of a line, and their colours.
const (
	markAdd    = "+"
	markChange = "~"
	markRemove = "-"
	markNote   = "!"

	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	reset  = "\x1b[0m"
)

// colored is a text in a colour, or as it is where there is none.
func colored(color, text string) string {
	if color == "" {
		return text
	}
	return color + text + reset
}

// mark colours a mark.
func (t Text) mark(mark string) string {
	color := map[string]string{markAdd: green, markChange: yellow, markRemove: red, markNote: red}[mark]
	if !t.Color || color == "" {
		return mark
	}
	return color + mark + reset
}

// Printable is text with everything in it that is not a printable character
// written as an escape, and so is the beginning of what a pipeline would take
// for a command: a log is read by machines, too.
func Printable(s string) string { return escape.Text(s) }

// value is a JSON value as text; one that is not there is "(none)".
func value(raw json.RawMessage) string {
	if raw == nil {
		return "(none)"
	}
	return Printable(string(raw))
}

// Count is "1 cluster" and "2 clusters".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// matching is "1 cluster matches." and "2 clusters match."
func matching(n int) string {
	if n == 1 {
		return "1 cluster matches."
	}
	return fmt.Sprintf("%d clusters match.", n)
}
