package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
)

// statusTable returns the table of clusters, those in trouble first. A row in trouble has a cell
// with a level; that of a finding is its name.
func statusTable(clusters []cluster.Live, findings []cluster.HealthFinding, now time.Time) *Table {
	type key struct{ name, id string }
	found := map[key]Level{}
	for _, f := range findings {
		found[key{f.Name, f.ID}] = Suspect
	}
	t := &Table{Columns: []Column{
		{Title: "NAME", Least: 12}, {Title: "TYPE", Least: 8, Spare: 3}, {Title: "STATUS"}, {Title: "UP"}, {Title: "ALERT", Least: 8, Spare: 6},
		{Title: "CLIENTS", Right: true}, {Title: "SVCS", Right: true, Spare: 2}, {Title: "CCG", Least: 6, Spare: 1},
		{Title: "VERSION", Spare: 4}, {Title: "UPDATE"}, {Title: "SINCE", Spare: 5}, {Title: "LOG"},
	}}
	for _, live := range clusters {
		t.Rows = append(t.Rows, []Cell{
			{orUnknown(live.Name), found[key{live.Name, live.ID}]}, {Text: orUnknown(live.Type)}, statusCell(live.Status), upCell(live.Operational), alertCell(live),
			{Text: live.Clients.String()}, {Text: live.Services.String()}, {Text: orUnknown(live.CCGVersion)},
			{Text: installedText(live)}, updateCell(live), {Text: sinceText(live.OutdatedAt)}, logCell(live, now),
		})
	}
	slices.SortStableFunc(t.Rows, func(a, b []Cell) int { return cmp.Compare(levelOf(b), levelOf(a)) })
	return t
}

func statusCell(status string) Cell {
	switch status {
	case cluster.StatusNormal:
		return Cell{Text: status}
	case "FAILED":
		return Cell{status, Serious}
	default:
		return Cell{orUnknown(status), Suspect}
	}
}

func upCell(operational *bool) Cell {
	switch {
	case operational == nil:
		return Cell{unknown, Suspect}
	case *operational:
		return Cell{Text: "yes"}
	default:
		return Cell{"no", Serious}
	}
}

// alertCell shows the alert, or else what the health indicators say.
func alertCell(live cluster.Live) Cell {
	text := orDash(live.Alert)
	if indicators := orDash(live.Indicators); text == dash && indicators != dash && indicators != cluster.StatusNormal {
		text = Join(" ", "health", indicators)
	}
	if text == dash {
		return Cell{Text: text}
	}
	return Cell{text, Suspect}
}

// installedText returns the installed version. Without clients, none is installed.
func installedText(live cluster.Live) string {
	if live.Installed.Text() == "" && !live.Clients.IsZero() {
		return unknown
	}
	return orDash(live.Installed)
}

func updateCell(live cluster.Live) Cell {
	c := Cell{Text: orDash(live.Available)}
	if len(live.Updates()) > 0 {
		c.Level = Suspect
	}
	return c
}

// sinceText returns the day of a time, or what the tenant returned instead.
func sinceText(at cluster.Returned) string {
	if t, err := time.Parse(time.RFC3339, at.Text()); err == nil {
		return t.UTC().Format(time.DateOnly)
	}
	return orDash(at)
}

// logCell marks what could not be read.
func logCell(live cluster.Live, now time.Time) Cell {
	c := Cell{Text: logText(live.Log, now)}
	if live.Problem != "" || live.Log.Problem != "" {
		c.Level = Suspect
	}
	return c
}

// dash stands for a value in a table that is known to be none.
const dash = "-"

func orDash(r cluster.Returned) string {
	if !r.IsKnown() {
		return unknown
	}
	return cmp.Or(r.Text(), dash)
}

// logText returns a log configuration in a few words: "INFO +2, 2h13m left".
func logText(s cluster.LogState, now time.Time) string {
	switch {
	case !s.Known:
		return unknown
	case !s.Config.InForce(now):
		return dash
	}
	text := string(s.Config.RootLevel)
	if n := len(s.Config.LogLevels); n > 0 {
		text += fmt.Sprintf(" +%d", n)
	}
	if !s.Config.Expiration.IsZero() {
		text += ", " + span(s.Config.Expiration.Sub(now)) + " left"
	}
	return text
}

// span formats a duration, coarser the longer it is: 2h13m, 12m, 40s.
func span(d time.Duration) string {
	if d < time.Minute {
		return d.Truncate(time.Second).String()
	}
	return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
}
