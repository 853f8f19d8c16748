package command

import (
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/metrics"
	"clusterctl/internal/planner"
)

// count is how many there are of one kind.
type count struct {
	kind string
	n    int
}

// counted adds a sample for each kind, those of which there are none as well: a
// series that comes and goes cannot be watched. Where one command alone has the
// family, add is sample, and it is not named.
func counted(f metrics.Family, add adding, label string, counts []count) metrics.Family {
	for _, c := range counts {
		f = add(f, float64(c.n), metrics.Label{Name: label, Value: c.kind})
	}
	return f
}

// adding adds a sample, as gauge and sample of a meter do.
type adding func(f metrics.Family, value float64, own ...metrics.Label) metrics.Family

func (m *meter) ofPlan() []metrics.Family {
	if m.plan == nil || m.drift != nil { // drift tells the same in its own words
		return nil
	}
	s := m.plan.Summary
	changes := gaugeNamed("clusterctl_plan_changes", "Changes of the plan, by action.")
	return []metrics.Family{
		counted(changes, m.gauge, "action", []count{
			{string(planner.Create), s.Create},
			{string(planner.Update), s.Update},
			{string(planner.SetLog), s.SetLog},
			{string(planner.Delete), s.Delete},
		}),
		m.gauge(gaugeNamed("clusterctl_plan_blocked", "Changes that are wanted but refused."), float64(s.Blocked)),
	}
}

func (m *meter) ofDrift() []metrics.Family {
	if m.drift == nil {
		return nil
	}
	s := m.drift.Summary
	items := gaugeNamed("clusterctl_drift_items", "Clusters that left their files, by kind of drift. What is known is counted by that alone.")
	counting := gaugeNamed("clusterctl_drift_counted", "Items of drift that count: with any, the exit code is 2.")
	return []metrics.Family{m.sample(counting, float64(m.drift.Counted().Total())), counted(items, m.sample, "kind", []count{
		{string(cluster.DriftChanged), s.Changed},
		{string(cluster.DriftMissing), s.Missing},
		{string(cluster.DriftBlocked), s.Blocked},
		{string(cluster.DriftUnmanaged), s.Unmanaged},
		{string(cluster.DriftLapsed), s.Lapsed},
		{"known", s.Known},
	})}
}

func (m *meter) ofResult() []metrics.Family {
	if m.result == nil {
		return nil
	}
	s := m.result.Summary
	outcomes := gaugeNamed("clusterctl_apply_outcomes", "What became of the changes of the plan.")
	return []metrics.Family{counted(outcomes, m.sample, "outcome", []count{
		{string(applier.Applied), s.Applied},
		{string(applier.Unchanged), s.Unchanged},
		{string(applier.Failed), s.Failed},
		{string(applier.Conflict), s.Conflict},
		{string(applier.NotApplied), s.NotApplied},
		{string(applier.Skipped), s.Skipped},
		{string(applier.NotAttempted), s.NotAttempted},
		{string(applier.Unverified), s.Unverified},
		{string(applier.Unknown), s.Unknown},
	})}
}
