package command

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/metrics"
	"clusterctl/internal/report"
)

// outcome is how a run ended.
type outcome struct {
	code        int
	finished    time.Time
	lastSuccess time.Time // zero where there never was one
}

// isSuccess reports whether a run found out what it was to find out, or did what
// it was to do. Drift that was found, or changes that are pending, are no failure.
func isSuccess(code int) bool { return code == exitDone || code == exitPending }

// lastSuccess is the one metric that outlasts its run.
const lastSuccess = "clusterctl_last_success_timestamp_seconds"

// families are all metrics of a run, in the order of the file. What the run did
// not come to know is left out, rather than told as 0.
func (m *meter) families(o outcome) []metrics.Family {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Concat(m.ofRun(o), m.ofRequests(), m.ofClusters(), m.ofLogWindows(), m.ofPlan(), m.ofDrift(), m.ofResult())
}

func (m *meter) ofRun(o outcome) []metrics.Family {
	success := gaugeNamed(lastSuccess, "When a run of the command last ended with exit code 0 or 2, in Unix time.")
	if !o.lastSuccess.IsZero() {
		success = m.gauge(success, unixSeconds(o.lastSuccess))
	}
	return []metrics.Family{
		m.gauge(gaugeNamed("clusterctl_last_run_timestamp_seconds", "When the last run of the command ended, in Unix time."), unixSeconds(o.finished)),
		success,
		m.gauge(gaugeNamed("clusterctl_last_run_exit_code", "The exit code of the last run of the command."), float64(o.code)),
		m.gauge(gaugeNamed("clusterctl_last_run_duration_seconds", "How long the last run of the command took."), o.finished.Sub(m.started).Seconds()),
	}
}

func (m *meter) ofRequests() []metrics.Family {
	requests := gaugeNamed("clusterctl_last_run_requests", "Requests that the last run of the command sent, repeated ones too, by method and class of the answer's status.")
	for _, key := range slices.SortedFunc(maps.Keys(m.requests), compareAnswered) {
		requests = m.gauge(requests, float64(m.requests[key]), metrics.Label{Name: "method", Value: key.method}, metrics.Label{Name: "code", Value: key.class})
	}
	return []metrics.Family{
		requests,
		m.gauge(gaugeNamed("clusterctl_last_run_retries", "Requests of the last run of the command that were sent once more."), float64(m.repeated)),
	}
}

func compareAnswered(a, b answered) int {
	return cmp.Or(cmp.Compare(a.method, b.method), cmp.Compare(a.class, b.class))
}

func (m *meter) ofClusters() []metrics.Family {
	var families []metrics.Family
	add := func(name, help string, n int) {
		families = append(families, m.gauge(gaugeNamed(name, help), float64(n)))
	}
	if m.declared != nil {
		add("clusterctl_clusters_declared", "Clusters that the files declare.", *m.declared)
	}
	if m.listed != nil {
		add("clusterctl_clusters_listed", "Live clusters that were read.", len(m.listed.Clusters))
	}
	if m.plan != nil {
		add("clusterctl_clusters_matching", "Declared clusters that are as the files say.", m.plan.Summary.Unchanged)
		add("clusterctl_clusters_unmanaged", "Live clusters in scope that no file declares, but for those that prune would delete.", m.plan.Summary.Unmanaged)
	}
	return families
}

// maxLogWindows bounds the series that a tenant can make of its clusters' names.
const maxLogWindows = 100

// ofLogWindows tells the log configurations in force, and of those that end
// soonest when they do.
func (m *meter) ofLogWindows() []metrics.Family {
	if m.listed == nil {
		return nil
	}
	windows := logWindows(*m.listed, m.started)
	ends := gaugeNamed("clusterctl_log_window_end_timestamp_seconds", "When the log configuration in force at a cluster ends, in Unix time. The 100 that end soonest.")
	for _, w := range windows[:min(len(windows), maxLogWindows)] {
		ends = m.gauge(ends, unixSeconds(w.end), metrics.Label{Name: "cluster", Value: w.cluster})
	}
	return []metrics.Family{
		m.gauge(gaugeNamed("clusterctl_log_windows", "Names of clusters at which a log configuration is in force that ends, as far as the run read them."), float64(len(windows))),
		ends,
	}
}

// logWindow is when a log configuration ends.
type logWindow struct {
	cluster string
	end     time.Time
}

// logWindows are those in force, soonest end first and one for each name, as a
// label can tell only names apart.
func logWindows(s cluster.Snapshot, now time.Time) []logWindow {
	soonest := make(map[string]time.Time)
	for _, c := range s.Clusters {
		config := c.Log.Config
		if !config.InForce(now) || config.Expiration.IsZero() {
			continue
		}
		name := labelOf(c.Name)
		if end, ok := soonest[name]; !ok || config.Expiration.Before(end) {
			soonest[name] = config.Expiration
		}
	}
	windows := make([]logWindow, 0, len(soonest))
	for name, end := range soonest {
		windows = append(windows, logWindow{name, end})
	}
	slices.SortFunc(windows, func(a, b logWindow) int {
		return cmp.Or(a.end.Compare(b.end), cmp.Compare(a.cluster, b.cluster))
	})
	return windows
}

// labelOf is a name as a label has it: fit to be shown, and not endless.
func labelOf(name string) string {
	const most = 200 // characters
	runes := []rune(report.Printable(name))
	if len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return string(runes)
}

// gaugeNamed is a metric that has no samples yet.
func gaugeNamed(name, help string) metrics.Family { return metrics.Family{Name: name, Help: help} }

// gauge adds a sample to a family, with its own labels behind those that tell the
// files of several tenants and commands apart: the node exporter reads them side
// by side.
func (m *meter) gauge(f metrics.Family, value float64, own ...metrics.Label) metrics.Family {
	return m.sample(f, value, append([]metrics.Label{{Name: labelCommand, Value: m.command}}, own...)...)
}

// sample adds a sample to a family, with the tenant in front of its labels.
func (m *meter) sample(f metrics.Family, value float64, own ...metrics.Label) metrics.Family {
	labels := append([]metrics.Label{{Name: labelTenant, Value: labelOf(m.tenant)}}, own...)
	f.Samples = append(f.Samples, metrics.Sample{Labels: labels, Value: value})
	return f
}

const (
	labelTenant  = "tenant"
	labelCommand = "command"
)

// unixSeconds is a time as Prometheus has it, to the millisecond.
func unixSeconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
