package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
)

// destination is a format of the report, and where it is written.
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

// destinationIn returns a parser of FORMAT and FORMAT=PATH. The path - is standard output.
func destinationIn(formats []string) func(string) (destination, error) {
	return func(value string) (destination, error) {
		format, path, hasPath := strings.Cut(value, "=")
		switch {
		case !slices.Contains(formats, format):
			return destination{}, fmt.Errorf("unknown format (use %s)", oneOf(formats))
		case hasPath && path == "":
			return destination{}, errors.New("no path after = (remove the = to print to standard output)")
		case path == stdinPath:
			path = ""
		}
		d := destination{format, path}
		return d, d.expectPlace()
	}
}

// expectPlace refuses a path that cannot be written, before an apply changes anything.
func (d destination) expectPlace() error {
	if !d.isFile() {
		return nil
	}
	if info, err := os.Stat(d.path); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a directory", d.path)
	}
	return expectDirectory(d.path)
}

// expectDirectory refuses a path in a directory that does not exist.
func expectDirectory(path string) error {
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return fmt.Errorf("directory %s does not exist", filepath.Dir(path))
	}
	return nil
}

// expectApart refuses two reports with the same destination.
func expectApart(to []destination) error {
	for i, d := range to {
		for _, before := range to[:i] {
			switch {
			case !d.isFile() && !before.isFile():
				return fmt.Errorf("--output %q and %q: both print to standard output (give one a path: %s=PATH)", before, d, d.format)
			case d.isFile() && before.isFile() && atomicfile.IsSame(d.path, before.path):
				return fmt.Errorf("--output %q and %q: both write to the same file (give one another path)", before, d)
			}
		}
	}
	return nil
}

// expectUntouched refuses a report that would overwrite another file of the run.
func expectUntouched(l cli.Line, to []destination) error {
	for _, used := range usedFiles(l) {
		for _, d := range to {
			if d.isFile() && used.isAt(d.path) {
				return fmt.Errorf("--output %q: would overwrite %s (use another path)", d, used.what)
			}
		}
	}
	return nil
}

// usedFile is a file of a run that is not a report.
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
		path = strings.TrimPrefix(path, sandboxPrefix)
		used = append(used, usedFile{"the input file", path})
	}
	for _, flag := range []string{"out", "receipt", "known", "since", "client-secret-file", "ca-file", "file", "var-file", "history"} {
		for _, path := range l.Values(flag) {
			used = append(used, usedFile{fmt.Sprintf("the file of --%s", flag), path})
		}
	}
	return append(used, usedFile{"the desired-state file", defaultFile})
}
