package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

type validateOptions struct {
	files  fileOptions
	output output
	now    time.Time
	strict bool
	// waivers let denials of rules pass.
	waivers []planner.Waiver
}

func validateCommand(e env) *cli.Command {
	var o validateOptions
	return &cli.Command{
		Name:      "validate",
		Usage:     "check desired-state files",
		Arguments: "[FILE...]", ArgumentsTo: "file",
		Description: "Reports all errors and warnings in the files. Works offline, without credentials.\n" +
			"docs/reference/diagnostics.md explains each code.",
		Examples: []string{
			"clusterctl validate                           # check clusters.yaml",
			"clusterctl validate -f common -f tenants/acme --var-file acme.vars.yaml  # check directories",
			"clusterctl validate --strict --output github  # annotate a workflow, fail on warnings",
			"clusterctl validate -o sarif=clusterctl.sarif -o junit=validate.xml  # write reports",
		},
		Flags: slices.Concat(o.files.flags(), o.output.flags("validate"), []cli.Flag{
			o.files.policyFromFlag(),
			{Name: "now", Section: "Files:", To: cli.Parsed(&o.now, parseTime), Usage: "check expirations as of `TIME` (RFC 3339)"},
			waiveFlag(&o.waivers, ""),
			{Name: "strict", Section: "Output:", To: cli.Bool(&o.strict), Usage: "fail on warnings, too"},
		}),
		Run: checked(e, o.check, o.run),
	}
}

func (o *validateOptions) check(l cli.Line, _ env) error { return o.output.check(l) }

func (o *validateOptions) run(ctx context.Context, e env) error {
	o.files.decideRules, o.files.waivers = true, o.waivers
	state, findings, err := o.files.load(ctx, e, cmp.Or(o.now, e.Now()))
	if err == nil && !findings.HasErrors() {
		err = expectRules(o.waivers, state.Policy.Rules)
	}
	if err != nil {
		return err
	}
	for _, w := range o.waivers {
		e.Log.Warn(fmt.Sprintf("rule %s is waived: %s", w.Rule, escape.Text(w.Reason)))
	}
	prepared{warnings: o.files.policyWarning(state)}.warn(e)
	reported := findings.Errors() // on standard error
	if format := o.output.stdoutFormat(); e.Collect == nil && (format == formatText || format == "") {
		// Text goes to standard error, too: with the error below or, if there is none, here.
		o.output.to = slices.DeleteFunc(o.output.to, func(to destination) bool { return !to.isFile() })
		reported = findings
		if !findings.HasErrors() {
			warn(e, findings.Warnings())
		}
	}
	if err := o.output.document(e, report.OfDiagnostics(toolName(), findings, o.strict), ""); err != nil {
		return err
	}
	if findings.HasErrors() {
		return &filesError{reported}
	}
	if warnings := len(findings.Warnings()); o.strict && warnings > 0 {
		return fmt.Errorf("--strict: %s found", report.Count(warnings, "warning"))
	}
	return nil
}
