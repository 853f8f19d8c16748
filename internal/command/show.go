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

type showOptions struct {
	output output
	path   string
}

func showCommand(e env) *cli.Command {
	var o showOptions
	return &cli.Command{
		Name:      "show",
		Usage:     "show a saved plan or a receipt",
		Arguments: "FILE",
		Description: "Works offline, without credentials. Also shows a plan that is stale or for another\n" +
			"tenant. Warns if a plan file was modified after it was created.",
		Examples: []string{
			"clusterctl show plan.json                               # show a saved plan",
			"clusterctl show receipt.jsonl                           # show what an apply wrote",
			"clusterctl show plan.json --output json                 # print the plan as JSON",
			"clusterctl show plan.json --output html=plan.html       # write a page for review",
			"clusterctl show plan.json --output markdown=comment.md  # write a pull-request comment",
		},
		Flags: o.output.flags("show"),
		Run:   checked(e, o.check, o.run),
	}
}

func (o *showOptions) check(l cli.Line, _ env) error {
	o.path = l.Argument()
	return o.output.check(l)
}

func (o *showOptions) run(ctx context.Context, e env) error {
	data, err := readBounded(ctx, o.path, e.Stdin, planner.MaxPlan)
	if err != nil {
		return err
	}
	if !receipt.Is(data) {
		return showPlan(e, o.output, o.path, data)
	}
	past, err := parseReceipt(o.path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	return o.output.document(e, report.OfReceipt(toolName(), past), "")
}

func showPlan(e env, o output, path string, data []byte) error {
	plan, err := planner.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w (show reads plans and receipts)", path, err)
	}
	if err := plan.Verify(); err != nil {
		warnOfFile(e, path, untrusted(plan, "apply will refuse it", err))
	}
	if plan.IsExpired(e.Now()) {
		warnOfFile(e, path, "expired, so apply will refuse it (make a new plan)")
	}
	return o.plan(e, plan, report.PlanOptions{Saved: data})
}

func warnOfFile(e env, path, message string) {
	e.Log.Warn(escape.Text(path)+": "+escape.Text(message), slog.String("file", path))
}
