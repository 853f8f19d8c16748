package main

import (
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/render"
)

// The output formats.
const (
	formatText   = "text"
	formatJSON   = "json"
	formatHTML   = "html"   // one page
	formatGitHub = "github" // workflow annotations
	formatSARIF  = "sarif"
)

// output is how a command reports.
type output struct {
	format string
	color  string
	quiet  bool
}

// reportFormats are the formats of the reports on a tenant.
func reportFormats() []string { return []string{formatText, formatJSON, formatHTML} }

// oneOf lists formats as a sentence does.
func oneOf(formats []string) string {
	last := len(formats) - 1
	return strings.Join(formats[:last], ", ") + " or " + formats[last]
}

func outputFlags(formats ...string) []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: formatText, Category: "Output:", Usage: "`FORMAT` of the report: " + oneOf(formats)},
		&cli.StringFlag{Name: "color", Value: "auto", Category: "Output:", Usage: "colour the text: auto, always or never"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Category: "Output:", Usage: "no progress on standard error"},
	}
}

func outputOf(c *cli.Context, formats ...string) (output, error) {
	o := output{format: c.String("output"), color: c.String("color"), quiet: c.Bool("quiet")}
	if !slices.Contains(formats, o.format) {
		return output{}, usageErrorf("--output %q: not a format (%s)", o.format, oneOf(formats))
	}
	if o.color != "auto" && o.color != "always" && o.color != "never" {
		return output{}, usageErrorf("--color %q: not one of auto, always, never", o.color)
	}
	return o, nil
}

// text is the renderer for a stream, coloured where that is wanted.
func (o output) text(e env, stream io.Writer) render.Text {
	return render.Text{Color: o.colors(e, stream)}
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
		return isTerminal(stream)
	}
}
