package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/receipt"
)

// noReceipt is the value of --receipt that keeps no receipt. A file of that name is ./none.
const noReceipt = "none"

// record is the receipt of a run. Without a file, nothing is recorded.
type record struct {
	file    *receipt.File
	journal *receipt.Journal
	// store is where the receipt is kept, or nil for one of --receipt.
	store *receipt.Store
	// hasWrites is set by close.
	hasWrites bool
}

// openRecord opens the receipt of a run: the file of --receipt, or a new one in the state
// directory if there is anything to write.
func (o runOptions) openRecord(c *connection, ready prepared) (record, error) {
	switch {
	case o.receipt == noReceipt:
		return record{}, nil
	case o.receipt != "":
		return openReceipt(c.env, o.receipt, c.tenant)
	case !ready.hasWork():
		return record{}, nil
	}
	r, err := c.newRecord()
	if err != nil { // nobody asked for it
		c.env.Log.Warn(fmt.Sprintf("no receipt is kept, so undo cannot roll back this run: %s (use --receipt FILE, or --receipt none)", escape.Text(err.Error())))
		return record{}, nil
	}
	return r, nil
}

// newRecord creates a receipt in the state directory.
func (c *connection) newRecord() (record, error) {
	store, err := c.receipts()
	if err != nil {
		return record{}, err
	}
	file, err := store.Create(c.env.Now())
	if err != nil {
		return record{}, err
	}
	r := record{file: file, store: &store}
	if r.journal, err = file.Journal(c.env.receiptLine(file.Path())); err != nil {
		return record{}, errors.Join(err, file.Discard())
	}
	return r, nil
}

// openReceipt opens the receipt at a path, to continue it.
func openReceipt(e env, path string, tenant cluster.Tenant) (r record, err error) {
	if err := expectDirectory(path); err != nil {
		return r, notApplied(err)
	}
	file, past, err := receipt.Open(path)
	if errors.Is(err, receipt.ErrLocked) {
		return r, refusedf("receipt %s: another run is writing to it, so nothing was applied (use another file)", path)
	}
	if err != nil {
		return r, notApplied(err)
	}
	r.file = file
	if len(past.Runs) > 0 {
		err = expectSameTenant("receipt "+path+" is", past.Runs[0].Tenant, tenant, " (use another file)")
	}
	if err == nil {
		r.journal, err = file.Journal(e.receiptLine(path))
	}
	if err != nil {
		_ = file.Close() // the error at hand says more
		return record{}, err
	}
	return r, nil
}

// close closes the receipt, and returns the first failure to write to it. If the run wrote
// nothing, it deletes a receipt that nobody asked for: it would only displace one that can be
// rolled back.
func (r *record) close() error {
	if r.file == nil {
		return nil
	}
	r.hasWrites = r.journal.HasIntent() && lastRunWrote(r.file.Path())
	end := r.file.Close
	if r.store != nil && !r.hasWrites {
		end = r.file.Discard
	}
	return errors.Join(r.journal.Err(), end())
}

// lastRunWrote reports whether the last run of a receipt wrote anything, or may have.
func lastRunWrote(path string) bool {
	past, err := readReceipt(context.Background(), path) // a regular file
	return err != nil || past.Runs[len(past.Runs)-1].Wrote()
}

// announce logs where the receipt of a run that wrote something is, and how to use it.
func (r *record) announce(e env, isUndo bool) {
	path := r.file.Path()
	message := "receipt saved to " + escape.Text(path)
	of := ""
	if e.Tenant.Name != "" {
		of = "--tenant " + e.Tenant.Name + " "
	}
	switch {
	case isUndo:
	case r.store != nil:
		message += fmt.Sprintf(" (to roll back, use clusterctl undo %s--last)", of)
	default:
		message += fmt.Sprintf(" (to roll back, use clusterctl undo %s%s)", of, escape.Text(path))
	}
	e.Log.Info(message, slog.String("receipt", path))
}

// prune deletes receipts that are too old to be kept.
func (r *record) prune(e env) {
	if r.store == nil {
		return
	}
	if err := r.store.Prune(); err != nil {
		e.Log.Warn(fmt.Sprintf("old receipts were not deleted: %s (delete them manually)", escape.Text(err.Error())))
	}
}

// notApplied returns the error for a receipt that a run cannot write to.
func notApplied(err error) error {
	return fmt.Errorf("--receipt: %w, so nothing was applied (use another file)", err)
}

// receiptLine refuses a line that contains a secret. With the secret masked, it would not
// say what was sent.
func (e env) receiptLine(path string) func([]byte) ([]byte, error) {
	return func(line []byte) ([]byte, error) {
		if e.Masker.Text(string(line)) != string(line) {
			return nil, fmt.Errorf("%s: a line would contain a secret, so it was not written (remove the secret from the cluster, or use --receipt none)", path)
		}
		return escape.JSON(line), nil
	}
}
