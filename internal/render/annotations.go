package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/desired"
)

// Annotations writes findings as the workflow commands that GitHub shows at
// their file and line.
func Annotations(w io.Writer, found desired.Diagnostics) error {
	out := bufio.NewWriter(w)
	for _, d := range found {
		fmt.Fprintf(out, "::%s file=%s,line=%d,col=%d,title=%s::%s\n",
			d.Severity, commandProperty(d.File), d.Line, d.Column, commandProperty(string(d.Code)), commandText(withHint(d)))
	}
	return out.Flush()
}

func withHint(d desired.Diagnostic) string {
	if d.Hint == "" {
		return d.Message
	}
	return d.Message + " (" + d.Hint + ")"
}

// commandText escapes what would end a workflow command.
func commandText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// commandProperty escapes what would end a property of one, too.
func commandProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(commandText(s))
}
