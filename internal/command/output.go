package command

import (
	"cmp"
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
}

func (o *output) flags(command string) []cli.Flag {
	formats := formatsOf(command)
	return []cli.Flag{
		{
			Name: "output", Short: "o", Section: "Output:", To: cli.EachParsed(&o.to, destinationIn(formats)), Words: formats,
			Usage: "`FORMAT` of the report, or FORMAT=PATH for one in a file; repeatable: " + oneOf(formats) + " (default: " + formatText + ")",
		},
		{Name: "color", Section: "Output:", To: cli.OneOf(&o.color, "auto", "always", "never"), Default: "auto", Usage: "colour the text: auto, always or never"},
		{Name: "quiet", Short: "q", Section: "Output:", To: cli.Bool(&o.quiet), Usage: "no progress on standard error"},
	}
}

// oneOf lists words as a sentence does.
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// check refuses reports that would get into each other's way. Without any there is the
// text on standard output.
func (o *output) check(l cli.Line) error {
	if len(o.to) == 0 {
		o.to = []destination{{format: formatText}}
	}
	return cmp.Or(expectApart(o.to), expectUntouched(l, o.to))
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
