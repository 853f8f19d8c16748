package rehearsal

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"clusterctl/internal/crash"
	"clusterctl/internal/planner"
	"clusterctl/internal/sandbox"
)

// maxListed is how many problems of faults a rehearsal names.
const maxListed = 20

// ordeal is one run with a trouble, and a name for it.
type ordeal struct {
	trouble
	name string
}

// ordeals returns a kill before and after each request, and each kind of fault at each request.
// They are mixed, but always in the same order: a small budget then reaches some of all kinds, and
// not only the first requests. listing is the number of requests before the first.
func ordeals(listing, requests int) (all []ordeal, err error) {
	for n := 1; n <= requests; n++ {
		all = append(all,
			ordeal{trouble{kill: kill{request: listing + n}}, fmt.Sprintf("killed before request %d", n)},
			ordeal{trouble{kill: kill{request: listing + n, after: true}}, fmt.Sprintf("killed after request %d", n)})
	}
	for _, kind := range sandbox.FaultKinds() {
		for n := 1; n <= requests; n++ {
			f, err := sandbox.ParseFault(fmt.Sprintf("%s@%d", kind, listing+n))
			if err != nil {
				return nil, err
			}
			all = append(all, ordeal{trouble{fault: &f}, fmt.Sprintf("fault %s at request %d", kind, n)})
		}
	}
	rand.New(rand.NewPCG(0, 0)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all, nil
}

// faults runs every ordeal that the budget allows. Each must reach the state of the run without
// faults.
func (r *rehearsal) faults(ctx context.Context, want reached, out *planner.Rehearsal) error {
	all, err := ordeals(want.listing, want.requests)
	if err != nil {
		return err
	}
	end := r.in.Now().Add(r.in.Budget)
	found, done := make([][]planner.RehearsalProblem, len(all)), make([]bool, len(all))
	r.in.Progress.Begin("rehearsing", "faults", len(all))
	defer r.in.Progress.End()
	group, ctx := crash.NewGroup(ctx, max(r.in.Parallelism, 1))
	for i, o := range all {
		group.Go(func() (err error) {
			if !r.in.Now().Before(end) {
				return nil
			}
			found[i], err = r.endure(ctx, o, want)
			r.in.Progress.Advance(1)
			done[i] = err == nil
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	out.Faults = &planner.RehearsedFaults{BudgetSeconds: int(r.in.Budget.Seconds())}
	for i := range all {
		switch {
		case !done[i]:
			out.Faults.NotReached++
		case len(found[i]) > 0:
			out.Faults.Failed++
		default:
			out.Faults.Survived++
		}
	}
	out.Problems = append(out.Problems, grouped(found)...)
	return nil
}

// endure applies the plan in trouble, and again without.
func (r *rehearsal) endure(ctx context.Context, o ordeal, want reached) ([]planner.RehearsalProblem, error) {
	t, err := r.newTwin(o.trouble)
	if err != nil {
		return nil, err
	}
	if err := t.inTrouble(ctx, o); err != nil {
		return nil, err
	}
	out := planner.Rehearsal{}
	err = t.during(ctx, func(s *session) error { return s.again(&out) })
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil { // the run in trouble has left what the next one cannot handle
		out.Problems = append(out.Problems, planner.RehearsalProblem{Step: planner.StepFaults, Message: err.Error()})
	}
	is, err := t.state()
	if err != nil {
		return nil, err
	}
	differing, err := unequal(want, is, t.in.Plan, t.clock.Now())
	problems := slices.Concat(out.Problems, differing)
	for i := range problems {
		problems[i].Message = o.name + ": " + problems[i].Message
	}
	return problems, err
}

// inTrouble applies the plan. Its result does not matter: a killed run returns none.
func (t *twin) inTrouble(ctx context.Context, o ordeal) error {
	s, err := t.begin(ctx, o.kill)
	if err != nil {
		return err
	}
	defer s.end(nil)
	listed, err := s.list()
	if err == nil {
		s.apply(t.in.Plan, listed, new(journal))
	}
	return err
}

// again plans and applies once more. Then nothing must be left.
func (s *session) again(out *planner.Rehearsal) error {
	plan, err := s.replan()
	if err != nil {
		return fmt.Errorf("plan after a fault: %w", err)
	}
	if len(plan.Changes) > 0 {
		listed, err := s.list()
		if err != nil {
			return fmt.Errorf("list after a fault: %w", err)
		}
		out.Problems = append(out.Problems, failures(planner.StepFaults, s.apply(plan, listed, new(journal)))...)
	}
	return s.expectNothingLeft(planner.StepFaults, out)
}

// unequal returns what differs from the state that was reached without faults. Created clusters
// have other ids, so the fields that the plan declares are compared.
func unequal(want reached, is state, plan planner.Plan, now time.Time) (problems []planner.RehearsalProblem, err error) {
	for _, id := range want.before.ids() {
		wanted, got := want.after[id], is[id]
		found := reporter{step: planner.StepFaults, name: nameIn(want.before[id].Document), id: id}
		switch {
		case wanted.ID == "" && got.ID != "":
			found.add("", "not deleted")
		case wanted.ID != "" && got.ID == "":
			found.add("", "deleted, although no change of the plan deletes it")
		case wanted.ID != "":
			err = found.fields(wanted, got, nil, "expected %s, found %s")
			a, b := liveOf(wanted.Log).At(now), liveOf(got.Log).At(now)
			if (a == nil) != (b == nil) || a != nil && !a.SameLevels(*b) {
				found.add(logPath, fmt.Sprintf("expected %s, found %s", a, b))
			}
		}
		if err != nil {
			return nil, err
		}
		problems = append(problems, found.problems...)
	}
	extra := surplus(want.before, is, declaredBy(plan))
	for i := range extra {
		extra[i].Step = planner.StepFaults
	}
	return append(problems, extra...), nil
}

// grouped merges the problems of all ordeals: one for each cluster and field, which counts the
// others.
func grouped(found [][]planner.RehearsalProblem) (problems []planner.RehearsalProblem) {
	at := map[[2]string]int{}
	for _, of := range found {
		for _, p := range of {
			key := [2]string{cmp.Or(p.Name, p.ID), p.Field}
			if i, ok := at[key]; ok {
				problems[i].More++
				continue
			}
			at[key] = len(problems)
			problems = append(problems, p)
		}
	}
	slices.SortStableFunc(problems, compareProblems)
	return problems[:min(len(problems), maxListed)]
}

func compareProblems(a, b planner.RehearsalProblem) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Message, b.Message))
}
