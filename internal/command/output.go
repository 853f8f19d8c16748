package command

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/report/text"
)

// output is where a command reports, and how.
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

// check refuses two reports in one place. The default is text on standard output.
func (o *output) check(l cli.Line) error {
	if len(o.to) == 0 {
		o.to = []destination{{format: formatText}}
	}
	return cmp.Or(expectApart(o.to), expectUntouched(l, o.to))
}

// stdoutFormat is empty if nothing goes to standard output.
func (o output) stdoutFormat() string {
	i := slices.IndexFunc(o.to, func(d destination) bool { return !d.isFile() })
	if i < 0 {
		return ""
	}
	return o.to[i].format
}

func (o output) has(format string) bool {
	return slices.ContainsFunc(o.to, func(to destination) bool { return to.format == format })
}

// text is the format for a stream, which may be a terminal.
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

// destination is where a report goes in one format.
type destination struct {
	format string
	path   string // empty for standard output
}

func (d destination) isFile() bool { return d.path != "" }

func (d destination) String() string {
	if !d.isFile() {
		return d.format
	}
	return d.format + "=" + d.path
}

// destinationIn reads FORMAT or FORMAT=PATH, where - is standard output.
func destinationIn(formats []string) func(string) (destination, error) {
	return func(value string) (destination, error) {
		format, path, hasPath := strings.Cut(value, "=")
		switch {
		case !slices.Contains(formats, format):
			return destination{}, usageErrorf("not a format (%s)", oneOf(formats))
		case hasPath && path == "":
			return destination{}, usageErrorf("no path after the = (leave it out for standard output)")
		case path == stdinPath:
			path = ""
		}
		d := destination{format, path}
		return d, d.expectPlace()
	}
}

// expectPlace refuses a path that cannot be written, before anything is done:
// after an apply it would be late to learn of it.
func (d destination) expectPlace() error {
	if !d.isFile() {
		return nil
	}
	if info, err := os.Stat(d.path); err == nil && info.IsDir() {
		return usageErrorf("%s is a directory", d.path)
	}
	if info, err := os.Stat(filepath.Dir(d.path)); err != nil || !info.IsDir() {
		return usageErrorf("there is no directory %s", filepath.Dir(d.path))
	}
	return nil
}

// expectApart refuses two reports in one place.
func expectApart(to []destination) error {
	for i, d := range to {
		for _, before := range to[:i] {
			switch {
			case !d.isFile() && !before.isFile():
				return usageErrorf("--output %q and %q: both go to standard output (give one of them a path: %s=PATH)", before, d, d.format)
			case d.isFile() && before.isFile() && atomicfile.IsSame(d.path, before.path):
				return usageErrorf("--output %q and %q: both go to one file", before, d)
			}
		}
	}
	return nil
}

// expectUntouched refuses a report in the place of a file that the same run
// reads or writes: a receipt or the desired state would be lost.
func expectUntouched(l cli.Line, to []destination) error {
	for _, used := range usedFiles(l) {
		for _, d := range to {
			if d.isFile() && used.isAt(d.path) {
				return usageErrorf("--output %q: would replace %s", d, used.what)
			}
		}
	}
	return nil
}

// usedFile is a file of a run that is no report.
type usedFile struct{ what, path string }

// isAt reports whether a path is that of the file, or of a YAML file in the directory.
func (u usedFile) isAt(path string) bool {
	if u.path == stdinPath {
		return false
	}
	isYAML := strings.HasPrefix(strings.ToLower(filepath.Ext(path)), ".y")
	return atomicfile.IsSame(path, u.path) || isYAML && atomicfile.IsSame(filepath.Dir(path), u.path)
}

func usedFiles(l cli.Line) []usedFile {
	var used []usedFile
	for _, path := range l.Arguments {
		used = append(used, usedFile{"the file that the command is about", path})
	}
	for _, flag := range []string{"out", "receipt", "known", "since", "client-secret-file", "ca-file", "file", "var-file", "history"} {
		for _, path := range l.Values(flag) {
			used = append(used, usedFile{fmt.Sprintf("the file of --%s", flag), path})
		}
	}
	return append(used, usedFile{"the desired state", defaultFile})
}
