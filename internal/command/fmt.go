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

// fmtOptions are what fmt lays out, and what it does with that.
type fmtOptions struct {
	paths []string
	check bool
	diff  bool
}

func fmtCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:  "fmt",
		Usage: "rewrite the files in the canonical layout, comments kept",
		Description: "Rewrites what is not canonical, and nothing where one of the files is no YAML.\n" +
			"Standard input is laid out to standard output.\n\n" +
			"Examples:\n" +
			"   clusterctl fmt\n" +
			"   clusterctl fmt --check -f clusters  # names the files and exits with 2\n" +
			"   clusterctl fmt --diff\n" +
			"   clusterctl fmt -f - < clusters.yaml",
		Flags: []cli.Flag{
			pathFlag(),
			&cli.BoolFlag{Name: "check", Category: "Output:", Usage: "rewrite nothing; name what is not canonical and exit with 2"},
			&cli.BoolFlag{Name: "diff", Category: "Output:", Usage: "rewrite nothing; show what would change"},
		},
		Action: func(c *cli.Context) error {
			return runFmt(c.Context, e, fmtOptions{paths: pathsOf(c), check: c.Bool("check"), diff: c.Bool("diff")})
		},
	})
}

// formatted is a file and its canonical text.
type formatted struct {
	desired.Input
	canonical []byte
	piped     bool
}

func (f formatted) isCanonical() bool { return bytes.Equal(f.Data, f.canonical) }

func runFmt(ctx context.Context, e env, o fmtOptions) error {
	files, err := formatAll(ctx, e, o.paths)
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
	var (
		files    []formatted
		findings desired.Diagnostics
	)
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
