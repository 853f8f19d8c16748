package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/escape"
	"clusterctl/internal/report/text"
)

// stdinPath is the path that stands for standard input.
const stdinPath = "-"

type fmtOptions struct {
	files fileOptions
	check bool
	diff  bool
}

func fmtCommand(e env) *cli.Command {
	var o fmtOptions
	return &cli.Command{
		Name:      "fmt",
		Usage:     "rewrite files in the canonical format",
		Arguments: "[FILE...]", ArgumentsTo: "file",
		Description: "Keeps comments. Rewrites nothing if one of the files is not valid YAML. Formats standard\n" +
			"input (-f -) to standard output.",
		Examples: []string{
			"clusterctl fmt                       # format clusters.yaml",
			"clusterctl fmt --check -f clusters   # list unformatted files, exit with 2",
			"clusterctl fmt --diff                # show what would change",
			"clusterctl fmt -f - < clusters.yaml  # format standard input",
		},
		Flags: []cli.Flag{
			o.files.pathFlag(),
			{Name: "check", Section: "Output:", To: cli.Bool(&o.check), Usage: "list unformatted files and exit with 2; change nothing"},
			{Name: "diff", Section: "Output:", To: cli.Bool(&o.diff), Usage: "show what would change and exit with 0; change nothing"},
		},
		ExitCodes: []int{exitPending},
		Run:       checked(e, nil, o.run),
	}
}

type formatted struct {
	desired.Input
	canonical []byte
	piped     bool
}

func (f formatted) isCanonical() bool { return bytes.Equal(f.Data, f.canonical) }

func (o *fmtOptions) run(ctx context.Context, e env) error {
	files, err := formatAll(ctx, e, orDefault(o.files.paths))
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := o.deliver(e, f); err != nil {
			return err
		}
	}
	if o.check && slices.ContainsFunc(files, func(f formatted) bool { return !f.isCanonical() }) {
		return errPending
	}
	return nil
}

// formatAll formats every file, or none if one of them is not valid YAML.
func formatAll(ctx context.Context, e env, paths []string) ([]formatted, error) {
	var files []formatted
	var findings desired.Diagnostics
	for _, path := range paths {
		inputs, err := readFiles(ctx, e, []string{path})
		if err != nil {
			return nil, err
		}
		for _, input := range inputs {
			canonical, problems := desired.Format(input)
			findings = append(findings, problems...)
			files = append(files, formatted{Input: input, canonical: canonical, piped: path == stdinPath})
		}
	}
	if findings.HasErrors() {
		return nil, &filesError{findings}
	}
	return files, nil
}

// deliver prints or rewrites a file, or reports that it is not formatted.
func (o fmtOptions) deliver(e env, f formatted) error {
	switch {
	case o.diff:
		return text.Diff(e.Stdout, f.Name, "canonical", f.Data, f.canonical)
	case f.piped && !o.check:
		_, err := e.Stdout.Write(f.canonical)
		return err
	case f.isCanonical():
		return nil
	case o.check:
		_, err := fmt.Fprintln(e.Stdout, escape.Text(f.Name))
		return err
	default:
		return e.replaceFile(f.Name, f.canonical)
	}
}
