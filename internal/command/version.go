package command

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"clusterctl/internal/cli"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// version is that of the program, as documents and requests tell it.
func version() string { return thisBuild().Version }

// toolName names the program in documents and requests.
func toolName() string { return "clusterctl/" + version() }

// thisBuild tells of the running program.
func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return buildOf(info)
}

func versionCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:  "version",
		Usage: "print the version, and what it was built from",
		Description: "Examples:\n" +
			"   clusterctl version\n" +
			"   clusterctl version --output json",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Value: formatText, Category: "Output:", Usage: "`FORMAT`: text or json"},
		},
		Action: func(c *cli.Context) error {
			switch format := c.String("output"); format {
			case formatText:
				return writeVersion(e.Stdout, thisBuild())
			case formatJSON:
				return report.JSON(e.Stdout, versionDocument{planner.FormatVersion, toolName(), thisBuild()})
			default:
				return usageErrorf("--output %q: not a format (text or json)", format)
			}
		},
	})
}

// versionDocument is the JSON form of a build.
type versionDocument struct {
	FormatVersion string `json:"formatVersion"`
	Tool          string `json:"tool"`
	build
}

// writeVersion writes a build for people. Its first line begins with the name
// and the version; scripts read them there.
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
