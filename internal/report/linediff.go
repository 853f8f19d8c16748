package report

import (
	"encoding/json"
	"slices"
	"strings"

	"clusterctl/internal/escape"

	"github.com/rogpeppe/go-internal/diff"
)

// LineDiff returns the values of a field as a diff of lines, if one is a text of several
// lines and neither is anything but a text. Each line begins with "- ", "+ " or two spaces,
// and is masked and printable.
func LineDiff(m *Masker, f Field) []string {
	before, isText := lines(m, f.Before)
	after, isAlso := lines(m, f.After)
	if !isText || !isAlso || !hasLines(before) && !hasLines(after) {
		return nil
	}
	if before == "" || after == "" || strings.HasSuffix(before, "\n") && strings.HasSuffix(after, "\n") {
		before, after = strings.TrimSuffix(before, "\n"), strings.TrimSuffix(after, "\n")
	}
	const header = 4 // the names of the files, and where the first lines are
	var shown []string
	for n, line := range slices.Collect(strings.Lines(string(diff.Diff("", ended(before), "", ended(after))))) {
		switch {
		case n < header:
		case line[0] == '@': // further lines, after some that are equal
			shown = append(shown, "  …")
		default:
			shown = append(shown, line[:1]+" "+escape.Text(strings.TrimSuffix(line[1:], "\n")))
		}
	}
	return shown
}

// lines returns a JSON string as text. An absent value and null are no lines.
func lines(m *Masker, value string) (text string, isText bool) {
	if value == "" || value == None || value == "null" {
		return "", true
	}
	err := json.Unmarshal([]byte(m.Text(value)), &text)
	return m.Text(text), err == nil
}

// hasLines reports whether a text has several lines. A line feed at its end does not count.
func hasLines(text string) bool { return strings.Contains(strings.TrimSuffix(text, "\n"), "\n") }

func ended(text string) []byte {
	if text == "" {
		return nil
	}
	return []byte(text + "\n")
}
