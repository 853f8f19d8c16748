package command

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// version is that of the program in documents and requests.
func version() string { return thisBuild().Version }

// toolName names the program in documents and requests.
func toolName() string { return "clusterctl/" + version() }

// thisBuild is that of the running program.
func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return buildOf(info)
}

func versionCommand(e env) *cli.Command {
	var format string
	return &cli.Command{
		Name:  "version",
		Usage: "print version and build information",
		Examples: []string{
			"clusterctl version                # print version, commit and dependencies",
			"clusterctl version --output json  # print JSON",
		},
		Flags: []cli.Flag{{
			Name: "output", Short: "o", Section: "Output:", To: cli.Parsed(&format, parseVersionFormat), Words: formatsOf("version"),
			Default: formatText, Usage: "print the version as `FORMAT`: text or json",
		}},
		Run: checked(e, nil, func(context.Context, env) error {
			if format == formatJSON {
				return report.JSON(e.Stdout, struct {
					FormatVersion string `json:"formatVersion"`
					Tool          string `json:"tool"`
					build
				}{planner.FormatVersion, toolName(), thisBuild()})
			}
			return writeVersion(e.Stdout, thisBuild())
		}),
	}
}

func parseVersionFormat(format string) (string, error) {
	if format != formatText && format != formatJSON {
		return "", errors.New("unknown format (use text or json)")
	}
	return format, nil
}

// writeVersion writes a build as text. Scripts read name and version at its beginning.
func writeVersion(w io.Writer, b build) error {
	commit := b.Commit
	if b.Dirty {
		commit += ", dirty"
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "clusterctl %s (commit %s, %s, %s/%s)\n", b.Version, commit, b.Go, b.OS, b.Arch)
	if len(b.Dependencies) > 0 {
		fmt.Fprint(&text, "\nwith\n")
	}
	for _, d := range b.Dependencies {
		fmt.Fprintf(&text, "  %s %s\n", d.Path, d.Version)
	}
	_, err := text.WriteTo(w)
	return err
}

// nextVersion is that of the next release, and of what is built before it.
const nextVersion = "0.1.0"

// build is what a program was built from.
type build struct {
	Version      string       `json:"version"`
	Commit       string       `json:"commit"`
	CommitTime   string       `json:"commitTime,omitempty"`
	Dirty        bool         `json:"dirty"` // something was not committed
	Go           string       `json:"go"`
	OS           string       `json:"os"`
	Arch         string       `json:"arch"`
	Dependencies []dependency `json:"dependencies"`
}

// dependency is a module in the program, with its checksum as in go.sum.
type dependency struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum,omitempty"`
}

// buildOf reads what the go command put into the program, so that go install has the same
// as a release, without flags for the linker.
func buildOf(info *debug.BuildInfo) build {
	b := build{
		Version: releaseOf(info.Main.Version), Commit: "unknown", // of a test, or of a checkout without git
		Go: info.GoVersion, OS: runtime.GOOS, Arch: runtime.GOARCH, Dependencies: []dependency{},
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.CommitTime = s.Value
		case "vcs.modified":
			b.Dirty = s.Value == "true"
		}
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.Dependencies = append(b.Dependencies, dependency{m.Path, m.Version, m.Sum})
	}
	return b
}

// releaseOf is the version of a module if that is a release, and else the next one: the
// commit distinguishes what is between two releases.
func releaseOf(module string) string {
	release, _ := strings.CutPrefix(module, "v")
	// Except for a release, the go command makes up a version of a time and a commit.
	madeUp := regexp.MustCompile(`[-.][0-9]{14}-[0-9a-f]{12}$`)
	if release == module || strings.Contains(release, "+") || madeUp.MatchString(release) {
		release = ""
	}
	return cmp.Or(release, nextVersion)
}
