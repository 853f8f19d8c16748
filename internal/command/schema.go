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
		Usage: "print the JSON Schema of the files, of a plan or of a receipt",
		Description: "An editor with the YAML language server completes keys and explains them, once\n" +
			"the first line of a file names the schema:\n" +
			"   # yaml-language-server: $schema=./clusterctl.schema.json",
		Examples: []string{
			"clusterctl schema > clusterctl.schema.json",
			"clusterctl schema --of plan",
			"clusterctl schema --of receipt    # of each of its lines",
		},
		Flags: []cli.Flag{
			{Name: "of", To: cli.OneOf(&what, "files", "plan", "receipt"), Default: "files", Usage: "`WHAT` it is the schema of: files, plan or receipt"},
		},
		Run: checked(e, nil, func(context.Context, env) error {
			_, err := e.Stdout.Write(schemaOf(what))
			return err
		}),
	}
}

func schemaOf(what string) []byte {
	switch what {
	case "plan":
		return planner.Schema()
	case "receipt":
		return receipt.Schema()
	default:
		return desired.Schema()
	}
}
