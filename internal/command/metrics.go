package command

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/escape"
	"clusterctl/internal/metrics"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// measurement is the facts of a run, how long it took and how it ended.
type measurement struct {
	runFacts
	command           string
	started, finished time.Time
	code              int
	lastSuccess       time.Time // zero if there never was one
}

// lastSuccess is the only metric that is kept from earlier runs.
const lastSuccess = "clusterctl_last_success_timestamp_seconds"

const (
	labelTenant  = "tenant"
	labelCommand = "command"
)

// families returns the metrics of a run. A value that the run did not find out is left out,
// not 0.
func (m measurement) families() []metrics.Family {
	g := gauges{front: []metrics.Label{{Name: labelTenant, Value: labelOf(m.tenant)}, {Name: labelCommand, Value: m.command}}}
	g.add("clusterctl_last_run_timestamp_seconds", "When the last run of the command ended, in Unix time.", g.sample(unixSeconds(m.finished)))
	if !m.lastSuccess.IsZero() {
		g.add(lastSuccess, "When a run of the command last ended with exit code 0 or 2, in Unix time.", g.sample(unixSeconds(m.lastSuccess)))
	}
	g.add("clusterctl_last_run_exit_code", "The exit code of the last run of the command.", g.sample(float64(m.code)))
	g.add("clusterctl_last_run_duration_seconds", "How long the last run of the command took.", g.sample(m.finished.Sub(m.started).Seconds()))
	g.requests(m.runFacts)
	g.clusters(m.runFacts)
	if m.listed != nil {
		g.logWindows(logWindows(*m.listed, m.started))
	}
	switch {
	case m.drift != nil: // it covers what its plan does
		g.drift(*m.drift)
	case m.plan != nil:
		g.plan(m.plan.Summary)
	}
	if m.result != nil {
		g.result(m.result.Summary)
	}
	return g.families
}

// gauges collects the families of one tenant and command. Their labels come first in each
// sample, because the node exporter merges the files of several runs.
type gauges struct {
	families []metrics.Family
	front    []metrics.Label
}

func (g *gauges) add(name, help string, samples ...metrics.Sample) {
	g.families = append(g.families, metrics.Family{Name: name, Help: help, Samples: samples})
}

func (g *gauges) sample(value float64, own ...metrics.Label) metrics.Sample {
	return metrics.Sample{Labels: slices.Concat(g.front, own), Value: value}
}

// withoutCommand is for gauges that no other command has.
func (g *gauges) withoutCommand() *gauges { return &gauges{front: g.front[:1]} }

type count struct {
	kind string
	n    int
}

// perKind returns a sample for each kind, even for 0, because alerts need unbroken series.
func (g *gauges) perKind(label string, counts ...count) []metrics.Sample {
	var samples []metrics.Sample
	for _, c := range counts {
		samples = append(samples, g.sample(float64(c.n), metrics.Label{Name: label, Value: c.kind}))
	}
	return samples
}

func (g *gauges) requests(facts runFacts) {
	kinds := slices.SortedFunc(maps.Keys(facts.requests), func(a, b requestKind) int {
		return cmp.Or(cmp.Compare(a.method, b.method), cmp.Compare(a.class, b.class))
	})
	var samples []metrics.Sample
	for _, kind := range kinds {
		samples = append(samples, g.sample(float64(facts.requests[kind]), metrics.Label{Name: "method", Value: kind.method}, metrics.Label{Name: "code", Value: kind.class}))
	}
	g.add("clusterctl_last_run_requests", "Requests sent by the last run of the command, retries included, by method and status class of the response.", samples...)
	g.add("clusterctl_last_run_retries", "Retries by the last run of the command.", g.sample(float64(facts.retries)))
}

func (g *gauges) clusters(facts runFacts) {
	if facts.state != nil {
		g.add("clusterctl_clusters_declared", "Clusters declared in the files.", g.sample(float64(len(facts.state.Clusters))))
	}
	if facts.listed != nil {
		g.add("clusterctl_clusters_listed", "Live clusters that were read.", g.sample(float64(len(facts.listed.Clusters))))
	}
	if facts.plan != nil {
		g.add("clusterctl_clusters_matching", "Declared clusters that match the files.", g.sample(float64(facts.plan.Summary.Unchanged)))
		g.add("clusterctl_clusters_unmanaged", "Live clusters in scope that no file declares, without those that prune would delete.", g.sample(float64(facts.plan.Summary.Unmanaged)))
	}
}

// maxLogWindows limits the series of a tenant, because each cluster name is a label.
const maxLogWindows = 100

func (g *gauges) logWindows(windows []logWindow) {
	g.add("clusterctl_log_windows", "Cluster names with a log configuration in effect that has an end, among the log configurations that the run read.", g.sample(float64(len(windows))))
	var ends []metrics.Sample
	for _, w := range windows[:min(len(windows), maxLogWindows)] {
		ends = append(ends, g.sample(unixSeconds(w.end), metrics.Label{Name: "cluster", Value: w.cluster}))
	}
	g.add("clusterctl_log_window_end_timestamp_seconds", "When the log configuration of a cluster expires, in Unix time. Limited to the 100 that expire first.", ends...)
}

func (g *gauges) plan(s planner.Summary) {
	g.add("clusterctl_plan_changes", "Changes of the plan, by action.", g.perKind("action",
		count{string(planner.Create), s.Create},
		count{string(planner.Update), s.Update},
		count{string(planner.SetLog), s.SetLog},
		count{string(planner.Delete), s.Delete},
	)...)
	g.add("clusterctl_plan_blocked", "Changes that are blocked.", g.sample(float64(s.Blocked)))
	g.add("clusterctl_plan_denied", "Entries, changes and plans that a rule denies.", g.sample(float64(s.Denied)))
}

func (g *gauges) drift(d drift.Report) {
	g.add("clusterctl_drift_counted", "Drift items that make the exit code 2.",
		g.withoutCommand().sample(float64(d.Counted().Total())))
	g.add("clusterctl_drift_items", "Clusters that differ from their files, by kind of drift. Known drift is counted only as known.", g.withoutCommand().perKind("kind",
		count{string(cluster.DriftChanged), d.Summary.Changed},
		count{string(cluster.DriftMissing), d.Summary.Missing},
		count{string(cluster.DriftBlocked), d.Summary.Blocked},
		count{string(cluster.DriftUnmanaged), d.Summary.Unmanaged},
		count{string(cluster.DriftLapsed), d.Summary.Lapsed},
		count{"known", d.Summary.Known},
	)...)
}

func (g *gauges) result(s receipt.Summary) {
	g.add("clusterctl_apply_outcomes", "Changes of the plan, by outcome.", g.withoutCommand().perKind("outcome",
		count{string(applier.Applied), s.Applied},
		count{string(applier.Unchanged), s.Unchanged},
		count{string(applier.Failed), s.Failed},
		count{string(applier.Conflict), s.Conflict},
		count{string(applier.NotApplied), s.NotApplied},
		count{string(applier.Skipped), s.Skipped},
		count{string(applier.NotAttempted), s.NotAttempted},
		count{string(applier.Unverified), s.Unverified},
		count{string(applier.Unknown), s.Unknown},
	)...)
}

type logWindow struct {
	cluster string
	end     time.Time
}

// logWindows returns the active log configurations, the first to expire first, and one for each
// name.
func logWindows(s cluster.Snapshot, now time.Time) []logWindow {
	var windows []logWindow
	for _, c := range s.Clusters {
		if config := c.Log.Config; config.InForce(now) && !config.Expiration.IsZero() {
			windows = append(windows, logWindow{labelOf(c.Name), config.Expiration})
		}
	}
	slices.SortFunc(windows, func(a, b logWindow) int {
		return cmp.Or(a.end.Compare(b.end), cmp.Compare(a.cluster, b.cluster))
	})
	seen := make(map[string]bool)
	return slices.DeleteFunc(windows, func(w logWindow) bool {
		isSeen := seen[w.cluster]
		seen[w.cluster] = true
		return isSeen
	})
}

// labelOf returns a name, escaped and cut, as the value of a label.
func labelOf(name string) string {
	const most = 200 // characters
	runes := []rune(escape.Text(name))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}

// unixSeconds returns a time as Prometheus has it, to the millisecond.
func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
