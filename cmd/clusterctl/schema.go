package main

import (
	"github.com/urfave/cli/v2"

	"clusterctl/internal/desired"
)

func schemaCommand(e env) *cli.Command {
	return command(e, &cli.Command{
		Name:  "schema",
		Usage: "print the JSON Schema of the files, for editors",
		Description: "An editor with the YAML language server completes keys and explains them, once the\n" +
			"first line of a file names the schema:\n" +
			"   # yaml-language-server: $schema=./clusterctl.schema.json\n\n" +
			"Example:\n" +
			"   clusterctl schema > clusterctl.schema.json",
		Action: func(*cli.Context) error {
			schema, err := desired.Schema()
			if err != nil {
				return err
			}
			_, err = e.Stdout.Write(schema)
			return err
		},
	})
}
