package planner_test

import (
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/fixture"
	"clusterctl/internal/undo"
)

func noon() time.Time { return fixture.Noon() }

func plan(t rapid.TB, desired []cluster.Cluster, live []cluster.Live) planner.Plan {
	t.Helper()
	return fixture.Plan(t, desired, live)
}

func input(desired []cluster.Cluster, live []cluster.Live) planner.Input {
	return fixture.Input(desired, live)
}

func serve(t rapid.TB, doc string) cluster.Live {
	t.Helper()
	return fixture.Serve(t, doc)
}

func apply(t rapid.TB, p planner.Plan, live []cluster.Live) []cluster.Live {
	t.Helper()
	return fixture.Apply(t, p, live)
}

func desiredClusters() *rapid.Generator[[]cluster.Cluster] { return fixture.DesiredClusters() }

func liveClusters() *rapid.Generator[[]cluster.Live] { return fixture.LiveClusters() }

func fieldDiff(path, before, after string) jsonpatch.Edit {
	return fixture.FieldDiff(path, before, after)
}

func undone(t rapid.TB, effects []receipt.Effect, live []cluster.Live) planner.Plan {
	t.Helper()
	p, err := undo.Plan(input(nil, live), effects)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
