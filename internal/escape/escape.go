// Package escape makes text from files and tenants safe to print on terminals and in
// logs of CI systems, which execute commands in their logs. No other package decides
// which text is dangerous.
package escape

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// IsHidden reports whether a character is invisible or changes how text looks: it
// controls a terminal, changes the direction of text, or has no width. A space is not
// hidden.
func IsHidden(r rune) bool {
	return r != ' ' && !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// CI systems execute commands in their logs: GitHub after :: at the start of a line,
// Azure after ##vso[ anywhere, GitHub and Azure after ##[, TeamCity after ##teamcity[.
// A line can be wrapped before any word, so each word counts as a start.
var (
	wordCommand = regexp.MustCompile(`##([A-Za-z]*\[)`)
	lineCommand = regexp.MustCompile(`(^|\s)::`)
	// lineCommandInQuotes is lineCommand within quotes of JSON or YAML.
	lineCommandInQuotes = regexp.MustCompile(`(^|["\s]|\\[nrt])::`)
)

// Text returns s for a line of a log or a report. Hidden characters and the starts of
// commands are escaped, for example as \u202e.
func Text(s string) string {
	long := func(r rune) string { return fmt.Sprintf(`\U%08x`, r) }
	return withoutCommands(visible(s, IsHidden, long), lineCommand)
}

// JSON returns a JSON document without dangerous text. It has the same value, because
// everything that is escaped can only be in strings.
func JSON(document []byte) []byte {
	long := func(r rune) string {
		high, low := utf16.EncodeRune(r)
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return []byte(Quoted(visible(string(document), isHiddenInJSON, long)))
}

// visible returns s as valid UTF-8 with hidden characters escaped. long escapes those of
// more than 16 bits.
func visible(s string, isHidden func(rune) bool, long func(rune) string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if !strings.ContainsFunc(s, isHidden) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case !isHidden(r):
			out.WriteRune(r)
		case r > 0xffff:
			out.WriteString(long(r))
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

// isHiddenInJSON is IsHidden, but allows white space between values.
func isHiddenInJSON(r rune) bool { return IsHidden(r) && r != '\n' && r != '\r' && r != '\t' }

// Quoted escapes the starts of commands in a quoted string of JSON or YAML, or in a
// document. Hidden characters must be escaped already.
func Quoted(s string) string { return withoutCommands(s, lineCommandInQuotes) }

func withoutCommands(s string, lines *regexp.Regexp) string {
	if strings.Contains(s, "##") {
		s = wordCommand.ReplaceAllString(s, `\u0023#$1`)
	}
	if strings.Contains(s, "::") {
		s = lines.ReplaceAllString(s, `${1}\u003a:`)
	}
	return s
}

// maxQuoted is the maximum number of characters of a value in a message.
const maxQuoted = 80

// Quote returns a value for a message: in quotes, shortened, with control characters
// escaped.
func Quote(s string) string { return strconv.Quote(shortened(s)) }

// QuoteASCII is Quote, but escapes all characters that are not ASCII.
func QuoteASCII(s string) string { return strconv.QuoteToASCII(shortened(s)) }

func shortened(s string) string {
	count := 0
	for i := range s {
		if count == maxQuoted {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// Printable returns s with all characters escaped that could move the cursor of a
// terminal.
func Printable(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return s
	}
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}
