package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/desired"
	"clusterctl/internal/render"
)

// validateOptions are what validate checks, and how it tells.
type validateOptions struct {
	files  fileOptions
	output output
	strict bool
}

func validateFormats() []string { return []string{formatText, formatJSON, formatGitHub, formatSARIF} }

func validateCommand(e env) *cli.Command {
	flags := append(fileFlags(), outputFlags(validateFormats()...)...)
	return command(e, &cli.Command{
		Name:  "validate",
		Usage: "check the files; no network, no credentials",
		Description: "Tells everything that is wrong with the files in one run.\n" +
			"What each code means is told in docs/reference/diagnostics.md.\n\n" +
			"Examples:\n" +
			"   clusterctl validate\n" +
			"   clusterctl validate -f common -f tenants/acme --var-file acme.vars.yaml\n" +
			"   clusterctl validate --strict --output github  # in a workflow\n" +
			"   clusterctl validate --output sarif > clusterctl.sarif",
		Flags: append(flags, &cli.BoolFlag{Name: "strict", Category: "Output:", Usage: "fail on warnings, too"}),
		Action: func(c *cli.Context) error {
			o := validateOptions{files: filesOf(c), strict: c.Bool("strict")}
			var err error
			if o.output, err = outputOf(c, validateFormats()...); err != nil {
				return err
			}
			return runValidate(e, o)
		},
	})
}

func runValidate(e env, o validateOptions) error {
	_, found, err := o.files.load(e, e.Now())
	if err != nil {
		return err
	}
	if err := writeDiagnostics(e, o.output, found); err != nil {
		return err
	}
	if found.HasErrors() {
		return &filesError{found.Errors()}
	}
	if warnings := len(found.Warnings()); o.strict && warnings > 0 {
		return fmt.Errorf("--strict: %d of the findings are warnings", warnings)
	}
	return nil
}

// writeDiagnostics writes the document that was asked for. As text, there is
// none: findings go to stderr.
func writeDiagnostics(e env, o output, found desired.Diagnostics) error {
	switch o.format {
	case formatJSON:
		return render.JSON(e.Stdout, render.DiagnosticsDocument(toolName(), found))
	case formatSARIF:
		return render.JSON(e.Stdout, render.SARIF(version, found))
	case formatGitHub:
		return render.Annotations(e.Stdout, found)
	default:
		warn(e, found)
		return nil
	}
}
