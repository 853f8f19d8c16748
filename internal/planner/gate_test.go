package planner_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
)

// denying is a policy with one rule.
func denying(subject policy.Subject, deny string) policy.Policy {
	return policy.Policy{Rules: []policy.Rule{{Name: "r", For: subject, Deny: deny, Message: "not now", Level: policy.Error}}}
}

// ruleCells are the rows about rules. No rule is about the entry named kept.
func ruleCells() map[string]cell {
	with := func(p policy.Policy, change func(*policy.Policy)) policy.Policy {
		change(&p)
		return p
	}
	prune := func(p *policy.Policy) { p.Prune = true }
	entry := denying(policy.ForCluster, `cluster.name == "va"`)
	updates := denying(policy.ForUpdate, `true`)
	const other = `{"id":"5","name":"va-b","type":"idn"}`
	both := append(declare(described), declare(described, nowNamed("va-b"))...)
	chain := append(declare(id("3")), declare(id("1"), nowNamed("va-new"))...) // va-old becomes va, va becomes va-new
	return map[string]cell{
		"N50": {live: []string{one}, policy: with(denying(policy.ForDelete, `change.name == "va"`), prune), says: "not now"},
		"N51": {live: []string{one, twin}, policy: with(denying(policy.ForDelete, `true`), func(p *policy.Policy) { p.Prune, p.MaxDeletes = true, &policy.Limit{N: 1} }), says: "exceed the limit of 1"},
		"N52": {live: []string{one}, policy: with(entry, prune)},
		"P69": {desired: declare(), policy: entry, says: "not now"},
		"P70": {desired: declare(), live: []string{one}, policy: entry, says: "not now"},
		"P71": {desired: declare(ofType("iai")), live: []string{one}, policy: entry, says: "not now"},
		"P72": {desired: declare(), policy: denying(policy.ForCreate, `true`), says: "not now"},
		"P73": {desired: declare(described), live: []string{one}, policy: updates, says: "not now"},
		"P74": {desired: declare(described, logged), live: []string{one}, policy: updates, says: "not now"},
		"P75": {desired: declare(described, logged), live: []string{one}, policy: denying(policy.ForSetLog, `true`), says: "not now"},
		"P76": {desired: declare(renamed, described, logged), live: []string{old}, policy: updates, says: "not now"},
		"P77": {desired: chain, live: []string{one, old}, policy: denying(policy.ForUpdate, `change.id == "1"`), says: "live cluster 1 has that name"},
		"P78": {desired: chain, live: []string{one, old}, policy: denying(policy.ForCluster, `cluster.name == "va-new"`), says: "live cluster 1 has that name"},
		"P79": {desired: both, live: []string{one, other}, policy: with(denying(policy.ForUpdate, `change.name == "va"`), func(p *policy.Policy) { p.MaxUpdates = &policy.Limit{N: 1} }), says: "not now"},
		"P80": {desired: declare(described), live: []string{one}, policy: denying(policy.ForPlan, `size(plan.changes) > 0`), says: "not now"},
		"P81": {desired: declare(described), live: []string{one}, policy: policy.Policy{Rules: []policy.Rule{{Name: "r", For: policy.ForUpdate, Deny: "true", Message: "not now", Level: policy.Warning}}}},
		"P82": {desired: declare(described), live: []string{one}, policy: denying(policy.ForUpdate, `change.live.nothing == 1`), says: "cannot be evaluated: nothing is not set"},
		"A37": {desired: tombstone(), live: []string{one}, policy: denying(policy.ForDelete, `true`), says: "not now"},
		"A38": {desired: tombstone(), live: []string{one}, policy: entry},
	}
}

func nowNamed(name string) func(*cluster.Cluster) { return func(c *cluster.Cluster) { c.Name = name } }

// anyRules draws rules, some of which deny nothing, everything, some names, or cannot be evaluated.
func anyRules() *rapid.Generator[[]policy.Rule] {
	deny := map[policy.Subject][]string{
		policy.ForCluster: {`cluster.name.endsWith("a")`, `has(cluster.logConfig)`, `cluster.description == "x"`},
		policy.ForPlan:    {`size(plan.changes) > 2`, `plan.summary.delete > 0`, `plan.changes.exists(c, c.live.nothing == 1)`},
	}
	return rapid.Custom(func(t *rapid.T) (rules []policy.Rule) {
		for i := range rapid.IntRange(1, 4).Draw(t, "rules") {
			subject := rapid.SampledFrom(policy.Subjects()).Draw(t, "subject")
			own := deny[subject]
			if own == nil {
				own = []string{`change.name < "va-m"`, `size(change.diff) > 1`, `change.live.description == "x"`}
			}
			rules = append(rules, policy.Rule{
				Name: fmt.Sprint("r", i), For: subject, Message: "not now", Level: rapid.SampledFrom(policy.Levels()).Draw(t, "level"),
				Deny: rapid.SampledFrom(append([]string{`true`, `false`, `1 / (now.getFullYear() - 2026) > 0`}, own...)).Draw(t, "deny"),
			})
		}
		return rules
	})
}

func planWith(t rapid.TB, in planner.Input) planner.Plan {
	t.Helper()
	p, err := planner.New(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Verify(); err != nil {
		t.Fatalf("%v: %+v", err, p)
	}
	return p
}

// keyOf identifies a change without what rules add.
func keyOf(t rapid.TB, c planner.Change) string {
	t.Helper()
	c.Entry = nil
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whatever the rules, a denied change is not in the plan; every change is one that is planned
// without rules; and what they refuse has a finding. A plan with rules that deny nothing has the
// changes and findings of one without.
func TestRulesOnlyTakeAway(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := input(desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live"))
		in.Policy.Prune = rapid.Bool().Draw(t, "prune")
		free := planWith(t, in)
		in.Policy.Rules = anyRules().Draw(t, "rules")
		p := planWith(t, in)
		var planned []string
		for _, c := range free.Changes {
			planned = append(planned, keyOf(t, c))
		}
		for _, c := range p.Changes {
			if !slices.Contains(planned, keyOf(t, c)) {
				t.Fatalf("only planned with rules: %+v", c)
			}
			if f := refusalOf(p, c); f != nil {
				t.Fatalf("%+v is planned and denied: %+v", c, f)
			}
		}
		if p.Summary.Denied == 0 && (len(p.Changes) != len(free.Changes) || p.Summary.Blocked != free.Summary.Blocked) {
			t.Fatalf("nothing is denied, but %d of %d changes are planned", len(p.Changes), len(free.Changes))
		}
	})
}

// refusalOf returns a finding of a rule that decides about a change, nil if none denies it.
func refusalOf(p planner.Plan, c planner.Change) *planner.Finding {
	i := slices.IndexFunc(p.Findings, func(f planner.Finding) bool {
		r := slices.IndexFunc(p.Rules, func(r policy.Rule) bool { return r.Name == f.Rule })
		return f.Kind == planner.Denied && f.Name == c.Name && f.ID == c.ID && f.Name+f.ID != "" &&
			(p.Rules[r].For == policy.Subject(c.Action) || p.Rules[r].For == policy.ForCluster && c.Source != nil && c.Action != planner.Delete)
	})
	if i < 0 {
		return nil
	}
	return &p.Findings[i]
}

// A rule that cannot be evaluated refuses what the same rule with true refuses, and not more.
func TestARuleWithAnErrorDenies(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := input(desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live"))
		subject := rapid.SampledFrom(policy.Subjects()).Draw(t, "subject")
		broken := rapid.SampledFrom([]string{
			`1 / (now.getFullYear() - now.getFullYear()) > 0`, `tenant.pod == "none"`, `now.getHours("Mars/Olympus") < 8`, `not an expression`, `dyn(1)`,
			`[1, 2][7] == 1`, `timestamp("never") > now`, `"a".matches("(" + tenant.org)`,
		}).Draw(t, "expression")
		outcome := func(deny string) (text string) {
			in.Policy = denying(subject, deny)
			p := planWith(t, in)
			for _, c := range p.Changes {
				text += keyOf(t, c) + "\n"
			}
			for _, f := range p.Findings {
				text += string(f.Kind) + " " + f.Name + " " + f.ID + "\n"
			}
			return text
		}
		if diff := cmp.Diff(outcome("true"), outcome(broken)); diff != "" {
			t.Fatalf("%s: (-true +error):\n%s", broken, diff)
		}
	})
}

// Rules give the same bytes for the same input in any order, and these follow the schema.
func TestRulesDoNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	schema := planSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		desired, live := desiredClusters().Draw(t, "desired"), liveClusters().Draw(t, "live")
		rules := anyRules().Draw(t, "rules")
		plan := func(desired []cluster.Cluster, live []cluster.Live) string {
			in := input(desired, live)
			in.Policy.Rules, in.Policy.Prune = rules, true
			in.Waivers = []planner.Waiver{{Rule: "r0", Reason: "x"}}
			return document(t, planWith(t, in))
		}
		want := plan(desired, live)
		got := plan(rapid.Permutation(desired).Draw(t, "desired again"), rapid.Permutation(live).Draw(t, "live again"))
		if err := validate(schema, want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order made a difference:\n%s", diff)
		}
	})
}

// ruledPlan is a plan with a denied, a waived and an allowed change.
func ruledPlan(t *testing.T, change func(*planner.Input)) planner.Plan {
	t.Helper()
	in := input([]cluster.Cluster{
		{Name: "a", State: cluster.Present, Description: new("x")}, {Name: "b", State: cluster.Present}, {Name: "c", State: cluster.Present},
	}, nil)
	in.Policy = policy.Policy{Rules: []policy.Rule{
		{Name: "no-a", For: policy.ForCluster, Deny: `cluster.name == "a"`, Message: "no a", Level: policy.Error},
		{Name: "no-b", For: policy.ForCreate, Deny: `change.name == "b"`, Message: "no b", Level: policy.Error},
	}}
	in.Waivers = []planner.Waiver{{Rule: "no-b", Reason: "CHG-7"}}
	change(&in)
	return saved(t, planWith(t, in))
}

// The digest is another one with another rule, waiver, reason or entry.
func TestTheDigestCoversRules(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for name, change := range map[string]func(*planner.Input){
		"as it is":          func(*planner.Input) {},
		"another message":   func(in *planner.Input) { in.Policy.Rules[1].Message = "nothing" },
		"another level":     func(in *planner.Input) { in.Policy.Rules[1].Level = policy.Warning },
		"another condition": func(in *planner.Input) { in.Policy.Rules[1].Deny += " && true" },
		"another rule": func(in *planner.Input) {
			in.Policy.Rules = append(in.Policy.Rules, policy.Rule{Name: "x", For: "plan", Deny: "false"})
		},
		"a rule less":    func(in *planner.Input) { in.Policy.Rules = in.Policy.Rules[1:] },
		"another reason": func(in *planner.Input) { in.Waivers[0].Reason += " " },
		"no waiver":      func(in *planner.Input) { in.Waivers = nil },
		"another entry":  func(in *planner.Input) { in.Desired[2].RenamedFrom = "z" },
	} {
		p := ruledPlan(t, change)
		if other, isTaken := seen[p.Digest]; isTaken {
			t.Errorf("%s and %s have one digest", name, other)
		}
		seen[p.Digest] = name
	}
}

// A saved plan is refused if what rules decided, or decide by, was edited.
func TestVerifyRefusesEditedRules(t *testing.T) {
	t.Parallel()
	const denied, waived = 0, 1
	for name, edit := range map[string]func(*planner.Plan){
		"a rule":              func(p *planner.Plan) { p.Rules[0].Deny = "false" },
		"a level":             func(p *planner.Plan) { p.Rules[0].Level = policy.Warning },
		"no rules":            func(p *planner.Plan) { p.Rules = nil },
		"a waiver":            func(p *planner.Plan) { p.Waivers = append(p.Waivers, planner.Waiver{Rule: "no-a", Reason: "x"}) },
		"a reason":            func(p *planner.Plan) { p.Waivers[0].Reason = "x" },
		"no waivers":          func(p *planner.Plan) { p.Waivers = p.Waivers[:0] },
		"an entry":            func(p *planner.Plan) { p.Changes[0].Entry = json.RawMessage(`{}`) },
		"no entry":            func(p *planner.Plan) { p.Changes[0].Entry = nil },
		"no denied finding":   func(p *planner.Plan) { p.Findings, p.Summary.Denied = p.Findings[waived:], 0 },
		"no waived finding":   func(p *planner.Plan) { p.Findings, p.Summary.Waived = p.Findings[:waived], 0 },
		"a denial of another": func(p *planner.Plan) { p.Findings[denied].Name = "z" },
		"a denial by another": func(p *planner.Plan) { p.Findings[denied].Rule = "no-b" },
		"a denial made a waiver": func(p *planner.Plan) {
			p.Findings[denied].Kind, p.Summary.Denied, p.Summary.Waived = planner.Waived, 0, 2
		},
	} {
		p := ruledPlan(t, func(*planner.Input) {})
		if err := p.Verify(); err != nil {
			t.Fatal(err)
		}
		edit(&p)
		if err := p.Verify(); err == nil || !strings.Contains(err.Error(), "its digest is") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Rules for the whole plan see the same counts when they are decided again: not what they decided
// themselves.
func TestRulingCountsNoDenialOfThePlan(t *testing.T) {
	t.Parallel()
	in := input([]cluster.Cluster{{Name: "a", State: cluster.Present}}, nil)
	in.Policy = denying(policy.ForPlan, `now < timestamp("`+noon().Add(time.Minute).Format(time.RFC3339)+`") || plan.summary.denied > 0`)
	p := planWith(t, in)
	for later, want := range []int{1, 0} {
		again := planner.RecheckInput{Snapshot: in.Snapshot, Now: noon().Add(time.Duration(later) * time.Hour)}
		if got := p.Rule(again, nil, func(int) bool { return false }); len(got.Denied) != want || p.Summary.Denied != 1 {
			t.Errorf("%d h later: %+v", later, got)
		}
	}
}

// Rules that are decided again see the changes that are left, and count only those.
func TestRulingOfWhatIsLeft(t *testing.T) {
	t.Parallel()
	in := input([]cluster.Cluster{{Name: "a", State: cluster.Present}, {Name: "b", State: cluster.Present}}, nil)
	in.Policy = denying(policy.ForPlan, `size(plan.changes) > 1 || plan.summary.create != size(plan.changes)`)
	in.Waivers = []planner.Waiver{{Rule: "r", Reason: "x"}}
	p := planWith(t, in)
	p.Waivers = nil
	again := planner.RecheckInput{Snapshot: in.Snapshot, Now: noon().Add(time.Hour)}
	for done, want := range []int{1, 0, 0} {
		if got := p.Rule(again, nil, func(i int) bool { return i < done }); len(got.Denied) != want {
			t.Errorf("%d done: %+v", done, got)
		}
	}
}
