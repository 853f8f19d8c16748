package html

import (
	"fmt"

	"clusterctl/internal/report"
)

// chart is drift over time, ready to be drawn: a bar for each report, a mark for
// each run of apply, and the same as a table.
type chart struct {
	frame
	Title, Desc    string
	Heads          []string // the kinds of the table, also those that do not count
	Legend         []string // the kinds of the bars
	XTicks, YTicks []tick
	Bars           []bar
	Runs           []mark
	Rows           []row
}

// HasRuns reports whether there is a run of apply.
func (c chart) HasRuns() bool { return len(c.Runs) > 0 }

// row is one event in figures, a count for each of Heads.
type row struct {
	When, What string
	Counts     []string
}

func chartOf(t *report.Timeline) *chart {
	if t == nil {
		return nil
	}
	c := &chart{frame: newFrame(t.Points), Title: "Drift over time", Desc: t.Description, Heads: t.Kinds, Legend: t.Drawn}
	c.XTicks, c.YTicks = c.xTicks(), c.yTicks()
	width := c.barWidth(t.Points)
	for _, p := range t.Points {
		when := report.Moment(p.At)
		if p.IsReport {
			c.Bars = append(c.Bars, c.bar(p, width, t.Kinds))
		} else {
			c.Runs = append(c.Runs, mark{At: c.x(p.At), Label: p.What, Title: when + ": " + p.What})
		}
		r := row{When: when, What: p.What, Counts: make([]string, len(t.Kinds))}
		for i, n := range p.Counts {
			r.Counts[i] = fmt.Sprint(n)
		}
		c.Rows = append(c.Rows, r)
	}
	thinOut(c.Runs)
	return c
}
