package command

import (
	"context"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

func schemaCommand(e env) *cli.Command {
	var what string
	return &cli.Command{
		Name:  "schema",
		Usage: "print JSON Schemas for files, plans and receipts",
		Description: "Editors with a YAML language server complete and explain keys if the first line\n" +
			"of a file names the schema:\n" +
			"   # yaml-language-server: $schema=./clusterctl.schema.json",
		Examples: []string{
			"clusterctl schema > clusterctl.schema.json  # schema of desired-state files",
			"clusterctl schema --of project              # schema of project files",
			"clusterctl schema --of plan                 # schema of saved plans",
			"clusterctl schema --of receipt              # schema of each line of a receipt",
		},
		Flags: []cli.Flag{
			{Name: "of", To: cli.OneOf(&what, "files", "project", "plan", "receipt"), Default: "files", Usage: "print the schema of a `KIND`: files, project, plan or receipt"},
		},
		Run: checked(e, nil, func(context.Context, env) error {
			_, err := e.Stdout.Write(schemaOf(what))
			return err
		}),
	}
}

func schemaOf(what string) []byte {
	switch what {
	case "project":
		return desired.ProjectSchema()
	case "plan":
		return planner.Schema()
	case "receipt":
		return receipt.Schema()
	default:
		return desired.Schema()
	}
}
