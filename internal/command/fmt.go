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
		Name:  "fmt",
		Usage: "rewrite the files in the canonical layout, comments kept",
		Description: "Rewrites what is not canonical, and nothing where one of the files is no YAML.\n" +
			"Standard input is laid out to standard output.",
		Examples: []string{
			"clusterctl fmt",
			"clusterctl fmt --check -f clusters  # names the files and exits with 2",
			"clusterctl fmt --diff",
			"clusterctl fmt -f - < clusters.yaml",
		},
		Flags: []cli.Flag{
			o.files.pathFlag(),
			{Name: "check", Section: "Output:", To: cli.Bool(&o.check), Usage: "rewrite nothing; name what is not canonical and exit with 2"},
			{Name: "diff", Section: "Output:", To: cli.Bool(&o.diff), Usage: "rewrite nothing; show what would change"},
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

// formatAll formats every file, or none if one of them is no YAML.
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

// deliver prints or rewrites a file, or says that it would.
func (o fmtOptions) deliver(e env, f formatted) error {
	switch {
	case o.diff:
		return text.Diff(e.Stdout, f.Name, f.Data, f.canonical)
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
