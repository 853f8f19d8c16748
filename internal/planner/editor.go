package planner

import (
	"encoding/json"

	"clusterctl/internal/cluster"
)

// Editor builds a plan for a caller that decides about each cluster. It refuses what no
// plan may do.
type Editor struct {
	builder
	in Input
}

// NewEditor returns an editor without changes. It does not use the declared clusters and
// the selection of its input.
func NewEditor(in Input) *Editor {
	return &Editor{builder: newBuilder(in), in: in}
}

// Find returns the live cluster of an id, or nil, and the problem that keeps it from
// being planned: that of the cluster, or an unverified listing that may lack it.
func (e *Editor) Find(id string) (live *cluster.Live, problem string) {
	if live = e.byID[id]; live != nil {
		return live, live.Problem
	}
	if !e.listed {
		return nil, notListed
	}
	return nil, ""
}

// Named returns the ids of the live clusters of a name, sorted.
func (e *Editor) Named(name string) []string { return ids(e.byName[name]) }

// Edit runs the edits of one cluster. If they fail, their changes are dropped. A cluster
// with neither a change nor a finding counts as unchanged.
func (e *Editor) Edit(edit func() error) error {
	changes, before := len(e.changes), e.decided()
	if err := edit(); err != nil {
		e.changes = e.changes[:changes]
		return err
	}
	if e.decided() == before {
		e.unchanged++
	}
	return nil
}

func (e *Editor) decided() int { return len(e.changes) + len(e.deletions) + len(e.findings) }

// Note adds a finding.
func (e *Editor) Note(f Finding) { e.findings = append(e.findings, f) }

// Update plans the update of a cluster's document to the target, if they differ.
func (e *Editor) Update(live *cluster.Live, source cluster.Source, target json.RawMessage) error {
	return e.patch(editedPair(live, source), target)
}

// RestoreLog plans to restore a log configuration; nil is none. See InverseOfLog.
func (e *Editor) RestoreLog(live *cluster.Live, source cluster.Source, before *cluster.LiveLogConfig) error {
	back := decideRestore(before, live.Log.Config, e.now)
	if back.keep {
		return nil
	}
	return e.putLog(editedPair(live, source), back)
}

// Delete plans to delete a cluster. If it must not be deleted, or the caller refuses it,
// the delete is a blocked finding.
func (e *Editor) Delete(live *cluster.Live, source cluster.Source, refusal string) {
	p := editedPair(live, source)
	if reason := e.undeletable(p, true); reason != "" {
		refusal = reason
	}
	e.planDelete(p, refusal, false)
}

func editedPair(live *cluster.Live, source cluster.Source) pair {
	return pair{desired: &cluster.Cluster{Name: live.Name, Source: source}, live: live}
}

// Plan returns the plan of all edits.
func (e *Editor) Plan() (Plan, error) {
	e.decideDeletes()
	e.blockTakenNames()
	return e.plan(e.in)
}
