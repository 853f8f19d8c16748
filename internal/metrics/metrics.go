// Package metrics writes gauges in the Prometheus text format, version 0.0.4, for the textfile
// collector of the node exporter, and reads them back. The same families give the same bytes.
package metrics

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Family is a gauge with all its samples. A family without samples is not written.
type Family struct {
	Name    string
	Help    string
	Samples []Sample
}

// Sample is one value. Its labels keep their order, and no two samples of a family may have the
// same labels.
type Sample struct {
	Labels []Label
	Value  float64
}

// Label is a name and a value, which may be any text.
type Label struct{ Name, Value string }

// Text returns the families in the text format.
func Text(families []Family) []byte {
	var out bytes.Buffer
	for _, f := range families {
		if len(f.Samples) == 0 {
			continue
		}
		fmt.Fprintf(&out, "# HELP %s %s\n# TYPE %s gauge\n", f.Name, helpEscapes().Replace(utf8Only(f.Help)), f.Name)
		for _, s := range f.Samples {
			out.WriteString(f.Name)
			writeLabels(&out, s.Labels)
			out.WriteString(" " + strconv.FormatFloat(s.Value, 'f', -1, 64) + "\n")
		}
	}
	return out.Bytes()
}

func writeLabels(out *bytes.Buffer, labels []Label) {
	if len(labels) == 0 {
		return
	}
	parts := make([]string, 0, len(labels))
	for _, l := range labels {
		parts = append(parts, l.Name+`="`+labelEscapes().Replace(utf8Only(l.Value))+`"`)
	}
	out.WriteString("{" + strings.Join(parts, ",") + "}")
}

// The escapes of the format. Quotes are escaped only in a label's value.
func labelEscapes() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
}

func helpEscapes() *strings.Replacer { return strings.NewReplacer(`\`, `\\`, "\n", `\n`) }

// utf8Only replaces invalid UTF-8, which the format does not allow.
func utf8Only(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
