package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/receipt"
)

// Event is a report of drift or a run of apply in the history of a tenant.
type Event struct {
	At    time.Time
	Drift *drift.Report    // nil for a run
	Run   *receipt.Summary // nil for a run that was interrupted
}

// Timeline is drift over time, oldest first.
type Timeline struct {
	Description  string
	Kinds, Drawn []string // all kinds, and those in the chart
	Points       []Point
}

// Point is one event of a timeline.
type Point struct {
	At       time.Time
	What     string
	IsReport bool
	Cells    []string // a number for each kind; empty for a run
	Counted  []int    // the numbers that count as drift
}

// Total returns how many clusters count as drift.
func (p Point) Total() (sum int) {
	for _, n := range p.Counted {
		sum += n
	}
	return sum
}

// timelineKinds are the kinds of countsOf, in its order.
func timelineKinds() []string {
	return []string{"missing", "blocked", "changed", "lapsed", "unmanaged", kindKnown}
}

func countsOf(s drift.Summary) []int {
	return []int{s.Missing, s.Blocked, s.Changed, s.Lapsed, s.Unmanaged, s.Known}
}

// timelineOf adds the present report to a history; nil without a history.
func timelineOf(history []Event, now drift.Report) *Timeline {
	if len(history) == 0 {
		return nil
	}
	events := append(slices.Clone(history), Event{At: now.CreatedAt, Drift: &now})
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	t := &Timeline{Kinds: timelineKinds()}
	for _, e := range events {
		t.Points = append(t.Points, e.point())
	}
	t.Description = t.describe()
	for i, kind := range t.Kinds {
		counts := kind != kindKnown && now.Counts(drift.Item{Kind: cluster.DriftKind(kind)})
		if counts || slices.ContainsFunc(t.Points, func(p Point) bool { return p.IsReport && p.Counted[i] > 0 }) {
			t.Drawn = append(t.Drawn, kind)
		}
	}
	return t
}

func (e Event) point() Point {
	p := Point{At: e.At, Cells: make([]string, len(timelineKinds()))}
	switch {
	case e.Drift != nil:
		p.What, p.IsReport, p.Counted = "drift report", true, countsOf(e.Drift.Counted())
		for i, n := range countsOf(e.Drift.Summary) {
			p.Cells[i] = fmt.Sprint(n)
		}
	case e.Run == nil:
		p.What = "apply (interrupted)"
	default:
		p.What = fmt.Sprintf("applied %d", e.Run.Applied)
		if failed := e.Run.NotInForce(); failed > 0 {
			p.What += fmt.Sprintf(", %d failed", failed)
		}
	}
	return p
}

// describe summarizes the timeline.
func (t *Timeline) describe() string {
	reports := slices.DeleteFunc(slices.Clone(t.Points), func(p Point) bool { return !p.IsReport })
	first, last := reports[0], reports[len(reports)-1]
	most := slices.MaxFunc(reports, func(a, b Point) int { return a.Total() - b.Total() })
	return fmt.Sprintf("%s and %s. First (%s): %d. Most (%s): %d. Latest (%s): %s.",
		Count(len(reports), "drift report"), Count(len(t.Points)-len(reports), "apply run"),
		Moment(first.At), first.Total(), Moment(most.At), most.Total(), Moment(last.At), last.Describe())
}

// Describe returns "2 changed, 1 missing", or "no drift".
func (p Point) Describe() string {
	var tallies []Tally
	for i, n := range p.Counted {
		tallies = append(tallies, Tally{Label: timelineKinds()[i], N: n})
	}
	return cmp.Or(enumerated(tallies...), "no drift")
}
