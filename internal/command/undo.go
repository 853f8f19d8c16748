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
	// source is the path of the receipt to roll back, empty with --last; the one to write is in
	// runOptions.
	source string
	last   bool
	dryRun bool
}

func undoCommand(e env) *cli.Command {
	var o undoOptions
	return &cli.Command{
		Name: "undo", Aliases: []string{"rollback"},
		Usage:     "roll back an apply from its receipt",
		Arguments: "[RECEIPT]",
		Description: "Shows a plan that rolls back the last run in the receipt that wrote anything, asks for\n" +
			"approval, and applies exactly that plan. --last takes the receipt of the last apply on\n" +
			"this tenant from the state directory. Without a terminal, undo refuses to change anything\n" +
			"unless you use --auto-approve.\n\n" +
			"If a value has changed since, the rollback is blocked; --skip-blocked keeps that value\n" +
			"and rolls back the rest. Deleted clusters are listed, but not restored: their keys and\n" +
			"clients are gone.\n\n" +
			"undo reads no files, so no rule, limit or policy.protect holds it back.",
		Examples: []string{
			"clusterctl undo --last                            # roll back the last apply, after approval",
			"clusterctl undo --last --dry-run                  # show what would be rolled back",
			"clusterctl undo receipt.jsonl                     # roll back the last run in a receipt",
			"clusterctl undo receipt.jsonl --target va-austin  # only for one cluster",
			"clusterctl undo receipt.jsonl --out undo.json     # save the plan, for apply undo.json",
			"clusterctl undo receipt.jsonl --auto-approve      # roll back without asking",
		},
		Flags: slices.Concat(
			o.tenant.flags(),
			o.tenant.selectionFlags(e, nil),
			[]cli.Flag{
				o.tenant.trustListingFlag(),
				{Name: "last", Section: "Selection:", To: cli.Bool(&o.last), Usage: "roll back the last apply on this tenant"},
				{Name: "dry-run", Section: "Apply:", To: cli.Bool(&o.dryRun), Usage: "show the rollback, but change nothing"},
			},
			o.flags("roll back without asking for approval"),
			o.pending.flags(),
			o.output.flags("undo"),
		),
		ExitCodes: []int{exitPending, exitIncomplete, exitRefused},
		Run:       checked(e, o.check, o.run),
	}
}

func (o *undoOptions) check(l cli.Line, e env) error {
	o.source, o.pending.skipBlocked = l.Argument(), o.skipBlocked
	o.last = o.last && (o.source == "" || l.IsGiven("last"))
	return cmp.Or(o.expectSource(), o.pending.check(), o.runOptions.check(), o.output.check(l), o.expectConsistent(l), o.tenant.check(e, o.output))
}

// expectSource refuses a line that does not say what to roll back.
func (o *undoOptions) expectSource() error {
	switch {
	case o.last && o.source != "":
		return fmt.Errorf("--last cannot be combined with the receipt %s (use one of them)", o.source)
	case !o.last && o.source == "":
		return errors.New("undo needs a RECEIPT, or --last (use --last to roll back the last apply on this tenant)")
	}
	return nil
}

// isOnlyShown reports whether the rollback is shown or saved, but not applied.
func (o *undoOptions) isOnlyShown() bool { return o.dryRun || o.pending.out != "" }

// expectConsistent refuses flags that contradict each other. Variables of the
// environment may be meant for another step.
func (o *undoOptions) expectConsistent(l cli.Line) error {
	switch {
	case o.pending.out != "" && l.IsGiven("auto-approve"):
		return errors.New("--out and --auto-approve cannot be combined (use --out to review the plan first)")
	case o.dryRun && l.IsGiven("auto-approve"):
		return errors.New("--dry-run and --auto-approve cannot be combined (use --dry-run to review the plan first)")
	case o.isOnlyShown() && l.IsGiven("receipt"):
		return errors.New("--receipt cannot be combined with --dry-run or --out: nothing is written (remove --receipt)")
	case !o.isOnlyShown() && l.IsGiven("detailed-exitcode"):
		return errors.New("--detailed-exitcode needs --dry-run or --out (use --dry-run to show the rollback)")
	case o.receipt != "" && o.source != "" && atomicfile.IsSame(o.receipt, o.source):
		return fmt.Errorf("--receipt %s: cannot write to the receipt that is rolled back (use another name)", o.receipt)
	}
	return nil
}

// run shows the plan, on a transport that cannot write, or asks for approval and applies it.
func (o *undoOptions) run(ctx context.Context, e env) (err error) {
	if !o.isOnlyShown() {
		_, err = execute(ctx, e, execution{o.tenant, o.output, o.runOptions}, o.load)
		return err
	}
	o.tenant.readOnly = true
	_, err = withPlan(ctx, e, o.tenant, o.load, func(_ *connection, ready prepared) error {
		return o.pending.report(e, o.output, ready.plan, report.PlanOptions{})
	})
	return err
}

// load reads the receipt, and prepares to roll it back. Which receipt is the last depends on
// the tenant.
func (o undoOptions) load(ctx context.Context, _ env) (org string, prepare preparer, err error) {
	if o.last {
		return "", func(conn *connection) (prepared, error) {
			past, err := conn.lastApply(ctx, o.output.quiet)
			if err != nil {
				return prepared{}, err
			}
			return o.rollBack(ctx, conn, past)
		}, nil
	}
	past, err := readReceipt(ctx, o.source)
	if err != nil {
		return "", nil, err
	}
	past.Runs = receipt.RunsToUndo(past)
	return "", func(conn *connection) (prepared, error) { return o.rollBack(ctx, conn, past) }, nil
}

func (o undoOptions) rollBack(ctx context.Context, conn *connection, past receipt.Receipt) (prepared, error) {
	if !o.output.quiet {
		announceRollback(conn.env, past)
	}
	warnIfPartial(conn.env, past)
	return conn.undo(ctx, past)
}

// announceRollback logs which of the receipt's runs are rolled back.
func announceRollback(e env, past receipt.Receipt) {
	if len(past.Runs) == 0 {
		return
	}
	last := past.Runs[len(past.Runs)-1]
	message := fmt.Sprintf("plan to roll back the run of %s, digest %s", last.Start.Format(time.RFC3339), escape.Text(last.Digest))
	if len(past.Runs) > 1 {
		message = fmt.Sprintf("plan to roll back the runs from %s to %s; all but the last did not finish",
			past.Runs[0].Start.Format(time.RFC3339), last.Start.Format(time.RFC3339))
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
