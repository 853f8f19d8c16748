package cluster

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// FindingKind is a condition that a cluster meets, or that cannot be decided.
type FindingKind string

// The kinds of findings. What is unknown is a finding of its own: it never counts as fine.
const (
	ListingUnverified FindingKind = "listing-unverified" // clusters may be missing
	NotFound          FindingKind = "not-found"          // a target picks no cluster
	Unhealthy         FindingKind = "unhealthy"
	HealthUnknown     FindingKind = "health-unknown"
	Outdated          FindingKind = "outdated"
	VersionUnknown    FindingKind = "version-unknown"
	Expiring          FindingKind = "expiring"
	LogUnknown        FindingKind = "log-unknown"
)

// FindingKinds returns all kinds, in the order of findings.
func FindingKinds() []FindingKind {
	return []FindingKind{ListingUnverified, NotFound, Unhealthy, HealthUnknown, Outdated, VersionUnknown, Expiring, LogUnknown}
}

// HealthFinding is a condition that a cluster meets. Name and ID are empty if it is about the
// listing; a target that picks no cluster is in Name.
type HealthFinding struct {
	Kind    FindingKind `json:"kind"`
	Name    string      `json:"name"`
	ID      string      `json:"id,omitempty"`
	Message string      `json:"message"`
}

// Conditions are what clusters are checked for. The zero value checks nothing.
type Conditions struct {
	Unhealthy bool
	Outdated  bool
	// Expiring is the remaining time from which on a log configuration is a finding; 0 is never.
	Expiring time.Duration
}

// AreNone reports whether nothing is checked.
func (c Conditions) AreNone() bool { return c == Conditions{} }

// Findings returns what the picked clusters of a snapshot meet at a time: by kind, name and id. A
// cluster whose name is unknown may be a picked one, so it is checked.
func (c Conditions) Findings(s Snapshot, picked Selection, now time.Time) []HealthFinding {
	findings := []HealthFinding{}
	if !c.AreNone() && !s.Listing.Verified {
		findings = append(findings, HealthFinding{Kind: ListingUnverified, Message: "the tenant did not return how many clusters it has, so some may be missing"})
	}
	if !c.AreNone() {
		findings = append(findings, notFound(s.Clusters, picked)...)
	}
	for _, live := range s.Clusters {
		if picked.Picks(live.Name) || live.Name == "" {
			findings = append(findings, c.of(live, now)...)
		}
	}
	slices.SortStableFunc(findings, func(a, b HealthFinding) int {
		order := FindingKinds()
		return cmp.Or(slices.Index(order, a.Kind)-slices.Index(order, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return findings
}

// notFound returns a finding for each target that picks no cluster: a deleted cluster is not a
// healthy one.
func notFound(clusters []Live, picked Selection) (findings []HealthFinding) {
	for _, target := range picked.Target {
		alone := Selection{Target: []Glob{target}, Exclude: picked.Exclude}
		if !slices.ContainsFunc(clusters, func(live Live) bool { return alone.Picks(live.Name) }) {
			findings = append(findings, HealthFinding{Kind: NotFound, Name: string(target), Message: "--target matches no live cluster"})
		}
	}
	return findings
}

// of returns at most one finding for each condition: what is wrong, or else what is unknown.
func (c Conditions) of(live Live, now time.Time) (findings []HealthFinding) {
	add := func(kind FindingKind, reasons []string) bool {
		if len(reasons) > 0 {
			findings = append(findings, HealthFinding{kind, live.Name, live.ID, strings.Join(reasons, ", ")})
		}
		return len(reasons) > 0
	}
	if c.Unhealthy && !add(Unhealthy, live.Ailments()) {
		add(HealthUnknown, live.healthUnknown())
	}
	if c.Outdated && !add(Outdated, live.Updates()) {
		add(VersionUnknown, live.versionUnknown())
	}
	if c.Expiring > 0 && !add(Expiring, live.Log.expiring(now, c.Expiring)) {
		add(LogUnknown, live.Log.endUnknown(now))
	}
	return findings
}

// StatusNormal is the status, and the state of health indicators, without a problem.
const StatusNormal = "NORMAL"

// Ailments returns what is wrong with the health of the cluster.
func (l Live) Ailments() []string {
	var reasons []string
	if l.Status != "" && l.Status != StatusNormal {
		reasons = append(reasons, "status "+l.Status)
	}
	if l.Operational != nil && !*l.Operational {
		reasons = append(reasons, "not operational")
	}
	if alert := l.Alert.Text(); alert != "" {
		reasons = append(reasons, "alert "+alert)
	}
	if indicators := l.Indicators.Text(); indicators != "" && indicators != StatusNormal {
		reasons = append(reasons, "health indicators "+indicators)
	}
	return reasons
}

// healthUnknown returns what the tenant did not return of the cluster's health.
func (l Live) healthUnknown() []string {
	return unknownOf(
		isKnown{"status", l.Status != ""}, isKnown{"operational", l.Operational != nil},
		isKnown{"alertKey", l.Alert.IsKnown()}, isKnown{"consolidatedHealthIndicatorsStatus", l.Indicators.IsKnown()})
}

// Updates returns why the cluster is outdated.
func (l Live) Updates() []string {
	var reasons []string
	if available := l.Available.Text(); available != "" && available != l.Installed.Text() {
		reasons = append(reasons, "installed version "+cmp.Or(l.Installed.Text(), "unknown")+", available "+available)
	}
	if since := l.OutdatedAt.Text(); since != "" {
		reasons = append(reasons, "outdated since "+since)
	}
	return reasons
}

// versionUnknown returns what the tenant did not return of the cluster's versions. Without
// clients, nothing is installed.
func (l Live) versionUnknown() []string {
	return unknownOf(
		isKnown{"currentInstalledReleaseVersion", l.Installed.Text() != "" || l.Clients.IsZero()},
		isKnown{"updatePackage", l.Available.IsKnown()}, isKnown{"isOutOfDateNotifiedAt", l.OutdatedAt.IsKnown()})
}

// isKnown says whether the tenant returned a member of a cluster.
type isKnown struct {
	member string
	known  bool
}

func unknownOf(members ...isKnown) []string {
	var reasons []string
	for _, m := range members {
		if !m.known {
			reasons = append(reasons, m.member+" not returned")
		}
	}
	return reasons
}

// expiring returns when an active log configuration expires, if at most within is left.
func (s LogState) expiring(now time.Time, within time.Duration) []string {
	if c := s.Config; !c.InForce(now) || c.Expiration.IsZero() || c.Expiration.Sub(now) > within {
		return nil
	}
	return []string{"log configuration expires at " + s.Config.Expiration.UTC().Format(time.RFC3339)}
}

// endUnknown returns why it is unknown when the log configuration expires.
func (s LogState) endUnknown(now time.Time) []string {
	switch {
	case !s.Known:
		return []string{s.Unknown()}
	case s.Config.InForce(now) && s.Config.Expiration.IsZero():
		return []string{"expiration of the log configuration not returned"}
	}
	return nil
}
