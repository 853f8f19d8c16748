package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/receipt"
)

// openReceipt opens the journal of a run on a tenant, or none without a path.
func openReceipt(e env, path string, tenant cluster.Tenant) (journal *receipt.Journal, closeReceipt func() error, err error) {
	if path == "" {
		return nil, func() error { return nil }, nil
	}
	file, past, err := receipt.Open(path)
	if errors.Is(err, receipt.ErrLocked) {
		return nil, nil, refusedf("receipt %s: another run is writing to it, so nothing was applied (use another file)", path)
	}
	if err != nil {
		return nil, nil, err
	}
	if len(past.Runs) > 0 {
		err = expectSameTenant("receipt "+path+" is", past.Runs[0].Tenant, tenant, " (use another file)")
	}
	if err == nil {
		journal, err = file.Journal(e.receiptLine(path))
	}
	if err != nil {
		_ = file.Close() // the error at hand says more
		return nil, nil, err
	}
	return journal, file.Close, nil
}

// receiptLine refuses a line that contains a secret. With the secret masked, it would not
// say what was sent.
func (e env) receiptLine(path string) func([]byte) ([]byte, error) {
	return func(line []byte) ([]byte, error) {
		if e.Masker.Text(string(line)) != string(line) {
			return nil, fmt.Errorf("%s: a line would contain a secret, so it was not written (remove the secret from the cluster, or apply without --receipt)", path)
		}
		return escape.JSON(line), nil
	}
}

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
		return parseReceipt(path, file)
	})
}

// effectsOf returns the effects of a receipt's runs on a tenant.
func effectsOf(past receipt.Receipt, tenant cluster.Tenant) ([]receipt.Effect, error) {
	for _, run := range past.Runs {
		if err := expectSameTenant("receipt "+past.Name+" is", run.Tenant, tenant, ""); err != nil {
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
		return receipt.Receipt{}, err
	case len(past.Runs) > 0:
		return past, nil
	case past.Truncated:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is incomplete: it ends before its first run starts (use the receipt of a run that wrote to the tenant)", path)
	default:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is empty (use a file written by apply --receipt)", path)
	}
}
