package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"clusterctl/internal/desired"
	"clusterctl/internal/render"
)

func validateCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:  "validate",
		Usage: "check the files; no network, no credentials",
		Description: "Examples:\n" +
			"   clusterctl validate\n" +
			"   clusterctl validate -f clusters.yaml --output json",
		Flags: append(fileFlags(), outputFlags()...),
		Action: func(c *cli.Context) error {
			o, err := outputOf(c)
			if err != nil {
				return err
			}
			return runValidate(e, filesOf(c), o)
		},
	})
}

func runValidate(e env, paths []string, o output) error {
	inputs, err := readFiles(e, paths)
	if err != nil {
		return err
	}
	_, found := desired.Load(inputs)
	if o.format == formatJSON {
		if err := render.JSON(e.Stdout, render.DiagnosticsDocument(toolName(), found)); err != nil {
			return err
		}
	} else {
		for _, d := range found.Warnings() {
			fmt.Fprintf(e.Stderr, "warning: %s\n", d)
		}
	}
	if found.HasErrors() {
		return &filesError{found.Errors()}
	}
	return nil
}
