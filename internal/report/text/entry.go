package text

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/report"
)

// entry is a line that begins with a mark.
type entry struct {
	mark                     report.Mark
	subject, message, origin string // all but the subject may be empty
}

func entryOf(i report.Item) entry {
	e := entry{i.Mark, i.What, report.Join(": ", i.State, i.Message), i.Origin}
	if !i.IsGeneral {
		e.subject = strings.TrimPrefix(i.What+" "+i.Name, " ") + report.Remark(i.ID)
	}
	switch {
	case i.Sent != "": // below
		e.message = ""
	case e.message == "":
		e.subject += report.Remark(i.Cause)
	default:
		e.message += report.Remark(i.Cause)
	}
	return e
}

// entry writes a line, or several where it is too wide for the terminal.
func (f Format) entry(w io.Writer, e entry) {
	line := report.Join(columnGap, report.Join(": ", e.subject, e.message), e.origin)
	if taken := len(e.mark) + 1; f.Width > 0 && taken+cells(line) > f.Width {
		line = f.wrapped(e.subject, taken) + f.below(e)
	}
	fmt.Fprintf(w, "%s %s\n", f.colored(colorOfMark(e.mark), string(e.mark)), line)
}

// below is what follows a subject in lines of their own.
func (f Format) below(e entry) string {
	text := ""
	if e.message != "" {
		text = ":\n" + indent + f.wrapped(e.message, len(indent))
	}
	lastLine := text[strings.LastIndexByte(text, '\n')+1:]
	switch {
	case e.origin == "":
		return text
	case text != "" && cells(lastLine)+len(columnGap)+cells(e.origin) <= f.Width:
		return text + columnGap + e.origin
	default:
		return text + "\n" + indent + e.origin
	}
}

// field is one line on a field: its path, and one or two values among words.
type field struct {
	mark report.Mark // empty: none
	path string
	// The text is lead first between second trail.
	lead, first, between, second, trail string
}

func fieldOf(f report.Field, compares bool) field {
	switch {
	case compares:
		return field{
			path: f.Path, trail: report.Remark(f.Remark),
			lead: "expected ", first: f.Before, between: ", found ", second: f.After,
		}
	case f.Before == "" && f.After == "":
		return field{mark: report.MarkRemove, path: f.Path, lead: f.Remark}
	case f.Before == "":
		return field{mark: report.MarkAdd, path: f.Path, first: f.After}
	case f.After == "":
		return field{mark: report.MarkRemove, path: f.Path, first: f.Before}
	default:
		return field{mark: report.MarkChange, path: f.Path, first: f.Before, between: " → ", second: f.After}
	}
}

// fields writes lines on the fields of one cluster, their texts one below the
// other.
func (f Format) fields(w io.Writer, fields []field) {
	column := 0
	for _, of := range fields {
		if wide := cells(of.path); wide <= widestColumn {
			column = max(column, wide)
		}
	}
	for _, of := range fields {
		front := indent
		if of.mark != "" {
			front += f.colored(colorOfMark(of.mark), string(of.mark)) + " "
		}
		of.first, of.second = f.Masker.Text(of.first), f.Masker.Text(of.second)
		taken := len(indent) + len(of.mark) + max(column, cells(of.path)) + len("  :") // a mark is one character
		fmt.Fprintf(w, "%s%s %s\n", front, padded(of.path+":", column+1), of.text(f.Width, taken))
	}
}

// text is what a line says of its field, with values that fit.
func (f field) text(limit, taken int) string {
	if limit > 0 {
		room := limit - taken - cells(f.lead) - cells(f.between) - cells(f.trail)
		f.first, f.second = bothShortened(f.first, f.second, max(room, narrowestValue))
	}
	return f.lead + f.first + f.between + f.second + f.trail
}
