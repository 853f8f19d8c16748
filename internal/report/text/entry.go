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

// field is one line about a field: its path, and one or two values among words.
type field struct {
	mark report.Mark // empty: none
	path string
	// The text is lead first between second trail.
	lead, first, between, second, trail string
	// diff is the values as a diff of lines, and marks are what is before each of them in
	// lines of its own.
	diff  []string
	marks [2]string
}

func (f Format) fieldOf(of report.Field, compares bool) field {
	shown := field{
		mark: report.MarkChange, path: of.Path, first: f.Masker.Text(of.Before), second: f.Masker.Text(of.After),
		diff: report.LineDiff(f.Masker, of), marks: [2]string{"- ", "+ "},
	}
	switch {
	case compares:
		shown.mark, shown.trail = "", report.Remark(of.Remark)
		shown.lead, shown.between, shown.marks = "expected ", ", found ", [2]string{"expected ", "found    "}
		if shown.diff != nil {
			shown.trail = " (- expected, + found)" + shown.trail
		}
	case of.Before == "" && of.After == "":
		shown.mark, shown.lead = report.MarkRemove, of.Remark
	case of.Before == "":
		shown.mark = report.MarkAdd
	case of.After == "":
		shown.mark = report.MarkRemove
	default:
		shown.between = " → "
	}
	return shown
}

// fields writes lines about the fields of one cluster, their values in one column. Values too
// long for the line follow in lines of their own: nothing is cut.
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
		text := of.lead + of.first + of.between + of.second + of.trail
		taken := len(indent) + len(of.mark) + max(column, cells(of.path)) + len("  :") // a mark is one character
		if of.diff == nil && (f.Width == 0 || taken+cells(text) <= f.Width) {
			fmt.Fprintf(w, "%s%s %s\n", front, padded(of.path+":", column+1), text)
			continue
		}
		fmt.Fprintf(w, "%s%s:%s\n", front, of.path, of.trail)
		for _, line := range of.lines() {
			if line == "  " { // an empty line
				fmt.Fprintln(w)
				continue
			}
			fmt.Fprintf(w, "%s%s%s\n", indent, indent, f.colored(colorOfMark(report.Mark(line[:1])), line))
		}
	}
}

// lines are the values of a field in lines of their own.
func (f field) lines() []string {
	if f.diff != nil {
		return f.diff
	}
	var lines []string
	for n, value := range []string{f.first, f.second} {
		if value != "" {
			lines = append(lines, f.marks[n]+value)
		}
	}
	if lines == nil {
		return []string{f.lead} // what a field without values means
	}
	return lines
}
