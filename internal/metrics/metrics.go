// Package metrics writes gauges in the text format of Prometheus, version 0.0.4,
// for the textfile collector of its node exporter, and reads back what it wrote.
// The same families give the same bytes.
package metrics

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// Family is a gauge with all its samples. One without samples is left out.
type Family struct {
	Name    string
	Help    string
	Samples []Sample
}

// Sample is one value. Its labels stand in the order they are given in, and no
// two samples of a family may have the same ones.
type Sample struct {
	Labels []Label
	Value  float64
}

// Label is a name and a value, which may be any text.
type Label struct{ Name, Value string }

// Text is the families in the text format.
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

// What the format escapes: a label's value stands in quotes, a help text does
// not.
func labelEscapes() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
}

func helpEscapes() *strings.Replacer { return strings.NewReplacer(`\`, `\\`, "\n", `\n`) }

// utf8Only is a text without what is no UTF-8, which the format has no form for.
func utf8Only(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
