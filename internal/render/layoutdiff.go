package render

import (
	"io"

	"github.com/rogpeppe/go-internal/diff"
)

// LayoutDiff writes how a file differs from its canonical layout, as a unified
// diff; nothing where it does not.
func LayoutDiff(w io.Writer, file string, data, canonical []byte) error {
	name := Printable(file)
	_, err := w.Write(diff.Diff(name, data, name+" (canonical)", canonical))
	return err
}
