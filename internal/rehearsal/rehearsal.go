// Package rehearsal proves a plan on a copy of the tenant, in memory and in virtual time: it applies
// the plan, plans again, and rolls back. It uses the client, the applier and undo as they are, and
// judges them by what the copy has stored. It sends nothing to the tenant.
package rehearsal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/progress"
	"clusterctl/internal/receipt"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/undo"
)

// Input is what a rehearsal depends on.
type Input struct {
	// Plan is the plan of the tenant, and Snapshot what it was made from.
	Plan     planner.Plan
	Snapshot cluster.Snapshot
	// Replan plans the same files with another client, at its time. It is called concurrently.
	Replan func(context.Context, *remote.Client, time.Time) (planner.Plan, error)
	// TrustListing accepts an unverified listing.
	TrustListing bool
	// Faults also rehearses faults and kills, at most for Budget.
	Faults bool
	Budget time.Duration
	// Now is the clock of the budget.
	Now func() time.Time
	// Parallelism is how many faults are rehearsed at once.
	Parallelism int
	// Progress shows how many faults were rehearsed.
	Progress *progress.Meter
}

// rehearsal is a rehearsal in progress.
type rehearsal struct {
	in     Input
	copies []sandbox.Copy
	undo   func(planner.Input, []receipt.Effect) (planner.Plan, error)
	// tamper replaces the transport of a test's broken program; it may be nil.
	tamper func(http.RoundTripper) http.RoundTripper
}

// Run rehearses a plan.
func Run(ctx context.Context, in Input) (planner.Rehearsal, error) {
	return run(ctx, in, undo.Plan, nil)
}

func run(ctx context.Context, in Input, undo func(planner.Input, []receipt.Effect) (planner.Plan, error), tamper func(http.RoundTripper) http.RoundTripper) (planner.Rehearsal, error) {
	copies, err := Copy(in.Snapshot)
	if err != nil {
		return planner.Rehearsal{}, err
	}
	r := &rehearsal{in: in, copies: copies, undo: undo, tamper: tamper}
	out := planner.Rehearsal{Irreversible: []planner.RehearsedCluster{}, Problems: []planner.RehearsalProblem{}}
	reached, err := r.stages(ctx, &out)
	if err == nil && in.Faults && len(in.Plan.Changes) > 0 {
		err = r.faults(ctx, reached, &out)
	}
	r.place(out.Problems)
	return out, err
}

// reached is what a run without faults showed.
type reached struct {
	before, after state
	listing       int // requests before the first one of apply
	requests      int
}

// stages runs the steps of a rehearsal without faults. Each uses what the one before it left.
func (r *rehearsal) stages(ctx context.Context, out *planner.Rehearsal) (seen reached, err error) {
	t, err := r.newTwin(trouble{})
	if err != nil {
		return seen, err
	}
	if seen.before, err = t.state(); err != nil {
		return seen, err
	}
	var record journal
	for _, stage := range []func(*session) error{
		func(s *session) error { return s.expectSamePlan(out) },
		func(s *session) error { return s.rehearseApply(&record, &seen, out) },
		func(s *session) error { return s.expectNothingLeft(planner.StepReplan, out) },
		func(s *session) error { return s.rehearseUndo(&record, seen, out) },
	} {
		if err := t.during(ctx, stage); err != nil {
			return seen, err
		}
	}
	return seen, nil
}

// during does work in a run of its own, as another call of the program would.
func (t *twin) during(ctx context.Context, work func(*session) error) error {
	s, err := t.begin(ctx, kill{})
	if err != nil {
		return err
	}
	defer s.end(nil)
	return work(s)
}

// expectSamePlan plans on the copy: it must be the plan of the tenant.
func (s *session) expectSamePlan(out *planner.Rehearsal) error {
	plan, err := s.replan()
	if err != nil {
		return fmt.Errorf("plan on the copy: %w", err)
	}
	out.Problems = append(out.Problems, unlike(s.in.Plan, plan, s.in.Snapshot)...)
	return nil
}

// rehearseApply applies the plan, and compares what was changed with what it declares.
func (s *session) rehearseApply(record *journal, seen *reached, out *planner.Rehearsal) error {
	before := s.tenant.Requests()
	listed, err := s.list()
	if err != nil {
		return fmt.Errorf("list the copy: %w", err)
	}
	seen.listing = s.tenant.Requests() - before
	result := s.apply(s.in.Plan, listed, record)
	seen.requests = s.tenant.Requests() - before - seen.listing
	out.Requests = seen.requests
	out.Problems = append(out.Problems, failures(planner.StepApply, result)...)
	if seen.after, err = s.state(); err != nil {
		return err
	}
	found, err := undeclared(seen.before, seen.after, s.in.Plan)
	out.Problems = append(out.Problems, found...)
	return err
}

// failures returns the changes that are not in force.
func failures(step planner.RehearsalStep, result applier.Result) (problems []planner.RehearsalProblem) {
	for _, o := range result.Outcomes {
		if !o.Outcome.IsInForce() {
			problems = append(problems, planner.RehearsalProblem{
				Step: step, Name: o.Name, ID: o.ID, Message: fmt.Sprintf("%s %s: %s", o.Action, o.Outcome, o.Error),
			})
		}
	}
	return problems
}

// expectNothingLeft plans again: what was applied must be in force.
func (s *session) expectNothingLeft(step planner.RehearsalStep, out *planner.Rehearsal) error {
	plan, err := s.replan()
	if err != nil {
		return fmt.Errorf("plan again: %w", err)
	}
	out.Problems = append(out.Problems, left(step, s.in.Plan, plan)...)
	return nil
}

// left returns the changes, and the blocked items, of a second plan. What the first plan blocked or
// denied may have become possible.
func left(step planner.RehearsalStep, first, second planner.Plan) (problems []planner.RehearsalProblem) {
	wasHeld := func(name, id string) bool {
		return slices.ContainsFunc(first.Findings, func(f planner.Finding) bool {
			isHeld := f.Kind == planner.Blocked || f.Kind == planner.Denied
			return isHeld && (f.Name == name || f.ID != "" && f.ID == id)
		})
	}
	for _, c := range second.Changes {
		if wasHeld(c.Name, c.ID) {
			continue
		}
		found := reporter{step: step, name: c.Name, id: c.ID}
		for _, e := range c.Diff {
			found.add(e.Path, fmt.Sprintf("a second plan still has to %s it: %s → %s", c.Action, shown(e.Before), shown(e.After)))
		}
		if len(c.Diff) == 0 {
			found.add("", fmt.Sprintf("a second plan still has to %s it", c.Action))
		}
		problems = append(problems, found.problems...)
	}
	for _, f := range second.Findings {
		if f.Kind == planner.Blocked && !wasHeld(f.Name, f.ID) {
			problems = append(problems, planner.RehearsalProblem{Step: step, Name: f.Name, ID: f.ID, Message: "a second plan blocks it: " + f.Message})
		}
	}
	return problems
}

// rehearseUndo rolls back, and compares the copy with the start.
func (s *session) rehearseUndo(record *journal, seen reached, out *planner.Rehearsal) error {
	effects, err := record.effects()
	if err != nil || len(effects) == 0 {
		return err
	}
	snapshot, err := s.client.Snapshot(s.ctx, s.in.Plan.Tenant, undo.Need(effects))
	if err != nil {
		return fmt.Errorf("read the copy to roll back: %w", err)
	}
	plan, err := s.undo(planner.Input{Snapshot: snapshot, Now: s.clock.Now(), Tool: s.in.Plan.Tool, TrustListing: s.in.TrustListing}, effects)
	if err != nil {
		return fmt.Errorf("plan to roll back: %w", err)
	}
	out.Irreversible, out.Problems = append(out.Irreversible, irreversible(plan)...), append(out.Problems, blockedUndo(plan)...)
	result := s.apply(plan, snapshot, new(journal))
	found := failures(planner.StepUndo, result)
	end, err := s.state()
	if err == nil {
		var differing []planner.RehearsalProblem
		differing, err = unrestored(seen.before, end, s.in.Plan, s.clock.Now())
		found = append(found, differing...)
	}
	out.Problems = append(out.Problems, found...)
	out.Undone = err == nil && len(found) == 0
	return err
}

// irreversible returns the clusters that a rollback cannot restore.
func irreversible(plan planner.Plan) (clusters []planner.RehearsedCluster) {
	for _, f := range plan.Findings {
		if f.Kind == planner.Irreversible {
			clusters = append(clusters, planner.RehearsedCluster{Name: f.Name, ID: f.ID})
		}
	}
	return clusters
}

// blockedUndo returns what a rollback refuses although nobody has changed anything since.
func blockedUndo(plan planner.Plan) (problems []planner.RehearsalProblem) {
	for _, f := range plan.Findings {
		if f.Kind == planner.Blocked {
			problems = append(problems, planner.RehearsalProblem{Step: planner.StepUndo, Name: f.Name, ID: f.ID, Message: "undo is blocked: " + f.Message})
		}
	}
	return problems
}

// place adds the sources of the changes to problems with their clusters.
func (r *rehearsal) place(problems []planner.RehearsalProblem) {
	for i := range problems {
		p := &problems[i]
		for _, c := range r.in.Plan.Changes {
			if c.Name == p.Name || c.ID != "" && c.ID == p.ID {
				p.Source = c.Source
				break
			}
		}
	}
}

// unlike returns how a plan of the copy differs from that of the tenant. How the tenant was listed
// and the tool do not matter, nor do the words about a cluster that could not be read.
func unlike(want, got planner.Plan, from cluster.Snapshot) (problems []planner.RehearsalProblem) {
	const message = "the copy of the tenant is planned differently"
	isUnread := map[string]bool{}
	for _, live := range from.Clusters {
		isUnread[live.ID] = live.Log.Problem != ""
	}
	key := func(name, id string, item any) string { return name + "\x00" + id + "\x00" + canonical(item) }
	keysOf := func(p planner.Plan) map[string]planner.RehearsedCluster {
		keys := map[string]planner.RehearsedCluster{}
		for _, c := range p.Changes {
			keys[key(c.Name, c.ID, c)] = planner.RehearsedCluster{Name: c.Name, ID: c.ID}
		}
		for _, f := range p.Findings {
			if isUnread[f.ID] {
				f.Message = ""
			}
			keys[key(f.Name, f.ID, f)] = planner.RehearsedCluster{Name: f.Name, ID: f.ID}
		}
		return keys
	}
	a, b := keysOf(want), keysOf(got)
	for _, pair := range [][2]map[string]planner.RehearsedCluster{{a, b}, {b, a}} {
		for k, c := range pair[0] {
			if _, ok := pair[1][k]; !ok {
				problems = append(problems, planner.RehearsalProblem{Step: planner.StepCopy, Name: c.Name, ID: c.ID, Message: message})
			}
		}
	}
	slices.SortFunc(problems, compareProblems)
	return slices.Compact(problems)
}

// canonical returns the bytes of an item of a plan.
func canonical(item any) string {
	data, err := jsonpatch.Canonical(item)
	if err != nil {
		return err.Error()
	}
	return string(data)
}
