// Package escape makes text that a file or a tenant wrote harmless to whoever
// reads the output: a terminal, or a CI system that looks for commands in its
// logs. It is the one place that knows which text is dangerous.
package escape

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// IsHidden reports whether a character may be something else than what it looks
// like: it controls a terminal, changes the direction of text, or has no width.
// A blank is none of these.
func IsHidden(r rune) bool {
	return r != ' ' && !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// GitHub takes for a command what stands after :: at the beginning of a line,
// Azure what stands after ##vso[ anywhere, GitHub and Azure what stands after ##[,
// and TeamCity what stands after ##teamcity[. A line can be wrapped before any
// word, so each word counts as a beginning.
var (
	wordCommand = regexp.MustCompile(`##([A-Za-z]*\[)`)
	lineCommand = regexp.MustCompile(`(^|\s)::`)
	// lineCommandInQuotes is the same within the quotes of JSON or YAML.
	lineCommandInQuotes = regexp.MustCompile(`(^|["\s]|\\[nrt])::`)
)

// Text is text for a line of a log or a report, with hidden characters and the
// beginnings of commands as escapes such as \u202e.
func Text(s string) string {
	long := func(r rune) string { return fmt.Sprintf(`\U%08x`, r) }
	return withoutCommands(visible(s, IsHidden, long), lineCommand)
}

// JSON is a JSON document in which nothing is dangerous, and which reads back the
// same: what is escaped can only stand in a string.
func JSON(document []byte) []byte {
	long := func(r rune) string {
		high, low := utf16.EncodeRune(r)
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return []byte(Quoted(visible(string(document), isHiddenInJSON, long)))
}

// visible is valid UTF-8 with hidden characters as escapes; long is the escape of one
// of more than 16 bits.
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

// isHiddenInJSON leaves out the white space between values.
func isHiddenInJSON(r rune) bool { return IsHidden(r) && r != '\n' && r != '\r' && r != '\t' }

// Quoted is text within the quotes of JSON or YAML, or a document of them, without
// beginnings of commands. Hidden characters have to be escaped already.
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

// maxQuoted is how many characters of a value a message repeats.
const maxQuoted = 80

// Quote is a value of a file as messages show it: in quotes, shortened, its
// control characters as escapes.
func Quote(s string) string { return strconv.Quote(shortened(s)) }

// QuoteASCII is Quote, but shows every character that is not ASCII as an escape.
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

// Printable is a text with what could move a terminal's cursor as escapes.
func Printable(s string) string {
	if !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return s
	}
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}
