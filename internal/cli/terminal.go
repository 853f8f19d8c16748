package cli

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// Size is the size of a terminal.
type Size struct{ Columns, Rows int }

// Terminal returns the size of a terminal, and false for any other stream. An unknown size
// is taken from COLUMNS and LINES.
func Terminal(stream any, getenv func(string) string) (Size, bool) {
	if wrapped, ok := stream.(interface{ Unwrap() io.Writer }); ok {
		return Terminal(wrapped.Unwrap(), getenv)
	}
	if known, ok := stream.(interface{ Size() Size }); ok { // in tests
		return known.Size(), true
	}
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return Size{}, false
	}
	columns, rows, _ := term.GetSize(int(file.Fd())) // not positive if it fails
	return Size{firstPositive(columns, getenv("COLUMNS"), 80), firstPositive(rows, getenv("LINES"), 24)}, true
}

// firstPositive returns the known number, the one stated in the environment, or the usual
// one.
func firstPositive(known int, stated string, usual int) int {
	if known > 0 {
		return known
	}
	if n, err := strconv.Atoi(stated); err == nil && n > 0 {
		return n
	}
	return usual
}
