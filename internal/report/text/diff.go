package text

import (
	"bytes"
	"io"
	"strings"

	"clusterctl/internal/escape"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff writes the difference between a file and what a command makes of it as a unified diff;
// nothing if they are equal. Its lines are escaped, so it is not for patch.
func Diff(w io.Writer, file, label string, data, changed []byte) error {
	name := escape.Text(file)
	var out bytes.Buffer
	for line := range strings.Lines(string(diff.Diff(name, data, name+" ("+label+")", changed))) {
		text := strings.TrimRight(line, "\r\n")
		out.WriteString(escape.Text(text) + line[len(text):])
	}
	_, err := out.WriteTo(w)
	return err
}
