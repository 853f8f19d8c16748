package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"
)

// version is that of the next release.
const version = "0.1.0"

// toolName names the program in documents and requests.
func toolName() string { return "clusterctl/" + version }

func versionCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:        "version",
		Usage:       "print the version",
		Description: "Examples:\n   clusterctl version",
		Action: func(*cli.Context) error {
			_, err := fmt.Fprintf(e.Stdout, "clusterctl %s (commit %s, %s, %s/%s)\n",
				version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	})
}

// commit is the revision that the program was built from, where the build says.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}
