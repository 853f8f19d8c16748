package markdown

import (
	"fmt"
	"strings"

	"clusterctl/internal/report"
)

// item is an item of a list, or one with a heading of its own, and its fields.
func (f Format) item(d report.Document, layout report.Layout, i report.Item) string {
	var block string
	if lines := f.fields(i.Fields, d.Compares); len(lines) > 0 || layout == report.Headed {
		block = "\n" + diffBlock(lines)
	}
	switch {
	case layout == report.Headed:
		return f.cluster(i) + "\n" + block
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
		text += fmt.Sprintf(", %s, known until %s: %s", i.What, report.Stamp(i.Accepted.Until), f.prose(i.Accepted.Reason))
	}
	return text + "\n" + block
}

// cluster is a name with what says where it is.
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

// fields are the lines of a diff, of which each begins with its mark. What is
// expected is removed, and what was found is added.
func (f Format) fields(fields []report.Field, compares bool) []string {
	var lines []string
	for n, of := range fields {
		if n == report.MostFields {
			return append(lines, "  "+report.MoreFields(len(fields)))
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

// diffBlock shows lines as a diff. None can end it, since each begins with its
// mark.
func diffBlock(lines []string) string {
	return fmt.Sprintf("```diff\n%s\n```\n", strings.Join(lines, "\n"))
}

// indented makes lines part of the list item in front of them.
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
