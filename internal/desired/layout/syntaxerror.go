package layout

import (
	"bytes"
	"iter"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"clusterctl/internal/escape"
)

// maxSearched is the maximum file size for locating a syntax error exactly. In a larger
// file, the place is the line that the parser reports.
const maxSearched = 256 << 10

func (t *Text) syntaxError(err error) {
	line, problem := splitParserError(err)
	at := Place{line, 1}
	if len(t.data) <= maxSearched {
		at = locate(t.data, problem)
	}
	anchor, unknown := strings.CutPrefix(problem, "unknown anchor '")
	if anchor, closed := strings.CutSuffix(anchor, "' referenced"); unknown && closed {
		// Move from the last character of the alias to the first.
		at.Column = max(1, at.Column-utf8.RuneCountInString(anchor))
		t.fail(at, UnknownAnchor, "alias "+escape.Quote("*"+anchor)+" has no anchor before it",
			"define "+escape.Quote("&"+anchor)+" earlier in this document")
		return
	}
	t.fail(at, SyntaxError, "invalid YAML: "+escape.Printable(problem), t.syntaxHint(at, problem))
}

// syntaxHint returns the usual remedy for a problem in the words of the parser, ""
// if there is none.
func (t *Text) syntaxHint(at Place, problem string) string {
	if t.isConflictMarker(at.Line) {
		return "resolve the merge conflict"
	}
	const tabs = "indent with spaces, not tabs"
	return map[string]string{
		"mapping values are not allowed in this context":         `put a value that contains ": " in quotes, or check the indentation`,
		"block sequence entries are not allowed in this context": "check the indentation",
		"could not find expected ':'":                            `write a colon and a space after the key`,
		"did not find expected ',' or ']'":                       "add a comma, or close the list with ]",
		"did not find expected ',' or '}'":                       "add a comma, or close the map with }",
		"did not find expected '-' indicator":                    "check the indentation",
		"did not find expected key":                              "check the indentation and the brackets",
		"found a tab character that violates indentation":        tabs,
		"found character that cannot start any token":            tabs + ", and put a value that starts with @, % or a backquote in quotes",
		"found unexpected end of stream":                         "close the quote",
		"found unknown escape character":                         `write \\ for a backslash in double quotes`,
	}[problem]
}

// isConflictMarker reports whether Git wrote a line to mark a merge conflict.
func (t *Text) isConflictMarker(line int) bool {
	start := newCursor(t.data, wholePart(t.data))
	return regexp.MustCompile(`^(<{7}|={7}|>{7})( |\n|$)`).Match(t.data[start.offset(Place{line, 1}):])
}

// splitParserError splits the text of a parser error, which has no structured form. The
// line is 1 if the text has none.
func splitParserError(err error) (line int, problem string) {
	match := regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s).*)$`).FindStringSubmatch(err.Error())
	line, convErr := strconv.Atoi(match[1])
	if convErr != nil || line < 1 {
		line = 1
	}
	return line, strings.TrimSpace(match[2])
}

// locate finds the first character at which the parser can detect the problem: the last
// one of the shortest prefix of the text that has the problem. The parser reports no
// column, and often the wrong line.
//
// Open brackets of a prefix are closed before it is parsed. If no prefix fails then, a
// bracket is never closed, and the place is where it opens.
func locate(text []byte, problem string) Place {
	failsClosed := func(beginning []byte) bool {
		closed := append(bytes.Clone(beginning), '\n') // a comment ends here
		for _, at := range slices.Backward(openBrackets(beginning)) {
			closed = append(closed, beginning[at]+2) // ] is two behind [, and } behind {
		}
		return hasProblem(closed, problem)
	}
	if bytes.ContainsAny(text, "[{") && failsClosed(text) {
		return search(text, failsClosed)
	}
	if open := openBrackets(text); len(open) > 0 && strings.Contains(problem, "did not find expected") {
		return position(text, open[len(open)-1])
	}
	return search(text, func(beginning []byte) bool { return hasProblem(beginning, problem) })
}

func hasProblem(text []byte, problem string) bool {
	_, err := decode(text)
	if err == nil {
		return false
	}
	_, p := splitParserError(err)
	return p == problem
}

// openBrackets returns the offsets of the brackets that are open at the end. It may be
// wrong in odd cases; then the place of the error is wrong, too.
func openBrackets(text []byte) []int {
	var open []int
	startsToken := true
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '#' && startsToken:
			i = endOfLine(text, i) - 1
		case (c == '"' || c == '\'') && startsToken:
			end, _ := endOfQuoted(text, i)
			i = end - 1
		case c == '[', c == '{':
			if startsToken || len(open) > 0 {
				open = append(open, i)
			}
		case c == ']', c == '}':
			open = open[:max(0, len(open)-1)]
		}
		startsToken = strings.IndexByte(" \t\r\n[{,:", c) >= 0
	}
	return open
}

// search returns the place of the last character of the shortest prefix that fails.
func search(text []byte, fails func(beginning []byte) bool) Place {
	lines := ends(bytes.Lines(text))
	l := sort.Search(len(lines)-1, func(i int) bool { return fails(text[:lines[i]]) })
	start := 0
	if l > 0 {
		start = lines[l-1]
	}
	characters := ends(bytes.SplitSeq(text[start:lines[l]], nil))
	c := sort.Search(len(characters)-1, func(i int) bool { return fails(text[:start+characters[i]]) })
	return Place{l + 1, c + 1}
}

// ends returns the end offset of each part of a text, at least one.
func ends(parts iter.Seq[[]byte]) []int {
	var ends []int
	at := 0
	for part := range parts {
		at += len(part)
		ends = append(ends, at)
	}
	if len(ends) == 0 {
		return []int{0}
	}
	return ends
}
