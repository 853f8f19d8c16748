package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
	"clusterctl/internal/report"
)

// waiveFlag takes the end of its summary, which says where the waiver is recorded.
func waiveFlag(to *[]planner.Waiver, recorded string) cli.Flag {
	return cli.Flag{
		Name: "waive", Section: "Selection:", To: cli.EachParsed(to, parseWaiver),
		Usage: "allow what a rule denies (`RULE=REASON`); repeatable" + recorded,
	}
}

// waiverIsRecorded is the end of that summary for commands with a plan.
const waiverIsRecorded = ", and recorded in plan, receipt and reports"

func parseWaiver(s string) (planner.Waiver, error) {
	rule, reason, _ := strings.Cut(s, "=")
	if strings.TrimSpace(rule) == "" || strings.TrimSpace(reason) == "" {
		return planner.Waiver{}, errors.New("expected RULE=REASON, such as office-hours='CHG-4711, approved by Kim'")
	}
	return planner.Waiver{Rule: rule, Reason: reason}, nil
}

// expectRules refuses waivers that are not about a rule, or two about the same one.
func expectRules(waivers []planner.Waiver, rules []policy.Rule) error {
	var names []string
	for _, r := range rules {
		names = append(names, r.Name)
	}
	seen := map[string]bool{}
	for _, w := range waivers {
		switch {
		case len(names) == 0:
			return fmt.Errorf("--waive %s: there are no rules", escape.Text(w.Rule))
		case !slices.Contains(names, w.Rule):
			return fmt.Errorf("--waive %s: there is no such rule (the rules are %s)", escape.Text(w.Rule), strings.Join(names, ", "))
		case seen[w.Rule]:
			return fmt.Errorf("--waive %s: used twice for this rule", w.Rule)
		}
		seen[w.Rule] = true
	}
	return nil
}

// expectNewWaivers refuses waivers of rules that a saved plan waives already: their reasons are
// fixed.
func expectNewWaivers(waivers []planner.Waiver, plan planner.Plan) error {
	for _, w := range waivers {
		if i := slices.IndexFunc(plan.Waivers, func(p planner.Waiver) bool { return p.Rule == w.Rule }); i >= 0 {
			return fmt.Errorf("--waive %s: the saved plan waives this rule already (%s)", w.Rule, escape.Text(plan.Waivers[i].Reason))
		}
	}
	return nil
}

// waiversBeyond returns the waivers that a plan does not have already.
func (o tenantOptions) waiversBeyond(plan planner.Plan) []planner.Waiver {
	return slices.DeleteFunc(slices.Clone(o.waivers), func(w planner.Waiver) bool {
		return slices.ContainsFunc(plan.Waivers, func(other planner.Waiver) bool { return other.Rule == w.Rule })
	})
}

// mayBeAllowedNow reports whether only rules for the whole plan deny a saved plan. It has all its
// changes then, and the rules are decided again.
func mayBeAllowedNow(plan planner.Plan, in seen) bool {
	return in.saved != "" && !slices.ContainsFunc(plan.Findings, func(f planner.Finding) bool {
		return f.Kind == planner.Denied && (f.Name != "" || f.ID != "")
	})
}

// deniedItems refuses a plan with denied items.
func deniedItems(plan planner.Plan, in seen) error {
	items := report.Count(plan.Summary.Denied, "denied item")
	fix := "wait, change the files, or use --waive " + ruleToWaive(plan.Findings) + "=REASON"
	if in.saved != "" {
		items = in.saved + ": " + items
		fix = "make a new plan, with changed files or with plan --waive " + ruleToWaive(plan.Findings) + "=REASON"
	}
	if command := in.elsewhere(plan); command != "" {
		return refusedf("%s: %s (see %s; %s)", items, namesOf(plan, planner.Denied), command, fix)
	}
	return refusedf("%s; %s", items, fix)
}

// obeyRules decides the rules of the plan again, at the time at which it is applied. A --now does
// not change that time for a real tenant.
func (o execution) obeyRules(e env, ready *prepared) error {
	if len(ready.plan.Rules) == 0 {
		return nil
	}
	isDone := ready.isDone
	if isDone == nil {
		isDone = func(int) bool { return false }
	}
	in := planner.RecheckInput{Snapshot: ready.snapshot, Now: o.tenant.tenantClock(e)()}
	ruling := ready.plan.Rule(in, o.tenant.waiversBeyond(ready.plan), isDone)
	for _, w := range ruling.Warnings {
		if !slices.ContainsFunc(ready.plan.Warnings, func(known planner.Warning) bool { return known.Message == w.Message }) {
			e.Log.Warn(escape.Text(w.Message))
			ready.warnings = append(ready.warnings, w)
		}
	}
	for _, f := range ruling.Waived {
		ready.warnings = append(ready.warnings, planner.Warning{Code: "waived", Message: f.Denial(), Source: f.Source})
	}
	if len(ruling.Denied) == 0 {
		return nil
	}
	var denied []string
	for _, f := range ruling.Denied {
		denied = append(denied, prefixed(ready.saved, escape.Text(f.Denial())))
	}
	return refusedf("%s\n%s", strings.Join(denied, "\n"),
		prefixed(ready.saved, fmt.Sprintf("denied at %s, so nothing was applied (wait, change the files, or use --waive %s=REASON)",
			in.Now.UTC().Format(time.RFC3339), ruleToWaive(ruling.Denied))))
}

// ruleToWaive names the rule that denies, or stands for several.
func ruleToWaive(findings []planner.Finding) string {
	name := ""
	for _, f := range findings {
		switch {
		case f.Kind != planner.Denied:
		case name != "" && name != f.Rule:
			return "RULE"
		default:
			name = f.Rule
		}
	}
	return name
}

func prefixed(path, text string) string {
	if path == "" {
		return text
	}
	return escape.Text(path) + ": " + text
}
