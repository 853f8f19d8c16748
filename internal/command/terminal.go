package command

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"
)

// size is how much a terminal shows at once.
type size struct{ columns, rows int }

// assumedSize is that of a terminal that does not tell.
func assumedSize() size { return size{columns: 80, rows: 24} }

// sized is a stream that says itself that it is a terminal. That of a person is
// a file; a test brings its own.
type sized interface{ size() size }

// terminal tells the size of a person's terminal; a stream that is none has
// neither columns nor rows. Where the terminal does not know its own, COLUMNS
// and LINES tell.
func (e env) terminal(stream any) (size, bool) {
	if wrapped, ok := stream.(interface{ Unwrap() io.Writer }); ok {
		return e.terminal(wrapped.Unwrap())
	}
	if known, ok := stream.(sized); ok {
		return known.size(), true
	}
	file, ok := stream.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return size{}, false
	}
	columns, rows, err := term.GetSize(int(file.Fd()))
	known := e.claimedSize()
	if err == nil && columns > 0 {
		known.columns = columns
	}
	if err == nil && rows > 0 {
		known.rows = rows
	}
	return known, true
}

// claimedSize is what the environment says of a terminal.
func (e env) claimedSize() size {
	claimed := assumedSize()
	if columns, err := strconv.Atoi(e.Getenv("COLUMNS")); err == nil && columns > 0 {
		claimed.columns = columns
	}
	if rows, err := strconv.Atoi(e.Getenv("LINES")); err == nil && rows > 0 {
		claimed.rows = rows
	}
	return claimed
}

// isTerminal reports whether a stream is a person's terminal.
func (e env) isTerminal(stream any) bool {
	_, ok := e.terminal(stream)
	return ok
}

// takesControl reports whether a stream is a terminal that has colours and can be
// drawn on, which a dumb one cannot.
func (e env) takesControl(stream any) bool { return e.isTerminal(stream) && e.Getenv("TERM") != "dumb" }
