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
	FormatVersion string                  `json:"formatVersion"`
	Tool          string                  `json:"tool"`
	Tenant        cluster.Tenant          `json:"tenant"`
	Listing       cluster.Listing         `json:"proof"`
	Clusters      []clusterStatus         `json:"clusters"`
	Findings      []cluster.HealthFinding `json:"findings,omitzero"` // absent if nothing is checked
}

type clusterStatus struct {
	Name        string           `json:"name"`
	ID          string           `json:"id"`
	Type        string           `json:"type"`
	Status      string           `json:"status"`
	Operational *bool            `json:"operational"` // null if not returned
	Alert       cluster.Returned `json:"alert"`
	Indicators  cluster.Returned `json:"healthIndicators"`
	Clients     cluster.Count    `json:"clients"`
	Services    cluster.Count    `json:"services"`
	CCGVersion  string           `json:"ccgVersion"`
	Installed   cluster.Returned `json:"installedVersion"`
	Available   cluster.Returned `json:"availableVersion"`
	OutdatedAt  cluster.Returned `json:"outdatedSince"`
	LogConfig   *logStatus       `json:"logConfig"` // null if none is active or it is unknown
	LogUnknown  bool             `json:"logUnknown,omitempty"`
	Problem     string           `json:"problem,omitempty"` // what could not be read
}

// logStatus is an active log configuration. Expiration is null if the tenant does not
// return it.
type logStatus struct {
	RootLevel  cluster.Level            `json:"rootLevel"`
	LogLevels  map[string]cluster.Level `json:"logLevels"`
	Expiration *time.Time               `json:"expiration"`
}

// StatusOptions are inputs of the report of status besides the snapshot.
type StatusOptions struct {
	Picked cluster.Selection
	// Findings are those of --fail-on, nil if nothing is checked.
	Findings []cluster.HealthFinding
	Now      time.Time
}

// OfStatus returns the report of the picked clusters at a time: by name, but the table shows
// clusters in trouble first.
func OfStatus(tool string, snapshot cluster.Snapshot, o StatusOptions) Document {
	s := statusDocument{
		FormatVersion: planner.FormatVersion, Tool: tool, Tenant: snapshot.Tenant, Listing: snapshot.Listing,
		Clusters: []clusterStatus{}, Findings: o.Findings,
	}
	clusters := slices.DeleteFunc(slices.Clone(snapshot.Clusters), func(live cluster.Live) bool { return !o.Picked.Picks(live.Name) })
	slices.SortFunc(clusters, func(a, b cluster.Live) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	for _, live := range clusters {
		s.Clusters = append(s.Clusters, statusOf(live, o.Now))
	}
	d := Document{
		Kind: "status", Tool: tool, Tenant: s.Tenant, Data: s, Unverified: Unverified(&s.Listing),
		Verdict: statusVerdict(s.Clusters, s.Findings),
		Text:    Text{Lead: []Phrase{tenantPhrase(s.Tenant, "")}},
		Items:   append(findingItems(s.Findings), problemItems(s.Clusters)...),
	}
	if len(clusters) > 0 {
		d.Text.Table = statusTable(clusters, o.Findings, o.Now)
	}
	if len(d.Items) > 0 {
		d.Items[0].Apart = true
	}
	return d.printable()
}

func problemItems(clusters []clusterStatus) (items []Item) {
	for _, c := range clusters {
		if c.Problem != "" {
			items = append(items, noteOf("", c.Name, c.ID, c.Problem))
		}
	}
	return items
}

// findingItems leaves out the unverified listing: the report begins with a warning about it.
func findingItems(findings []cluster.HealthFinding) (items []Item) {
	for _, f := range findings {
		if f.Kind != cluster.ListingUnverified {
			items = append(items, noteOf(strings.ReplaceAll(string(f.Kind), "-", " "), f.Name, f.ID, f.Message))
		}
	}
	return items
}

// noteOf returns an item of a status. Its kind, if any, is what it says before the name.
func noteOf(kind, name, id, message string) Item {
	i := Item{Kind: kind, What: kind, Name: orUnknown(name), ID: id, Message: message, Mark: MarkNote}
	i.Alike, i.Trace = alike(message, id)
	return i
}

func statusOf(live cluster.Live, now time.Time) clusterStatus {
	return clusterStatus{
		Name: live.Name, ID: live.ID, Type: live.Type, Status: live.Status, Operational: live.Operational,
		Alert: live.Alert, Indicators: live.Indicators, Clients: live.Clients, Services: live.Services, CCGVersion: live.CCGVersion,
		Installed: live.Installed, Available: live.Available, OutdatedAt: live.OutdatedAt,
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

// statusVerdict counts the clusters. With --fail-on, it counts the findings, too.
func statusVerdict(clusters []clusterStatus, findings []cluster.HealthFinding) string {
	operational, logs := 0, 0
	for _, c := range clusters {
		if c.Operational != nil && *c.Operational {
			operational++
		}
		if c.LogConfig != nil {
			logs++
		}
	}
	n := map[cluster.FindingKind]int{}
	for _, f := range findings {
		n[f.Kind]++
	}
	var found []Tally
	for _, kind := range cluster.FindingKinds() {
		if kind != cluster.ListingUnverified {
			found = append(found, Tally{Label: strings.ReplaceAll(string(kind), "-", " "), N: n[kind]})
		}
	}
	listing := map[bool]string{true: "listing not verified"}[n[cluster.ListingUnverified] > 0]
	return Join(", ", fmt.Sprintf("%s: %d operational, %d with an active log configuration", Count(len(clusters), "cluster"), operational, logs),
		enumerated(found...), listing) + "."
}
