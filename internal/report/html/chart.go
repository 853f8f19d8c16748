package html

import "clusterctl/internal/report"

// chart is drift over time: a bar for each report and a mark for each run of apply.
type chart struct {
	*report.Timeline
	frame
	XTicks, YTicks []tick
	Bars           []bar
	Runs           []mark
}

func chartOf(t *report.Timeline) *chart {
	if t == nil {
		return nil
	}
	c := &chart{Timeline: t, frame: newFrame(t.Points)}
	c.XTicks, c.YTicks = c.xTicks(), c.yTicks()
	width := c.barWidth(t.Points)
	for _, p := range t.Points {
		if p.IsReport {
			c.Bars = append(c.Bars, c.bar(p, width, t.Kinds))
		} else {
			c.Runs = append(c.Runs, mark{At: c.x(p.At), Label: p.What, Title: report.Moment(p.At) + ": " + p.What})
		}
	}
	thinOut(c.Runs)
	return c
}
