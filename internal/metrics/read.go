package metrics

import (
	"regexp"
	"strconv"
	"strings"
)

// Read returns the samples of one family in a text that Text wrote. It skips lines of any other
// form, since the file may be from another program.
func Read(text []byte, family string) []Sample {
	line := regexp.MustCompile(`^` + regexp.QuoteMeta(family) + `(?:\{((?:` + labelForm + `,?)*)\})? (\S+)$`)
	label := regexp.MustCompile(labelForm)
	var samples []Sample
	for l := range strings.Lines(string(text)) {
		found := line.FindStringSubmatch(strings.TrimSuffix(l, "\n"))
		if found == nil {
			continue
		}
		value, err := strconv.ParseFloat(found[len(found)-1], 64)
		if err != nil {
			continue
		}
		var labels []Label
		for _, parts := range label.FindAllStringSubmatch(found[1], -1) {
			labels = append(labels, Label{parts[1], unescape(parts[2])})
		}
		samples = append(samples, Sample{labels, value})
	}
	return samples
}

// labelForm matches one label: its name and its escaped value.
const labelForm = `([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"`

func unescape(value string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\"`, `"`).Replace(value)
}

// Label returns the label's value, or "" if the sample has no such label.
func (s Sample) Label(name string) string {
	for _, l := range s.Labels {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}
