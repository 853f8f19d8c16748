package html

import (
	"fmt"

	"clusterctl/internal/report"
)

// chart is drift over time, ready to be drawn: a bar for each report, a mark for
// each run of apply, and the same as a table.
type chart struct {
	frame
	Title, Desc    shown
	Heads          []string // the kinds of the table, also those that do not count
	Legend         []tally
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

func chartOf(t *report.Timeline) *chart {
	if t == nil {
		return nil
	}
	c := &chart{frame: newFrame(t.Points), Title: "Drift over time", Desc: shown(t.Description), Heads: t.Kinds}
	for _, word := range t.Drawn {
		c.Legend = append(c.Legend, tally{kind: kind{word}, Label: shown(word)})
	}
	c.XTicks, c.YTicks = c.xTicks(), c.yTicks()
	width := c.barWidth(t.Points)
	for _, p := range t.Points {
		when := shown(report.Moment(p.At))
		if p.IsReport {
			c.Bars = append(c.Bars, c.bar(p, width, t.Kinds))
		} else {
			c.Runs = append(c.Runs, mark{At: c.x(p.At), Label: shown(p.What), Title: when + ": " + shown(p.What)})
		}
		r := row{When: when, What: shown(p.What), Counts: make([]shown, len(t.Kinds))}
		for i, n := range p.Counts {
			r.Counts[i] = shown(fmt.Sprint(n))
		}
		c.Rows = append(c.Rows, r)
	}
	thinOut(c.Runs)
	return c
}
