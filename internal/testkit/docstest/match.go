package docstest

import (
	"regexp"
	"strings"
)

// Matches reports whether the output on a page matches what was written. A line with
// only … matches any number of lines, and … within a line matches any text. Ids, digests,
// times and ports differ in every run, so only their form must match.
func Matches(said, written string) bool {
	var pattern strings.Builder
	for line := range strings.Lines(said) {
		if strings.TrimSpace(line) == ellipsis {
			pattern.WriteString(`(?:.*\n)*`)
		} else {
			pattern.WriteString(linePattern(line))
		}
	}
	return regexp.MustCompile(`\A` + pattern.String() + `\z`).MatchString(written)
}

const ellipsis = "…"

// varying returns the forms of text that differs in every run.
func varying() []string {
	return []string{
		`sha256:[0-9a-f]{64}`,
		`[0-9a-f]{32}`,
		`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z`,
		`(?:localhost|127\.0\.0\.1):[0-9]+`,
	}
}

// linePattern returns the regular expression for a line.
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
