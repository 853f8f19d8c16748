package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/undo"
)

type undoOptions struct {
	runOptions
	tenant  tenantOptions
	output  output
	pending pendingOptions
	// source is the path of the receipt to roll back; the one to write is in runOptions.
	source string
}

func undoCommand(e env) *cli.Command {
	var o undoOptions
	return &cli.Command{
		Name:      "undo",
		Usage:     "roll back an apply from its receipt",
		Arguments: "RECEIPT",
		Description: "Shows a plan that rolls back the last run in the receipt that wrote anything;\n--auto-approve applies it.\n" +
			"If a value has changed since, the rollback is blocked; --skip-blocked keeps that value\n" +
			"and rolls back the rest. Deleted clusters are listed, but not restored: their keys and\n" +
			"clients are gone.",
		Examples: []string{
			"clusterctl undo receipt.jsonl                     # show what would be rolled back",
			"clusterctl undo receipt.jsonl --target va-austin  # only for one cluster",
			"clusterctl undo receipt.jsonl --out undo.json     # save the plan, for apply undo.json",
			"clusterctl undo receipt.jsonl --auto-approve --receipt undone.jsonl  # roll back",
		},
		Flags: slices.Concat(
			o.tenant.flags(),
			o.tenant.selectionFlags(e, nil),
			[]cli.Flag{o.tenant.trustListingFlag()},
			o.flags("apply the rollback; without it, only show the plan"),
			o.pending.flags(),
			o.output.flags("undo"),
		),
		ExitCodes: []int{exitPending, exitIncomplete, exitRefused},
		Run:       checked(e, o.check, o.run),
	}
}

func (o *undoOptions) check(l cli.Line, e env) error {
	o.source, o.pending.skipBlocked = l.Argument(), o.skipBlocked
	return cmp.Or(o.pending.check(), o.runOptions.check(), o.output.check(l), o.expectConsistent(l, e), o.tenant.check(e, o.output))
}

// expectConsistent refuses flags that contradict each other. Variables of the
// environment may be meant for another step.
func (o *undoOptions) expectConsistent(l cli.Line, e env) error {
	switch {
	case o.autoApprove && o.pending.out != "":
		return errors.New("--out and --auto-approve cannot be combined (use --out to review the plan first)")
	case !o.autoApprove && l.IsSet("receipt") && e.Getenv(cli.Variable("receipt")) == "":
		return errors.New("--receipt needs --auto-approve: without it, nothing is written")
	case o.receipt != "" && atomicfile.IsSame(o.receipt, o.source):
		return fmt.Errorf("--receipt %s: cannot write to the receipt that is rolled back (use another name)", o.receipt)
	}
	return nil
}

// run shows the plan, on a transport that cannot write, or applies it.
func (o *undoOptions) run(ctx context.Context, e env) (err error) {
	if o.autoApprove {
		_, err = execute(ctx, e, execution{o.tenant, o.output, o.runOptions}, o.load)
		return err
	}
	o.tenant.readOnly = true
	_, err = withPlan(ctx, e, o.tenant, o.load, func(_ *connection, ready prepared) error {
		return o.pending.report(e, o.output, ready.plan, report.PlanOptions{})
	})
	return err
}

// load reads the receipt, and prepares to roll it back.
func (o undoOptions) load(ctx context.Context, e env) (org string, prepare preparer, err error) {
	past, err := readReceipt(ctx, o.source)
	if err != nil {
		return "", nil, err
	}
	past.Runs = receipt.RunsToUndo(past)
	o.announce(e, past)
	warnIfPartial(e, past)
	return "", func(conn *connection) (prepared, error) { return conn.undo(ctx, past) }, nil
}

// announce logs which of the receipt's runs are rolled back.
func (o undoOptions) announce(e env, past receipt.Receipt) {
	if len(past.Runs) == 0 || o.output.quiet {
		return
	}
	last := past.Runs[len(past.Runs)-1]
	intent := "rolling back"
	if !o.autoApprove {
		intent = "plan to roll back"
	}
	message := fmt.Sprintf("%s the run of %s, digest %s", intent, last.Start.Format(time.RFC3339), escape.Text(last.Digest))
	if len(past.Runs) > 1 {
		message = fmt.Sprintf("%s the runs from %s to %s; all but the last did not finish",
			intent, past.Runs[0].Start.Format(time.RFC3339), last.Start.Format(time.RFC3339))
	}
	if !o.autoApprove && o.pending.out == "" {
		message += " (to apply it, use --auto-approve)"
	}
	e.Log.Info(message)
}

// undo reads the tenant, and plans to roll back the runs of a receipt.
func (c *connection) undo(ctx context.Context, past receipt.Receipt) (ready prepared, err error) {
	effects, err := effectsOf(past, c.tenant)
	if err != nil {
		return ready, err
	}
	isPicked := func(e receipt.Effect) bool { return c.options.selection.Picks(e.Name) }
	if len(c.options.selection.Target) > 0 && !slices.ContainsFunc(effects, isPicked) {
		return ready, fmt.Errorf("--target matches no cluster that the receipt's last run wrote to (it wrote to %s)", report.Count(len(effects), "cluster"))
	}
	in := c.planInput()
	if in.Snapshot, err = c.snapshot(ctx, undo.Need(effects)); err != nil {
		return ready, err
	}
	c.warnIfElsewhere(past.Name, effects)
	in.Now = c.options.clock(c.env)
	plan, err := undo.Plan(in, effects)
	return prepared{plan: plan, listing: &plan.Listing}, err
}
