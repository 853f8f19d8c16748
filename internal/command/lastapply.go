package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/escape"
	"clusterctl/internal/receipt"
)

// lastApply reads the last apply on the tenant from the state directory. If a receipt that may
// be of a later run cannot be read, that is an error: an older run must not stand in for it.
func (c *connection) lastApply(ctx context.Context, quiet bool) (past receipt.Receipt, err error) {
	store, err := c.receipts()
	if err != nil {
		return past, fmt.Errorf("--last: there is no state directory: %w (set CLUSTERCTL_STATE_DIR)", err)
	}
	paths, err := store.Paths()
	if err != nil {
		return past, fmt.Errorf("--last: %w", err)
	}
	var runs []receipt.Run
	for _, path := range paths {
		read, err := c.readStored(ctx, path)
		if err != nil {
			return past, err
		}
		var complete bool
		runs = slices.Concat(read.Runs, runs)
		if past.Runs, complete = receipt.LastApply(runs); complete {
			break
		}
	}
	if len(past.Runs) == 0 {
		return past, fmt.Errorf("--last: no apply that changed %s is recorded in %s (use undo RECEIPT for a receipt that is elsewhere)", c.target(), escape.Text(store.Dir()))
	}
	past.Name = past.Runs[len(past.Runs)-1].Source.File
	if !quiet {
		c.announceLast(filepath.Join(store.Dir(), past.Name), runs)
	}
	return past, nil
}

// announceLast logs where the receipt is, and whether an undo came after it.
func (c *connection) announceLast(path string, runs []receipt.Run) {
	c.env.Log.Info("the last apply with a receipt here: "+escape.Text(path), slog.String("receipt", path))
	for _, run := range slices.Backward(runs) {
		switch {
		case run.Undo && run.Wrote():
			c.env.Log.Info(fmt.Sprintf("an undo ran after it, at %s (to roll back an earlier apply, use clusterctl undo RECEIPT)", run.Start.Format(time.RFC3339)))
			return
		case run.Wrote():
			return
		}
	}
}

// readStored reads a receipt of the state directory. Its lines are named after the file alone,
// since plans may be shown elsewhere.
func (c *connection) readStored(ctx context.Context, path string) (receipt.Receipt, error) {
	if atomicfile.IsLocked(path) {
		return receipt.Receipt{}, refusedf("--last: another run on this tenant is still writing to %s (wait for its end)", escape.Text(path))
	}
	return bounded(ctx, func() (receipt.Receipt, error) {
		past, err := readRuns(path)
		if err != nil {
			err = fmt.Errorf("--last: the last apply is not known: %s: %w (use undo RECEIPT, or delete the file)", escape.Text(filepath.Dir(path)), err)
		}
		return past, err
	})
}

// readRuns reads a receipt, and refuses one without a run.
func readRuns(path string) (past receipt.Receipt, err error) {
	file, err := os.Open(path)
	if err != nil {
		return past, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	past, err = receipt.Read(filepath.Base(path), file)
	if err == nil && len(past.Runs) == 0 {
		err = fmt.Errorf("%s: no run starts in it", past.Name)
	}
	return past, err
}
