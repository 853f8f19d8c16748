package command

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"

	"clusterctl/internal/cli"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

func showCommand(e env) *cli.Command {
	return command(&cli.Command{
		Name:      "show",
		Usage:     "show a saved plan or a receipt; no network, no credentials",
		ArgsUsage: "FILE",
		Description: "Shows what is in the file, whatever has become of it: a plan that is stale, or for\n" +
			"another tenant, is shown too. That a plan was changed after it was made is warned of.\n\n" +
			"Examples:\n" +
			"   clusterctl show plan.json\n" +
			"   clusterctl show plan.json --output json\n" +
			"   clusterctl show plan.json --output html=plan.html\n" +
			"   clusterctl show plan.json --output markdown=comment.md\n" +
			"   clusterctl show receipt.jsonl",
		Flags: outputFlags(formatsOf("plan")),
		Action: func(c *cli.Context) error {
			o, err := outputOf(c, formatsOf("plan"))
			if err != nil {
				return err
			}
			return runShow(c.Context, e, o, c.Args().First())
		},
	})
}

func runShow(ctx context.Context, e env, o output, path string) error {
	data, err := readBounded(ctx, path, e.Stdin, planner.MaxPlan)
	if err != nil {
		return err
	}
	if !receipt.Is(data) {
		return showPlan(e, o, path, data)
	}
	past, err := parseReceipt(path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	return o.document(e, report.OfReceipt(toolName(), past))
}

func showPlan(e env, o output, path string, data []byte) error {
	plan, err := planner.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w (show takes plans and receipts)", path, err)
	}
	if err := plan.Verify(); err != nil {
		warnOfFile(e, path, fmt.Sprintf("not to be trusted, and apply refuses it: %s%s", err, replanHint(plan)))
	}
	if plan.IsExpired(e.Now()) {
		warnOfFile(e, path, "expired, and apply refuses it (plan again)")
	}
	return o.savedPlan(e, plan, data)
}

func warnOfFile(e env, path, message string) {
	e.Log.Warn(escape.Text(path)+": "+escape.Text(message), slog.String("file", path))
}
