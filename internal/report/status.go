package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Status is the document of status: what there is, and how it is.
type Status struct {
	FormatVersion string          `json:"formatVersion"`
	Tool          string          `json:"tool"`
	Tenant        cluster.Tenant  `json:"tenant"`
	Proof         cluster.Proof   `json:"proof"`
	Clusters      []ClusterStatus `json:"clusters"`
}

// ClusterStatus is one cluster of it.
type ClusterStatus struct {
	Name   string `json:"name"`
	ID     string `json:"id"`
	Type   string `json:"type"`
	Status string `json:"status"`
	// Operational is null where the tenant does not say.
	Operational *bool         `json:"operational"`
	Clients     cluster.Count `json:"clients"`
	Services    cluster.Count `json:"services"`
	CCGVersion  string        `json:"ccgVersion"`
	// LogConfig is null where none is in force, or where that is not known.
	LogConfig *LogStatus `json:"logConfig"`
	// LogUnknown marks a log configuration that is not known.
	LogUnknown bool `json:"logUnknown,omitempty"`
	// Problem says what of the cluster could not be read.
	Problem string `json:"problem,omitempty"`
}

// LogStatus is a log configuration in force. Expiration is null where the
// tenant does not say when it ends.
type LogStatus struct {
	RootLevel  cluster.Level            `json:"rootLevel"`
	LogLevels  map[string]cluster.Level `json:"logLevels"`
	Expiration *time.Time               `json:"expiration"`
}

// StatusDocument makes the document of status, of the clusters that are picked,
// by name.
func StatusDocument(tool string, snapshot cluster.Snapshot, picked cluster.Selection, now time.Time) Status {
	s := Status{FormatVersion: planner.FormatVersion, Tool: tool, Tenant: snapshot.Tenant, Proof: snapshot.Proof, Clusters: []ClusterStatus{}}
	for _, live := range snapshot.Clusters {
		if picked.Picks(live.Name) {
			s.Clusters = append(s.Clusters, statusOf(live, now))
		}
	}
	slices.SortFunc(s.Clusters, func(a, b ClusterStatus) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return s
}

func statusOf(live cluster.Live, now time.Time) ClusterStatus {
	return ClusterStatus{
		LogUnknown:  !live.Log.Known,
		Problem:     cmp.Or(live.Problem, live.Log.Problem),
		Name:        live.Name,
		ID:          live.ID,
		Type:        live.Type,
		Status:      live.Status,
		Operational: live.Operational,
		Clients:     live.Clients,
		Services:    live.Services,
		CCGVersion:  live.CCGVersion,
		LogConfig:   logStatus(live.Log.Config, now),
	}
}

func logStatus(c *cluster.LiveLogConfig, now time.Time) *LogStatus {
	if !c.InForce(now) {
		return nil
	}
	s := LogStatus{RootLevel: c.RootLevel, LogLevels: c.LogLevels}
	if s.LogLevels == nil {
		s.LogLevels = map[string]cluster.Level{}
	}
	if !c.Expiration.IsZero() {
		end := c.Expiration.UTC()
		s.Expiration = &end
	}
	return &s
}

// Status writes a table of clusters as they are at now. Its last line is
// stable: scripts match it.
func (t Text) Status(w io.Writer, s Status, now time.Time) error {
	out := &document{to: w}
	unverified(out, &s.Proof)
	fmt.Fprintf(out, "Tenant %s at %s\n\n", Printable(orUnknown(s.Tenant.Org)), Printable(s.Tenant.BaseURL))
	if len(s.Clusters) > 0 {
		t.statusTable(s.Clusters, now).write(out, t.Width)
		fmt.Fprintln(out)
		t.statusProblems(out, s.Clusters)
	}
	fmt.Fprintln(out, StatusVerdict(s))
	return out.flush()
}

// statusProblems writes a line for each cluster that could not be read whole.
func (t Text) statusProblems(w io.Writer, clusters []ClusterStatus) {
	found := false
	for _, c := range clusters {
		if c.Problem != "" {
			found = true
			t.entry(w, entry{mark: markNote, subject: wording{t.Masker}.cluster(orUnknown(c.Name), c.ID), message: Printable(c.Problem)})
		}
	}
	if found {
		fmt.Fprintln(w)
	}
}

// StatusVerdict is the last line of a status.
func StatusVerdict(s Status) string {
	operational, logs := 0, 0
	for _, c := range s.Clusters {
		if c.Operational != nil && *c.Operational {
			operational++
		}
		if c.LogConfig != nil {
			logs++
		}
	}
	return fmt.Sprintf("%s: %d operational, %d with a log configuration in force.", Count(len(s.Clusters), "cluster"), operational, logs)
}

func (t Text) statusTable(clusters []ClusterStatus, now time.Time) table {
	tab := table{
		columns: []column{
			{title: "NAME", least: 12}, {title: "TYPE", least: 8, spare: true}, {title: "STATUS"}, {title: "UP"},
			{title: "CLIENTS", right: true}, {title: "SVCS", right: true, spare: true}, {title: "CCG", least: 6, spare: true}, {title: "LOG"},
		},
	}
	if t.Color {
		tab.color = statusColor
	}
	for _, c := range clusters {
		tab.rows = append(tab.rows, []string{
			orUnknown(c.Name), orUnknown(c.Type), orUnknown(c.Status), yesOrNo(c.Operational),
			c.Clients.String(), c.Services.String(), orUnknown(c.CCGVersion), logCell(c, now),
		})
	}
	for _, row := range tab.rows {
		for i, cell := range row {
			row[i] = Printable(t.Masker.Text(cell))
		}
	}
	return tab
}

// statusColor marks what somebody should look at.
func statusColor(title, cell string) string {
	switch {
	case title == "STATUS" && cell == "FAILED", title == "UP" && cell == "no":
		return red
	case title == "STATUS" && cell == "WARNING":
		return yellow
	default:
		return ""
	}
}

// unknown stands for what the tenant did not return, or not in a form that can
// be read.
const unknown = "?"

func orUnknown(text string) string { return cmp.Or(text, unknown) }

func yesOrNo(is *bool) string {
	switch {
	case is == nil:
		return unknown
	case *is:
		return "yes"
	default:
		return "no"
	}
}

// logCell tells a log configuration: "INFO +2, 2h13m left".
func logCell(c ClusterStatus, now time.Time) string {
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

// span is a time to come, as coarse as it is long: 2h13m, 12m, 40s.
func span(d time.Duration) string {
	if d < time.Minute {
		return d.Truncate(time.Second).String()
	}
	return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
}
