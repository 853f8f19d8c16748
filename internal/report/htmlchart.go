package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/receipt"
)

// Event is something in the history of a tenant: a report of drift, or a run of
// apply.
type Event struct {
	At time.Time
	// Drift is a report, and nil for a run.
	Drift *drift.Report
	// Run is how a run ended, and nil for a report and for a run that was cut
	// off.
	Run *receipt.Summary
}

// text tells an event in a few words.
func (e Event) text() string {
	switch {
	case e.Drift != nil:
		return "drift report"
	case e.Run == nil:
		return "apply, cut off"
	}
	text := fmt.Sprintf("applied %d", e.Run.Applied)
	if failed := e.Run.NotInForce(); failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	return text
}

// chart is drift over time, ready to be drawn: a bar for each report, a mark for
// each run of apply, and the same as a table.
type chart struct {
	frame
	Title, Desc    shown
	Legend         []count
	XTicks, YTicks []tick
	Bars           []bar
	Runs           []mark
	Rows           []row
}

// HasRuns reports whether there is a run of apply.
func (c chart) HasRuns() bool { return len(c.Runs) > 0 }

// row is one event in figures, a count for each of Heads.
type row struct {
	When, What shown
	Counts     []shown
}

// Heads are the kinds in the table: also those that do not count.
func (chart) Heads() []string {
	return []string{"missing", "blocked", "changed", "lapsed", "unmanaged", "known"}
}

// countsOf are the counts of a report in the order of Heads.
func countsOf(s drift.Summary) []int {
	return []int{s.Missing, s.Blocked, s.Changed, s.Lapsed, s.Unmanaged, s.Known}
}

// drawnKinds are those of Heads that count in a report, or could in the last one.
func drawnKinds(events []Event, last drift.Report) []string {
	var kinds []string
	for i, word := range (chart{}).Heads() {
		counts := word != wordKnown && last.Counts(drift.Item{Kind: cluster.DriftKind(word)})
		isCounted := func(e Event) bool { return e.Drift != nil && countsOf(e.Drift.Counted())[i] > 0 }
		if counts || slices.ContainsFunc(events, isCounted) {
			kinds = append(kinds, word)
		}
	}
	return kinds
}

// chartOf draws a history and what it has come to. Without a history there is
// nothing to draw.
func chartOf(history []Event, now drift.Report) *chart {
	if len(history) == 0 {
		return nil
	}
	events := append(slices.Clone(history), Event{At: now.CreatedAt, Drift: &now})
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })

	c := &chart{Title: "Drift over time", Desc: describe(events)}
	c.frame = newFrame(events)
	for _, word := range drawnKinds(events, now) {
		c.Legend = append(c.Legend, count{kind: kind{word}, Label: shown(word)})
	}
	c.XTicks, c.YTicks = c.xTicks(), c.yTicks()
	c.draw(events)
	return c
}

func (c *chart) draw(events []Event) {
	width := c.barWidth(events)
	for _, e := range events {
		if e.Drift != nil {
			c.Bars = append(c.Bars, c.bar(e, width))
		} else {
			c.Runs = append(c.Runs, mark{At: c.x(e.At), Label: shown(e.text()), Title: moment(e.At) + ": " + shown(e.text())})
		}
		c.Rows = append(c.Rows, rowOf(e))
	}
	thinOut(c.Runs)
}

func rowOf(e Event) row {
	r := row{When: moment(e.At), What: shown(e.text())}
	if e.Drift == nil {
		r.Counts = make([]shown, len(chart{}.Heads()))
		return r
	}
	for _, n := range countsOf(e.Drift.Summary) {
		r.Counts = append(r.Counts, shown(fmt.Sprint(n)))
	}
	return r
}

// describe tells in a sentence what the chart shows.
func describe(events []Event) shown {
	reports := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Drift == nil })
	first, last := reports[0], reports[len(reports)-1]
	most := slices.MaxFunc(reports, func(a, b Event) int { return total(a) - total(b) })
	return shown(fmt.Sprintf("%s and %s of apply. First, %s: %d. Most, %s: %d. Last, %s: %s.",
		Count(len(reports), "report"), Count(len(events)-len(reports), "run"),
		moment(first.At), total(first), moment(most.At), total(most), moment(last.At), tellCounts(last)))
}

// total is how high the bar of a report is.
func total(e Event) int { return e.Drift.Counted().Total() }

// tellCounts is "2 changed, 1 missing", or "no drift".
func tellCounts(e Event) string {
	var parts []string
	for i, n := range countsOf(e.Drift.Counted()) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, chart{}.Heads()[i]))
		}
	}
	if parts == nil {
		return "no drift"
	}
	return strings.Join(parts, ", ")
}
