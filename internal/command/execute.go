package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/applier"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

type runOptions struct {
	autoApprove bool
	reviewed    bool // the plan was shown and approved before
	skipBlocked bool
	onError     string
	createGrace time.Duration
	receipt     string // path or noReceipt; empty for one in the state directory
}

// flags takes the summary of --auto-approve, which depends on the command.
func (o *runOptions) flags(approving string) []cli.Flag {
	return []cli.Flag{
		{Name: "auto-approve", Section: "Apply:", To: cli.Bool(&o.autoApprove), Usage: approving},
		skipBlockedFlag(&o.skipBlocked, "skip blocked items and apply the rest, instead of refusing the plan"),
		{Name: "on-error", Section: "Apply:", To: cli.OneOf(&o.onError, "continue", "stop"), Default: "continue", Usage: "handle a failed change by `MODE`: continue (with independent changes) or stop"},
		{Name: "create-grace", Section: "Apply:", To: cli.Duration(&o.createGrace), Default: "5s", Usage: "wait up to `DURATION` for new clusters (in listings that lag)"},
		{
			Name: "receipt", Section: "Apply:", To: cli.String(&o.receipt), DefaultText: "a new file in the state directory",
			Usage: "append a record of every write to `FILE` (JSON Lines), for undo; none keeps no record",
		},
	}
}

func (o *runOptions) check() error {
	switch {
	case o.createGrace < 0:
		return fmt.Errorf("--create-grace %s: must not be negative", o.createGrace)
	case o.receipt == "-":
		return errors.New("--receipt -: cannot write a receipt to standard output (use a file)")
	}
	return nil
}

// prepared is a plan that was made for a tenant, or checked against it.
type prepared struct {
	plan      planner.Plan
	saved     string           // path of the saved plan; empty if it was just made
	listing   *cluster.Listing // nil if no listing was read
	snapshot  cluster.Snapshot
	warnings  []planner.Warning // about the run as a whole
	unmanaged []planner.UnmanagedCluster
	isDone    func(int) bool // whether a change is already in place
	// unlogged are warnings about files that are in the plan, but not on standard error.
	unlogged desired.Diagnostics
}

// hasWork reports whether any change is not in place yet.
func (p prepared) hasWork() bool {
	for i := range p.plan.Changes {
		if p.isDone == nil || !p.isDone(i) {
			return true
		}
	}
	return false
}

func (p prepared) warn(e env) {
	for _, warning := range p.warnings {
		e.Log.Warn(escape.Text(warning.Message))
	}
}

// listAll lists the whole tenant if the plan creates clusters and only one name was read.
// The run may delete a duplicate that it created only if it knows all ids.
func (c *connection) listAll(ctx context.Context, plan planner.Plan) error {
	if plan.Summary.Create == 0 || c.known.Complete || !plan.Listing.Verified {
		return nil
	}
	_, err := c.snapshot(ctx, cluster.Need{
		Log:     func(cluster.Live) bool { return false },
		Missing: func([]cluster.Live) cluster.Missing { return cluster.Missing{} },
	})
	return err
}

// loader reads the input of a plan, and the org that the tenant must have, or "" for any.
// Its preparer then makes the plan.
type (
	loader   = func(context.Context, env) (org string, prepare preparer, err error)
	preparer = func(*connection) (prepared, error)
)

func withPlan(ctx context.Context, e env, o tenantOptions, load loader, use func(*connection, prepared) error) (out runFacts, err error) {
	org, prepare, err := load(ctx, e)
	if err != nil {
		return out, err
	}
	conn, err := connect(ctx, e, o, org)
	if err != nil {
		return conn.facts(), err
	}
	defer func() { out, err = conn.facts(), errors.Join(err, conn.close()) }()
	ready, err := prepare(conn)
	if err != nil {
		return out, err
	}
	return out, use(conn, ready)
}

type execution struct {
	tenant tenantOptions
	output output
	runOptions
}

// execute prepares a plan, asks for approval, runs it and reports. The first interrupt
// stops the preparation, or lets requests in flight finish; the second stops everything.
func execute(ctx context.Context, e env, o execution, load loader) (runFacts, error) {
	return withPlan(ctx, e, o.tenant, load, func(conn *connection, ready prepared) error {
		if err := conn.listAll(ctx, ready.plan); err != nil {
			return err
		}
		if warning := report.Unverified(ready.listing); warning != "" && !o.showsPlan(e, ready.plan) {
			e.Log.Warn(warning)
		}
		ready.warn(e)
		if err := o.approve(ctx, conn, ready); err != nil {
			return err
		}
		if err := o.obeyRules(e, &ready); err != nil {
			return err
		}
		return o.apply(ctx, conn, ready)
	})
}

func (o execution) apply(ctx context.Context, conn *connection, ready prepared) error {
	e := conn.env
	kept, err := o.openRecord(conn, ready)
	if err != nil {
		return err
	}
	running, cancel := e.Ending.beyondInterrupt(ctx, o.tenant.deadline)
	defer cancel()
	e.Ending.isApplying.Store(true)
	shown := conn.progress
	shown.Begin("applying", "", len(ready.plan.Changes))
	defer shown.End() // also after a panic
	result := applier.Run(running, conn.client, ready.plan, applier.Options{
		Tool:         toolName(),
		Tenant:       conn.tenant,
		Listing:      ready.listing,
		Warnings:     slices.Concat(ready.warnings, leftOut(ready.plan)),
		Waivers:      slices.Concat(ready.plan.Waivers, o.tenant.waiversBeyond(ready.plan)),
		Now:          o.tenant.tenantClock(e),
		Parallelism:  o.tenant.atOnce(),
		CreateGrace:  o.createGrace,
		TrustListing: o.tenant.trustListing,
		Preexisting:  conn.known,
		StopOnError:  o.onError == "stop",
		Stop:         ctx.Done(),
		IsDone:       ready.isDone,
		Journal:      kept.journal,
		Report:       func(applier.ChangeResult) { shown.Advance(1) },
	})
	shown.End()
	var options report.ResultOptions
	if !o.reviewed {
		options.Matching = &ready.plan.Summary.Unchanged
	}
	for _, c := range ready.plan.Changes {
		options.Sources = append(options.Sources, c.Source)
	}
	conn.found.result = &result
	err = o.conclude(e, result, options, kept.close())
	kept.prune(e)
	if kept.hasWrites && !o.output.quiet {
		kept.announce(e, ready.plan.Undo)
	}
	return err
}

// conclude reports the result. If the receipt could not be written, the run is incomplete.
func (o execution) conclude(e env, result applier.Result, options report.ResultOptions, receiptErr error) error {
	if o.output.stdoutFormat() == formatText && len(result.Outcomes) > 0 {
		fmt.Fprintln(e.Stdout) // between the plan and its result
	}
	err := errors.Join(o.output.result(e, result, options), receiptErr)
	switch {
	case receiptErr == nil && result.IsComplete():
		return err
	case err == nil:
		err = report.Incomplete(result)
	}
	return &statusError{exitIncomplete, err}
}
