package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

type applyOptions struct {
	comparison
	runOptions
	saved        string // path of the saved plan; empty to make a plan
	expectDigest string
}

func applyCommand(e env) *cli.Command {
	var o applyOptions
	return &cli.Command{
		Name:      "apply",
		Usage:     "apply changes, or a saved plan",
		Arguments: "[PLAN]",
		Description: "Shows a plan, asks for approval, and applies exactly that plan. Without a terminal,\n" +
			"apply refuses to change anything unless you use --auto-approve.\n\n" +
			"A saved plan is applied without asking. Before that, apply reads again what the plan\n" +
			"touches. If any of that has changed since, the plan is stale: nothing is written, and the\n" +
			"exit code is 4. Changes that are already in place are not sent again, so you can apply\n" +
			"the same plan twice.",
		Examples: []string{
			"clusterctl apply                                       # plan, ask for approval, apply",
			"clusterctl apply plan.json --receipt receipt.jsonl     # apply a saved plan, and record it",
			"clusterctl apply plan.json --expect-digest sha256:…    # only if it is the approved plan",
			"clusterctl apply --auto-approve --output json          # apply without asking, print JSON",
			"clusterctl apply --auto-approve --sandbox ./rehearsal  # rehearse on an embedded tenant",
		},
		Flags: slices.Concat(o.comparison.flags(e, "apply"), []cli.Flag{
			o.files.policy.maxUpdatesFlag(),
			{Name: "expect-digest", Section: "Apply:", To: cli.Parsed(&o.expectDigest, parseDigest), Usage: "refuse a plan whose digest is not `DIGEST`"},
			waiveFlag(&o.tenant.waivers, waiverIsRecorded),
			metricsFlag(),
		}, o.runOptions.flags("apply without asking for approval (a saved plan never asks)")),
		ExitCodes: []int{exitIncomplete, exitRefused},
		Run: func(ctx context.Context, l cli.Line) error {
			if err := expectNoPlanning(l); err != nil {
				return err
			}
			return measured(e, o.check, o.run)(ctx, l)
		},
	}
}

func (o *applyOptions) check(l cli.Line, e env) error {
	o.saved = l.Argument()
	o.reviewed, o.warnsInReport = o.saved != "", true
	return cmp.Or(o.runOptions.check(), o.comparison.check(l, e))
}

func (o *applyOptions) run(ctx context.Context, e env) (runFacts, error) {
	load := o.load
	if o.saved != "" {
		load = o.loadSaved
	}
	return execute(ctx, e, execution{o.tenant, o.output, o.runOptions}, load)
}

func (o applyOptions) load(ctx context.Context, e env) (org string, prepare preparer, err error) {
	org, plan, err := o.comparison.load(ctx, e)
	return org, func(conn *connection) (prepared, error) {
		ready, err := plan(conn)
		if err == nil {
			err = expectDigest(o.expectDigest, ready.plan)
		}
		return ready, err
	}, err
}

func (o applyOptions) loadSaved(ctx context.Context, e env) (org string, prepare preparer, err error) {
	plan, err := trustedPlan(ctx, e, o.saved)
	if err == nil {
		err = cmp.Or(expectDigest(o.expectDigest, plan), expectRules(o.tenant.waivers, plan.Rules), expectNewWaivers(o.tenant.waivers, plan))
	}
	return "", func(conn *connection) (prepared, error) {
		freshness, snapshot, err := conn.recheck(ctx, o.saved, plan)
		isDone := func(i int) bool { return i < len(freshness) && freshness[i].Done }
		var listing *cluster.Listing
		if freshness != nil {
			listing = &snapshot.Listing
		}
		return prepared{plan: plan, saved: o.saved, listing: listing, snapshot: snapshot, warnings: otherAddress(o.saved, plan.Tenant, conn.tenant), isDone: isDone}, err
	}, err
}

// otherAddress warns if the tenant has the plan's name, but another address or pod.
func otherAddress(path string, planned, reached cluster.Tenant) []planner.Warning {
	var differences []string
	if was, is := planned.BaseURL, reached.BaseURL; was != is {
		differences = append(differences, fmt.Sprintf("the base URL was %s and is %s", was, is))
	}
	if was, is := planned.Pod, reached.Pod; was != "" && is != "" && was != is {
		differences = append(differences, fmt.Sprintf("the pod was %s and is %s", was, is))
	}
	if differences == nil {
		return nil
	}
	return []planner.Warning{{Code: "other-address", Message: fmt.Sprintf("%s: created for another address of this tenant: %s", path, strings.Join(differences, ", "))}}
}

// parseDigest reads a digest as plan --out logs it.
func parseDigest(s string) (string, error) {
	if !regexp.MustCompile(`^sha256:[[:xdigit:]]{64}$`).MatchString(s) {
		return "", errors.New("expected a digest such as sha256:9f86… (plan --out prints it)")
	}
	return s, nil
}

// expectDigest refuses a plan that is not the one that was approved.
func expectDigest(want string, plan planner.Plan) error {
	if want == "" || want == plan.Digest {
		return nil
	}
	return refusedf("digest mismatch: the plan has digest %s, so nothing was applied (apply the plan that was approved)", plan.Digest)
}
