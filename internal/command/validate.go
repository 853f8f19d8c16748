package command

import (
	"context"
	"fmt"
	"time"

	"clusterctl/internal/cli"
)

// validateOptions are what validate checks, and how it tells.
type validateOptions struct {
	files  fileOptions
	output output
	now    time.Time
	strict bool
}

func validateCommand(e env) *cli.Command {
	flags := append(fileFlags(), outputFlags(formatsOf("validate"))...)
	return command(&cli.Command{
		Name:  "validate",
		Usage: "check the files; no network, no credentials",
		Description: "Tells everything that is wrong with the files in one run.\n" +
			"What each code means is told in docs/reference/diagnostics.md.\n\n" +
			"Examples:\n" +
			"   clusterctl validate\n" +
			"   clusterctl validate -f common -f tenants/acme --var-file acme.vars.yaml\n" +
			"   clusterctl validate --strict --output github  # in a workflow\n" +
			"   clusterctl validate --output sarif=clusterctl.sarif --output junit=validate.xml",
		Flags: append(flags,
			&cli.StringFlag{Name: "now", Category: "Files:", Usage: "check log windows as if it were `TIME` (RFC 3339)"},
			&cli.BoolFlag{Name: "strict", Category: "Output:", Usage: "fail on warnings, too"}),
		Action: func(c *cli.Context) error {
			o := validateOptions{files: filesOf(c), strict: c.Bool("strict")}
			var err error
			if o.now, err = nowOf(c); err != nil {
				return err
			}
			if o.output, err = outputOf(c, formatsOf("validate")); err != nil {
				return err
			}
			return runValidate(c.Context, e, o)
		},
	})
}

func runValidate(ctx context.Context, e env, o validateOptions) error {
	_, findings, err := o.files.load(ctx, e, e.timeOr(o.now))
	if err != nil {
		return err
	}
	if err := o.output.diagnostics(e, findings, o.strict); err != nil {
		return err
	}
	if findings.HasErrors() {
		return &filesError{o.output.untold(findings)}
	}
	if warnings := len(findings.Warnings()); o.strict && warnings > 0 {
		return fmt.Errorf("--strict: %d of the findings are warnings", warnings)
	}
	return nil
}
