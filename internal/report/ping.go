package report

import (
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// CheckState is the result of a check.
type CheckState string

// The states. Only Failed fails ping.
const (
	OK       CheckState = "ok"
	Warning  CheckState = "warning"
	Failed   CheckState = "failed"
	NotKnown CheckState = "not known"
)

// Check is one check of ping.
type Check struct {
	Name    string     `json:"name"`
	State   CheckState `json:"verdict"`
	Message string     `json:"message"`
	// Remedy says what to do unless the state is OK.
	Remedy string `json:"remedy,omitempty"`
}

// pingDocument is the JSON report of ping.
type pingDocument struct {
	FormatVersion string         `json:"formatVersion"`
	Tool          string         `json:"tool"`
	Tenant        cluster.Tenant `json:"tenant"`
	OK            bool           `json:"ok"`
	Checks        []Check        `json:"checks"`
}

// OfPing returns the report of ping.
func OfPing(tool string, tenant cluster.Tenant, checks []Check) Document {
	failed, notKnown := 0, []string{}
	for _, c := range checks {
		switch c.State {
		case Failed:
			failed++
		case NotKnown:
			notKnown = append(notKnown, c.Name)
		case OK, Warning:
		}
	}
	d := Document{
		Kind: "ping", Tool: tool, Tenant: tenant, Data: pingDocument{planner.FormatVersion, tool, tenant, failed == 0, checks},
		Verdict: fmt.Sprintf("All %s passed.", Count(len(checks), "check")), Text: Text{Checks: slices.Clone(checks)},
	}
	if failed > 0 {
		d.Verdict = fmt.Sprintf("%d of %s failed.", failed, Count(len(checks), "check"))
	}
	if len(notKnown) > 0 { // they count as passed
		d.Text.Closing = fmt.Sprintf("Not known: %s (%s).", Count(len(notKnown), "check"), strings.Join(notKnown, ", "))
	}
	return d.printable()
}
