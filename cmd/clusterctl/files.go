package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/desired"
)

// defaultFile is read where no file is named.
const defaultFile = "clusters.yaml"

func fileFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{
			Name: "file", Aliases: []string{"f"}, Category: "Files:",
			Usage: "desired-state `PATH`, - for standard input; repeatable (default: " + defaultFile + ")",
		},
	}
}

func filesOf(c *cli.Context) []string {
	if paths := c.StringSlice("file"); len(paths) > 0 {
		return paths
	}
	return []string{defaultFile}
}

// loadFiles reads the desired state. Warnings go to stderr; errors are
// returned, all of them.
func loadFiles(e env, paths []string) (desired.State, error) {
	inputs, err := readFiles(e, paths)
	if err != nil {
		return desired.State{}, err
	}
	state, found := desired.Load(inputs)
	for _, d := range found.Warnings() {
		fmt.Fprintf(e.Stderr, "warning: %s\n", d)
	}
	if found.HasErrors() {
		return desired.State{}, &filesError{found.Errors()}
	}
	return state, nil
}

// readFiles reads the files. Where none was named and the default is not there,
// its error says what to do.
func readFiles(e env, paths []string) ([]desired.Input, error) {
	inputs, err := desired.Read(paths, e.Stdin)
	if errors.Is(err, fs.ErrNotExist) && slices.Equal(paths, []string{defaultFile}) {
		return nil, fmt.Errorf("%w (name the files with -f)", err)
	}
	return inputs, err
}
