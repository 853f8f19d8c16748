package command

import (
	"bytes"
	"context"
	"fmt"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/report"
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

// layout is a file and its canonical text.
type layout struct {
	desired.Input
	canonical []byte
	piped     bool
}

func (l layout) isCanonical() bool { return bytes.Equal(l.Data, l.canonical) }

func runFmt(ctx context.Context, e env, o fmtOptions) error {
	layouts, err := layOut(ctx, e, o.paths)
	if err != nil {
		return err
	}
	pending := false
	for _, l := range layouts {
		pending = pending || !l.isCanonical()
		if err := o.deliver(e, l); err != nil {
			return err
		}
	}
	if o.check && pending {
		return errPending
	}
	return nil
}

// layOut lays out every file, or none where that fails for one.
func layOut(ctx context.Context, e env, paths []string) ([]layout, error) {
	var (
		layouts []layout
		found   desired.Diagnostics
	)
	for _, path := range paths {
		inputs, err := readFiles(ctx, e, []string{path})
		if err != nil {
			return nil, err
		}
		for _, input := range inputs {
			canonical, problems := desired.Format(input)
			found = append(found, problems...)
			layouts = append(layouts, layout{Input: input, canonical: canonical, piped: path == stdinPath})
		}
	}
	if found.HasErrors() {
		return nil, &filesError{found}
	}
	return layouts, nil
}

// deliver does with a layout what was asked for.
func (o fmtOptions) deliver(e env, l layout) error {
	switch {
	case o.diff:
		return report.LayoutDiff(e.Stdout, l.Name, l.Data, l.canonical)
	case o.check && l.isCanonical():
		return nil
	case o.check:
		_, err := fmt.Fprintln(e.Stdout, report.Printable(l.Name))
		return err
	case l.piped:
		_, err := e.Stdout.Write(l.canonical)
		return err
	case l.isCanonical():
		return nil
	default:
		return e.replaceFile(l.Name, l.canonical)
	}
}
