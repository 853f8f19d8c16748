package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/mask"
	"clusterctl/internal/receipt"
)

func receiptFlag() cli.Flag {
	return &cli.StringFlag{Name: "receipt", Category: "Apply:", Usage: "append to `FILE` what is written to the tenant, before and after each request (JSON Lines)"}
}

// receiptOf is the path of the receipt, or empty where none is wanted.
func receiptOf(c *cli.Context) (string, error) {
	path := c.String("receipt")
	if path == "-" {
		return "", usageErrorf("--receipt -: a receipt is a file, which outlasts a crash line by line")
	}
	return path, nil
}

// openReceipt opens the journal of a run on a tenant, or none where no path was
// given. A file that is there is continued, so that a run that was killed and
// the one after it share a receipt: it has to be one, and of the same tenant.
func openReceipt(e env, path string, tenant cluster.Tenant) (journal *receipt.Journal, closeReceipt func() error, err error) {
	if path == "" {
		return nil, func() error { return nil }, nil
	}
	file, err := openReceiptFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("receipt: %w", err)
	}
	unlock, err := lockReceipt(path)
	if err != nil {
		_ = file.Close() // the error at hand says more
		return nil, nil, err
	}
	closeReceipt = func() error { return errors.Join(file.Close(), unlock()) }
	if err := continueReceipt(file, path, tenant); err != nil {
		_ = closeReceipt() // the error at hand says more
		return nil, nil, err
	}
	return receipt.NewJournal(receiptFile{file, e.Masker}), closeReceipt, nil
}

// lockReceipt keeps other runs from writing to a receipt, which nobody could
// read then. Who only reads it takes no lock.
func lockReceipt(path string) (unlock func() error, err error) {
	unlock, err = atomicfile.Lock(path)
	switch {
	case errors.Is(err, atomicfile.ErrLocked):
		return nil, refusedf("receipt %s: another run is writing to it, so nothing was applied (give another file)", path)
	case err != nil:
		return nil, fmt.Errorf("receipt: lock: %w", err)
	}
	return unlock, nil
}

// openReceiptFile opens the file to be read and appended to. Only a regular one
// keeps what is written to it.
func openReceiptFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	switch {
	case isNew:
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil || !isNew {
		return file, err
	}
	if err := atomicfile.SyncDir(filepath.Dir(path)); err != nil {
		_ = file.Close() // the error at hand says more
		return nil, err
	}
	return file, nil
}

// continueReceipt makes sure that a file can be appended to, and ends a line
// that was cut off.
func continueReceipt(file *os.File, path string, tenant cluster.Tenant) error {
	past, err := receipt.Read(path, file)
	if err != nil {
		return err
	}
	if len(past.Runs) > 0 && !past.Runs[0].Tenant.Is(tenant) {
		return refusedf("receipt %s is of tenant %q, but %s is %q (give another file)",
			path, past.Runs[0].Tenant.Org, tenant.BaseURL, tenant.Org)
	}
	if err := endLine(file); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	return nil
}

// endLine writes a newline where a file does not end with one.
func endLine(file *os.File) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := file.ReadAt(last, size-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.WriteString("\n")
	return err
}

// receiptFile refuses what would have to be masked: a receipt that does not
// tell what was sent is worse than none, and one that tells a secret is too.
type receiptFile struct {
	*os.File
	masker *mask.Masker
}

func (f receiptFile) Write(line []byte) (int, error) {
	if f.masker.Text(string(line)) != string(line) {
		return 0, fmt.Errorf("a line for %s would hold a secret, so it was not written (take it out of the cluster, or apply without --receipt)", f.Name())
	}
	if _, err := f.File.Write(escape.JSON(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}

// parseReceipt reads a receipt to draw conclusions from it. One without the start of
// a run says nothing about the tenant, which is not the same as no changes.
func parseReceipt(path string, r io.Reader) (receipt.Receipt, error) {
	past, err := receipt.Read(path, r)
	switch {
	case err != nil:
		return receipt.Receipt{}, err
	case len(past.Runs) > 0:
		return past, nil
	case past.Truncated:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is incomplete: it ends before the start of a run (give the receipt of a run that wrote to the tenant)", path)
	default:
		return receipt.Receipt{}, fmt.Errorf("receipt %s is empty (give the file that apply --receipt wrote)", path)
	}
}
