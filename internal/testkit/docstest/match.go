package docstest

import (
	"regexp"
	"strings"
)

// Matches reports whether a page tells what was written. A line that is … alone
// stands for any lines, and … within a line for anything in it. Ids, digests,
// instants and ports are others in every run: of them only the form counts.
func Matches(told, written string) bool {
	var pattern strings.Builder
	for line := range strings.Lines(told) {
		if strings.TrimSpace(line) == ellipsis {
			pattern.WriteString(`(?:.*\n)*`)
		} else {
			pattern.WriteString(linePattern(line))
		}
	}
	return regexp.MustCompile(`\A` + pattern.String() + `\z`).MatchString(written)
}

const ellipsis = "…"

// varying are the forms of what is another in every run.
func varying() []string {
	return []string{
		`sha256:[0-9a-f]{64}`,
		`[0-9a-f]{32}`,
		`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`,
		`(?:localhost|127\.0\.0\.1):[0-9]+`,
	}
}

// linePattern is the pattern of a line.
func linePattern(line string) string {
	for _, form := range append([]string{ellipsis}, varying()...) {
		if at := regexp.MustCompile(form).FindStringIndex(line); at != nil {
			if form == ellipsis {
				form = ".*"
			}
			return linePattern(line[:at[0]]) + form + linePattern(line[at[1]:])
		}
	}
	return regexp.QuoteMeta(line)
}
