package command

import (
	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

func schemaCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:  "schema",
		Usage: "print the JSON Schema of the files, of a plan or of a receipt",
		Description: "An editor with the YAML language server completes keys and explains them, once\n" +
			"the first line of a file names the schema:\n" +
			"   # yaml-language-server: $schema=./clusterctl.schema.json\n\n" +
			"Examples:\n" +
			"   clusterctl schema > clusterctl.schema.json\n" +
			"   clusterctl schema --of plan\n" +
			"   clusterctl schema --of receipt    # of each of its lines",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "of", Value: "files", Usage: "`WHAT` it is the schema of: files, plan or receipt"},
		},
		Action: func(c *cli.Context) error {
			schema, err := schemaOf(c.String("of"))
			if err != nil {
				return err
			}
			_, err = e.Stdout.Write(schema)
			return err
		},
	})
}

func schemaOf(what string) ([]byte, error) {
	switch what {
	case "files":
		return desired.Schema()
	case "plan":
		return planner.Schema(), nil
	case "receipt":
		return receipt.Schema(), nil
	default:
		return nil, usageErrorf("--of %q: not one of files, plan, receipt", what)
	}
}
