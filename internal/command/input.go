package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"clusterctl/internal/atomicfile"
	"clusterctl/internal/desired"
)

// Any input can be a pipe that nobody writes to. So readInputs, readBounded and readReceipt
// read all inputs, and give up when ctx is done.

// readInputs reads desired state and other YAML files.
func readInputs(ctx context.Context, e env, paths []string) ([]desired.Input, error) {
	return bounded(ctx, func() ([]desired.Input, error) { return desired.Read(paths, e.Stdin) })
}

// readBounded reads a file, or standard input, of at most this many bytes.
func readBounded(ctx context.Context, path string, stdin io.Reader, most int64) ([]byte, error) {
	data, err := bounded(ctx, func() ([]byte, error) { return readUpTo(path, stdin, most+1) })
	if err == nil && int64(len(data)) > most {
		return nil, fmt.Errorf("%s: larger than %s", path, bytesText(most))
	}
	return data, err
}

// readUpTo reads the beginning of a file, or of standard input if it is not nil.
func readUpTo(path string, stdin io.Reader, most int64) (data []byte, err error) {
	from := stdin
	if path != stdinPath || stdin == nil {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		from = file
	}
	return io.ReadAll(io.LimitReader(from, most))
}

// replaceFile writes a file completely or not at all. Writing to a pipe waits for its
// reader until the next interrupt.
func (e env) replaceFile(path string, data []byte) error {
	err := atomicfile.Write(path, data)
	if !errors.Is(err, atomicfile.ErrNotRegular) {
		return err
	}
	ctx, cancel := untilClosed(context.Background(), e.Ending.next())
	defer cancel()
	_, err = bounded(ctx, func() (struct{}, error) { return struct{}{}, os.WriteFile(path, data, 0) })
	return err
}

// bytesText formats a round number of bytes.
func bytesText(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
