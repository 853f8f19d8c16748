package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// readReceipt reads a receipt, or returns an empty one if there is no path.
func readReceipt(ctx context.Context, path string) (receipt.Receipt, error) {
	if path == "" {
		return receipt.Receipt{}, nil
	}
	return bounded(ctx, func() (past receipt.Receipt, err error) {
		file, err := os.Open(path)
		if err != nil {
			return past, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		if past, err = parseReceipt(path, file); err != nil && isPlan(path) {
			err = fmt.Errorf("%s is a saved plan, not a receipt (use a receipt that apply wrote)", path)
		}
		return past, err
	})
}

// isPlan reports whether a regular file is a saved plan.
func isPlan(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	data, err := readUpTo(path, nil, planner.MaxPlan)
	if err != nil {
		return false
	}
	_, err = planner.Read(data)
	return err == nil
}

// warnIfPartial warns about a receipt without the end of its last run.
func warnIfPartial(e env, past receipt.Receipt) {
	if last := len(past.Runs) - 1; last >= 0 && (past.Truncated || past.Runs[last].End == nil) {
		e.Log.Warn(fmt.Sprintf("receipt %s: its last run did not finish, or the file was cut off, so changes may be missing (use the complete receipt if there is one)", escape.Text(past.Name)))
	}
}

// warnIfElsewhere warns if the tenant has no cluster that the runs of a receipt left there.
// Another tenant may have the same name.
func (c *connection) warnIfElsewhere(name string, effects []receipt.Effect) {
	isLeft := func(e receipt.Effect) bool { return e.ID != "" && !e.Deleted }
	isHere := func(e receipt.Effect) bool { return isLeft(e) && slices.Contains(c.known.IDs, e.ID) }
	if c.known.Complete && slices.ContainsFunc(effects, isLeft) && !slices.ContainsFunc(effects, isHere) {
		c.env.Log.Warn(fmt.Sprintf("receipt %s: its clusters are not in this tenant: they were deleted since, or this is another tenant of the same name (check the base URL)", escape.Text(name)))
	}
}

// effectsOf returns the effects of a receipt's runs on a tenant.
func effectsOf(past receipt.Receipt, tenant cluster.Tenant) ([]receipt.Effect, error) {
	for _, run := range past.Runs {
		if err := expectSameTenant("receipt "+past.Name+" is", run.Tenant, tenant, " (check the base URL)"); err != nil {
			return nil, err
		}
	}
	return receipt.Effects(past.Runs)
}

// expectSameTenant refuses a file for another tenant than the one that is reached.
func expectSameTenant(file string, of, reached cluster.Tenant, remedy string) error {
	if of.Is(reached) {
		return nil
	}
	return refusedf("%s for tenant %q, but %s is tenant %q%s", file, of.Org, reached.BaseURL, reached.Org, remedy)
}

// parseReceipt reads a receipt, and refuses one without a run.
func parseReceipt(path string, r io.Reader) (receipt.Receipt, error) {
	past, err := receipt.Read(path, r)
	switch {
	case err != nil:
		return receipt.Receipt{}, fmt.Errorf("%w (use a receipt that apply wrote)", err)
	case len(past.Runs) > 0:
		return past, nil
	case past.Truncated:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is incomplete: it ends before its first run starts (use the receipt of a run that wrote to the tenant)", path)
	default:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is empty (use a receipt that apply wrote)", path)
	}
}
