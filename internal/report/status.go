package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// statusDocument is the JSON report of status.
type statusDocument struct {
	FormatVersion string          `json:"formatVersion"`
	Tool          string          `json:"tool"`
	Tenant        cluster.Tenant  `json:"tenant"`
	Listing       cluster.Listing `json:"proof"`
	Clusters      []clusterStatus `json:"clusters"`
}

type clusterStatus struct {
	Name        string        `json:"name"`
	ID          string        `json:"id"`
	Type        string        `json:"type"`
	Status      string        `json:"status"`
	Operational *bool         `json:"operational"` // null if not returned
	Clients     cluster.Count `json:"clients"`
	Services    cluster.Count `json:"services"`
	CCGVersion  string        `json:"ccgVersion"`
	LogConfig   *logStatus    `json:"logConfig"` // null if none is active or it is unknown
	LogUnknown  bool          `json:"logUnknown,omitempty"`
	Problem     string        `json:"problem,omitempty"` // what could not be read
}

// logStatus is an active log configuration. Expiration is null if the tenant does not
// return it.
type logStatus struct {
	RootLevel  cluster.Level            `json:"rootLevel"`
	LogLevels  map[string]cluster.Level `json:"logLevels"`
	Expiration *time.Time               `json:"expiration"`
}

// OfStatus returns the report of the picked clusters at a time, by name.
func OfStatus(tool string, snapshot cluster.Snapshot, picked cluster.Selection, now time.Time) Document {
	s := statusDocument{FormatVersion: planner.FormatVersion, Tool: tool, Tenant: snapshot.Tenant, Listing: snapshot.Listing, Clusters: []clusterStatus{}}
	for _, live := range snapshot.Clusters {
		if picked.Picks(live.Name) {
			s.Clusters = append(s.Clusters, statusOf(live, now))
		}
	}
	slices.SortFunc(s.Clusters, func(a, b clusterStatus) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	d := Document{
		Kind: "status", Tool: tool, Tenant: s.Tenant, Data: s, Verdict: statusVerdict(s.Clusters), Unverified: Unverified(&s.Listing),
		Text: Text{Lead: []Phrase{tenantPhrase(s.Tenant, "")}},
	}
	if len(s.Clusters) > 0 {
		d.Text.Table = statusTable(s.Clusters, now)
	}
	for _, c := range s.Clusters {
		if c.Problem != "" {
			item := Item{Name: orUnknown(c.Name), ID: c.ID, Message: c.Problem, Mark: MarkNote, Apart: len(d.Items) == 0}
			item.Alike, item.Trace = alike(c.Problem, c.ID)
			d.Items = append(d.Items, item)
		}
	}
	return d.printable()
}

func statusOf(live cluster.Live, now time.Time) clusterStatus {
	return clusterStatus{
		Name: live.Name, ID: live.ID, Type: live.Type, Status: live.Status, Operational: live.Operational,
		Clients: live.Clients, Services: live.Services, CCGVersion: live.CCGVersion,
		LogConfig: logStatusOf(live.Log.Config, now), LogUnknown: !live.Log.Known, Problem: cmp.Or(live.Problem, live.Log.Problem),
	}
}

func logStatusOf(c *cluster.LiveLogConfig, now time.Time) *logStatus {
	if !c.InForce(now) {
		return nil
	}
	s := logStatus{RootLevel: c.RootLevel, LogLevels: c.LogLevels}
	if s.LogLevels == nil {
		s.LogLevels = map[string]cluster.Level{}
	}
	if !c.Expiration.IsZero() {
		s.Expiration = new(c.Expiration.UTC())
	}
	return &s
}

func statusVerdict(clusters []clusterStatus) string {
	operational, logs := 0, 0
	for _, c := range clusters {
		if c.Operational != nil && *c.Operational {
			operational++
		}
		if c.LogConfig != nil {
			logs++
		}
	}
	return fmt.Sprintf("%s: %d operational, %d with an active log configuration.", Count(len(clusters), "cluster"), operational, logs)
}

// Table is text in columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// Column is a column of a table. The first one, with the names, shrinks last.
type Column struct {
	Title string
	Least int // the width it keeps on a narrow terminal; with 0 it never shrinks
	Right bool
	Spare bool // left out before the first one shrinks
}

// Cell is one value of a table.
type Cell struct {
	Text  string
	Level Level
}

func statusTable(clusters []clusterStatus, now time.Time) *Table {
	t := &Table{Columns: []Column{
		{Title: "NAME", Least: 12}, {Title: "TYPE", Least: 8, Spare: true}, {Title: "STATUS"}, {Title: "UP"},
		{Title: "CLIENTS", Right: true}, {Title: "SVCS", Right: true, Spare: true}, {Title: "CCG", Least: 6, Spare: true}, {Title: "LOG"},
	}}
	states, ups := map[string]Level{"FAILED": Serious, "WARNING": Suspect}, map[string]Level{"no": Serious}
	for _, c := range clusters {
		up := upText(c.Operational)
		t.Rows = append(t.Rows, []Cell{
			{Text: orUnknown(c.Name)}, {Text: orUnknown(c.Type)}, {orUnknown(c.Status), states[c.Status]}, {up, ups[up]},
			{Text: c.Clients.String()}, {Text: c.Services.String()}, {Text: orUnknown(c.CCGVersion)}, {Text: logText(c, now)},
		})
	}
	return t
}

func upText(isUp *bool) string {
	if isUp == nil {
		return unknown
	}
	return map[bool]string{true: "yes", false: "no"}[*isUp]
}

// logText returns a log configuration in a few words: "INFO +2, 2h13m left".
func logText(c clusterStatus, now time.Time) string {
	switch {
	case c.LogUnknown:
		return unknown
	case c.LogConfig == nil:
		return "-"
	}
	text := string(c.LogConfig.RootLevel)
	if n := len(c.LogConfig.LogLevels); n > 0 {
		text += fmt.Sprintf(" +%d", n)
	}
	if c.LogConfig.Expiration != nil {
		text += ", " + span(c.LogConfig.Expiration.Sub(now)) + " left"
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
