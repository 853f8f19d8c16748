package ci

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"clusterctl/internal/report"
)

// annotationsOfLevel is how many annotations of one level GitHub shows for a step.
const annotationsOfLevel = 10

// GitHub writes a document as workflow commands, which GitHub shows as annotations at file and
// line. It shows ten of a level for each step, so the most serious come first and the rest is
// counted.
func (f Format) GitHub(w io.Writer, d report.Document) error {
	var found []annotation
	for _, part := range d.Parts() {
		for _, i := range part.GeneralFirst() {
			if i.Level != report.Silent {
				found = append(found, annotation{i, part})
			}
		}
	}
	shown, left := mostSerious(found)
	out := bufio.NewWriter(w)
	for _, i := range shown {
		text := f.text(i.Item, i.of.Compares)
		title := inTenant(i.of.Name, report.Join(": ", f.subject(i.What, i.Item), i.State))
		if i.Accepted != nil {
			text += "\n" + f.known(i.Item)
		}
		fmt.Fprintf(out, "::%s %stitle=%s::%s\n", i.Level, f.position(i.Item), commandProperty(title), commandText(cmp.Or(text, title)))
	}
	if left != "" {
		fmt.Fprintf(out, "::%s title=more annotations::%s\n", report.Notice, left)
	}
	return out.Flush()
}

// annotation is an item with the document that it is from.
type annotation struct {
	report.Item

	of report.Section
}

// position returns where an annotation is shown; empty for an item in no file.
func (f Format) position(i report.Item) string {
	if i.Source == nil {
		return ""
	}
	return fmt.Sprintf("file=%s,line=%d,col=%d,", commandProperty(f.Name(f.path(i.Source.File))), i.Source.Line, i.Source.Column)
}

// mostSerious returns the items that GitHub would show, and a last notice about the others.
func mostSerious(found []annotation) (shown []annotation, left string) {
	// Items about the whole document stay in front.
	if first := slices.IndexFunc(found, func(i annotation) bool { return !i.IsGeneral }); first >= 0 {
		slices.SortStableFunc(found[first:], func(a, b annotation) int { return cmp.Compare(b.Level, a.Level) })
	}
	var all, more [report.Serious + 1]int
	for _, i := range found {
		all[i.Level]++
		if all[i.Level] <= annotationsOfLevel {
			shown = append(shown, i)
		} else {
			more[i.Level]++
		}
	}
	if more == [report.Serious + 1]int{} {
		return shown, ""
	}
	if all[report.Notice] >= annotationsOfLevel { // makes room for the last one
		shown = shown[:len(shown)-1]
		more[report.Notice]++
	}
	var counts []string
	for _, level := range []report.Level{report.Serious, report.Suspect, report.Notice} {
		if more[level] > 0 {
			counts = append(counts, report.Count(more[level], level.String()))
		}
	}
	return shown, strings.Join(counts, ", ") + " not shown (list all with --output json)"
}

// commandText escapes what would end a workflow command.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty also escapes what would end a property of a workflow command.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(s))
}
