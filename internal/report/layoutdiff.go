package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// LayoutDiff writes how a file differs from its canonical layout, as a unified
// diff; nothing where it does not. Its lines are for people and logs, not for patch.
func LayoutDiff(w io.Writer, file string, data, canonical []byte) error {
	name := Printable(file)
	out := &document{to: w}
	for line := range strings.Lines(string(diff.Diff(name, data, name+" (canonical)", canonical))) {
		text := strings.TrimRight(line, "\r\n")
		fmt.Fprint(out, Printable(text)+line[len(text):])
	}
	return out.flush()
}
