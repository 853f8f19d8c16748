package command

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestReadLine(t *testing.T) {
	t.Parallel()
	t.Run("a line", func(t *testing.T) {
		t.Parallel()
		line, err := readLine(t.Context(), strings.NewReader(" yes \nno\n"))
		if line != "yes" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
	})
	t.Run("the end", func(t *testing.T) {
		t.Parallel()
		line, err := readLine(t.Context(), strings.NewReader(""))
		if line != "" || err != nil {
			t.Errorf("%q, %v", line, err)
		}
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errInterrupted)
		stdin, keyboard := io.Pipe()
		defer func() { _ = keyboard.Close() }() // ends the reader; never fails
		if line, err := readLine(ctx, stdin); line != "" || !errors.Is(err, errInterrupted) {
			t.Errorf("%q, %v", line, err)
		}
	})
}
