package mask

import (
	"encoding/base64"
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// secret is recognized in any encoding: each character may be plain, an escape of JSON
// or Go, percent-encoded, or an HTML entity, also in combination.
type secret struct {
	runes []rune
	// starts has the bytes that an encoding of the first character can start with.
	starts [256]bool
}

const (
	// introducers are the bytes that start an encoded character.
	introducers = `\%&+`
	// mostBackslashes is the maximum number before an escape, enough for JSON within
	// JSON within JSON.
	mostBackslashes = 8
)

func secretOf(text string) secret {
	s := secret{runes: []rune(text)}
	for _, start := range []byte(text[:1] + introducers) {
		s.starts[start] = true
	}
	return s
}

// find returns the first occurrence of the secret in the text; at is -1 if there is none.
func (s *secret) find(text string) (at, end int) {
	for at := range len(text) {
		if !s.starts[text[at]] {
			continue
		}
		if n, ok := match(text[at:], s.runes, 0); ok {
			return at, at + n
		}
	}
	return -1, 0
}

// match reports whether s starts with an encoding of the characters in rest, and its
// length. The number of characters matched before is known. A secret that is cut off
// also matches, if enough of its characters do.
func match(s string, rest []rune, known int) (n int, ok bool) {
	for i, r := range rest {
		if known+i >= shortestSecret && isCut(s[n:]) {
			return n, true
		}
		if known+i > 0 {
			n += lineBreak(s[n:], r)
		}
		if isPlain(s[n:], r) {
			n++
			continue
		}
		widths := widthsOf(s[n:], r)
		if len(widths) != 1 {
			tail, ok := matchAny(s[n:], widths, rest[i+1:], known+i+1)
			return n + tail, ok
		}
		n += widths[0]
	}
	return n, true
}

// isPlain reports whether s starts with the plain character and cannot be read in any
// other way. This is the fast path.
func isPlain(s string, r rune) bool {
	return s != "" && s[0] == byte(r) && r < utf8.RuneSelf && !strings.ContainsRune(introducers, r)
}

// matchAny continues a match after a character that can be read in several ways, or in
// none.
func matchAny(s string, widths []int, rest []rune, known int) (n int, ok bool) {
	for _, width := range widths {
		if tail, ok := match(s[width:], rest, known); ok {
			return width + tail, true
		}
	}
	return 0, false
}

// lineBreak returns the length of a line break before a character, with the blanks after
// it. The text may be wrapped, and its lines joined again later.
func lineBreak(s string, r rune) int {
	blanks := "\r\n\t "
	switch {
	case s == "", s[0] != '\n' && s[0] != '\r', r == '\n', r == '\r':
		return 0
	case unicode.IsSpace(r):
		blanks = "\r\n"
	}
	return len(s) - len(strings.TrimLeft(s, blanks))
}

// isCut reports whether a text is cut off here.
func isCut(s string) bool { return strings.HasPrefix(s, "…") || strings.HasPrefix(s, `\u2026`) }

// widthsOf returns the lengths of all encodings of r at the start of s.
func widthsOf(s string, r rune) (widths []int) {
	if s == "" || r < utf8.RuneSelf && s[0] != byte(r) && !strings.ContainsRune(introducers, rune(s[0])) {
		return nil
	}
	add := func(width int) {
		if width > 0 && !slices.Contains(widths, width) {
			widths = append(widths, width)
		}
	}
	for n := range mostBackslashes + 1 {
		add(behind(s, n, string(r)))
		if r == '\\' {
			add(n)
		}
		if n > 0 {
			add(escaped(s, n, r))
		}
		if len(s) <= n || s[n] != '\\' {
			break
		}
	}
	add(percentEncoded(s, r))
	for _, width := range percents(s, r) {
		add(width)
	}
	return widths
}

// percents returns the possible lengths of a percent sign that is percent-encoded
// several times, such as %2525.
func percents(s string, r rune) (widths []int) {
	if r != '%' || s[0] != '%' {
		return nil
	}
	for n := 1; n <= mostBackslashes && strings.HasPrefix(s[n:], "25"); n += 2 {
		widths = append(widths, n+2)
	}
	return widths
}

// behind returns the end of want in s if it starts at n, and 0 otherwise. Each of its
// characters may be an HTML entity.
func behind(s string, n int, want string) int {
	for _, r := range want {
		width := unit(s[n:], r)
		if width == 0 {
			return 0
		}
		n += width
	}
	return n
}

// unit returns the length of r at the start of s, plain or as an HTML entity such as
// &#43;, and 0 if s starts with another character.
func unit(s string, r rune) int {
	entity, _, isEnded := strings.Cut(s[:min(len(s), 12)], ";")
	if isEnded && strings.HasPrefix(entity, "&") && html.UnescapeString(entity+";") == string(r) {
		return len(entity) + 1
	}
	if first, width := utf8.DecodeRuneInString(s); first == r {
		return width
	}
	return 0
}

// escaped returns the end of an escape of r after n backslashes, and 0 if there is none.
// It is the letter of a short escape, or the hexadecimal code of the character.
func escaped(s string, n int, r rune) int {
	if i := strings.IndexRune("\n\r\t\b\f\v\a", r); i >= 0 && strings.HasPrefix(s[n:], "nrtbfva"[i:i+1]) {
		return n + 1
	}
	if n == len(s) || !strings.ContainsRune("uUxX", rune(s[n])) {
		return 0
	}
	codes := []string{fmt.Sprintf("u%04x", r), fmt.Sprintf("U%08x", r), fmt.Sprintf("x%02x", r)}
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		codes = append(codes, fmt.Sprintf(`u%04x%su%04x`, high, strings.Repeat(`\`, n), low))
	}
	for _, code := range codes {
		if end := n + len(code); len(s) >= end && strings.EqualFold(s[n:end], code) {
			return end
		}
	}
	return 0
}

// percentEncoded returns the length of r at the start of s if it is percent-encoded, once
// or several times, and 0 otherwise. A space may be a plus, as in forms.
func percentEncoded(s string, r rune) (n int) {
	if r == ' ' {
		if width := unit(s, '+'); width > 0 {
			return width
		}
	}
	for _, octet := range []byte(string(r)) {
		if n >= len(s) || s[n] != '%' {
			return 0
		}
		n++
		for octet != '%' && strings.HasPrefix(s[n:], "25") {
			n += 2
		}
		if len(s) < n+2 || !strings.EqualFold(s[n:n+2], fmt.Sprintf("%02x", octet)) {
			return 0
		}
		n += 2
	}
	return n
}

// base64Cores returns what the base64 of every text with the secret, such as id:secret,
// has in common: one part for each of the three positions in a group of bytes where the
// secret can start, in both alphabets.
func base64Cores(secret string) []string {
	var cores []string
	for before := range 3 {
		whole := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + secret))
		first := (before*8 + 5) / 6            // skip characters that also hold bits of the text before
		last := (before + len(secret)) * 8 / 6 // and those that may hold bits of the text after
		core := whole[first:last]
		cores = append(cores, core)
		if url := strings.NewReplacer("+", "-", "/", "_").Replace(core); url != core {
			cores = append(cores, url)
		}
	}
	return cores
}
