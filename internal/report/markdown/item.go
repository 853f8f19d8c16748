package markdown

import (
	"fmt"
	"strings"

	"clusterctl/internal/report"
)

// item returns a list item, or one with a heading, and its fields.
func (f Format) item(d report.Document, layout report.Layout, i report.Item) string {
	var block string
	if lines := f.fields(i.Fields, d.Compares); len(lines) > 0 || layout == report.Headed {
		block = "\n" + diffBlock(lines)
	}
	switch {
	case layout == report.Headed:
		return f.cluster(i) + "\n" + block
	case i.Line != "" && i.Source == nil:
		return fmt.Sprintf("- %s, %s\n", f.prose(i.Message), f.code(i.Rule))
	case i.Line != "":
		return fmt.Sprintf("- %s: %s, %s\n", f.code(i.Source.String()), f.prose(i.Message), f.code(i.Rule))
	case i.IsGeneral:
		return fmt.Sprintf("- %s%s\n", f.prose(i.Message), f.place(i))
	case layout == report.Bulleted:
		block = indented(block)
	}
	text := "- " + f.cluster(i)
	if d.Comment.Verbs {
		text = fmt.Sprintf("- %s %s", f.prose(i.What), f.cluster(i))
	}
	if i.Detail != "" {
		if i.Source == nil {
			text += ", " + i.Origin + ","
		}
		text += " " + i.Detail
	}
	if i.Message != "" {
		text += ": " + f.prose(i.Message)
	}
	text += report.Remark(i.Cause)
	if i.Accepted != nil {
		text += fmt.Sprintf(", %s, %s%s", i.What, i.Accepted.Term(), f.prose(i.Accepted.Reason))
	}
	return text + "\n" + block
}

// cluster returns the name, id and place of a cluster.
func (f Format) cluster(i report.Item) string {
	text := "**" + f.code(i.Name) + "**"
	if i.ID != "" {
		text += fmt.Sprintf(" (%s)", f.code(i.ID))
	}
	return text + f.place(i)
}

func (f Format) place(i report.Item) string {
	if i.Source == nil {
		return ""
	}
	return " at " + f.code(i.Source.String())
}

// fields returns the lines of a diff, each with its mark. Expected values have "-", found ones
// "+".
func (f Format) fields(fields []report.Field, compares bool) []string {
	var lines []string
	for n, of := range fields {
		if n == report.MostFields {
			return append(lines, "  "+report.MoreFields(len(fields)))
		}
		if diff := report.LineDiff(f.Masker, of); diff != nil {
			lines = append(lines, f.lineDiff(of, diff)...)
			continue
		}
		line := func(mark, text string) { lines = append(lines, fmt.Sprintf("%s %s: %s", mark, f.Name(of.Path), text)) }
		switch {
		case compares:
			line("-", f.Value(of.Before))
			line("+", f.Value(of.After)+report.Remark(of.Remark))
			continue
		case of.Before == "" && of.After == "":
			line("-", of.Remark)
		}
		if of.Before != "" {
			line("-", f.Value(of.Before))
		}
		if of.After != "" {
			line("+", f.Value(of.After))
		}
	}
	return lines
}

// mostLines is how many lines of a text a comment shows.
const mostLines = 40

// lineDiff returns the lines of a text of several lines below its path.
func (f Format) lineDiff(of report.Field, diff []string) []string {
	lines := []string{"  " + f.Name(of.Path) + ":" + report.Remark(of.Remark)}
	for n, line := range diff {
		if n == mostLines {
			return append(lines, "  … and "+report.Count(len(diff)-n, "more line"))
		}
		lines = append(lines, line[:2]+f.Value(line[2:]))
	}
	return lines
}

// diffBlock shows lines as a diff. No line can end the block: its fence is longer than any
// within.
func diffBlock(lines []string) string {
	text, fence := strings.Join(lines, "\n"), "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fmt.Sprintf("%sdiff\n%s\n%s\n", fence, text, fence)
}

// indented makes lines part of the list item above them.
func indented(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if line != "\n" {
			b.WriteString("  ")
		}
		b.WriteString(line)
	}
	return b.String()
}
