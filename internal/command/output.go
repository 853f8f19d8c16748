package command

import (
	"io"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/report/text"
)

// output is how a command reports: to where, and in which formats.
type output struct {
	to    []destination
	color string
	quiet bool
	// skipBlocked is set where blocked items do not fail the run.
	skipBlocked bool
}

func outputFlags(formats []string) []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{
			Name: "output", Aliases: []string{"o"}, Category: "Output:",
			Usage: "`FORMAT` of the report, or FORMAT=PATH for one in a file; repeatable: " + oneOf(formats) + " (default: " + formatText + ")",
		},
		&cli.StringFlag{Name: "color", Value: "auto", Category: "Output:", Usage: "colour the text: auto, always or never"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Category: "Output:", Usage: "no progress on standard error"},
	}
}

// oneOf lists words as a sentence does.
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func outputOf(c *cli.Context, formats []string) (output, error) {
	o := output{color: c.String("color"), quiet: c.Bool("quiet")}
	if o.color != "auto" && o.color != "always" && o.color != "never" {
		return output{}, usageErrorf("--color %q: not one of auto, always, never", o.color)
	}
	var err error
	if o.to, err = destinationsOf(c.StringSlice("output"), formats); err != nil {
		return output{}, err
	}
	return o, expectUntouched(c, o.to)
}

// stdoutFormat is the format of standard output, or empty where nothing goes
// there.
func (o output) stdoutFormat() string {
	i := slices.IndexFunc(o.to, func(d destination) bool { return !d.isFile() })
	if i < 0 {
		return ""
	}
	return o.to[i].format
}

// has reports whether one of the reports is in a format.
func (o output) has(format string) bool {
	return slices.ContainsFunc(o.to, func(to destination) bool { return to.format == format })
}

// text is the format for a stream: coloured where that is wanted, and as wide as
// the terminal where it is one.
func (o output) text(e env, stream io.Writer) text.Format {
	size, _ := cli.Terminal(stream, e.Getenv)
	return text.Format{Color: o.colors(e, stream), Width: size.Columns, Masker: e.Masker}
}

// textOf is the format for a destination. A file is coloured on demand alone.
func (o output) textOf(e env, to destination) text.Format {
	if to.isFile() {
		return text.Format{Color: o.color == "always", Masker: e.Masker}
	}
	return o.text(e, e.Stdout)
}

func (o output) colors(e env, stream io.Writer) bool {
	switch {
	case o.color != "auto":
		return o.color == "always"
	case e.Getenv("NO_COLOR") != "":
		return false
	case e.Getenv("CLICOLOR_FORCE") != "" && e.Getenv("CLICOLOR_FORCE") != "0":
		return true
	default:
		return e.takesControl(stream)
	}
}
