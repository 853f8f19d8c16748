package desired

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSearched is the size up to which the place of a syntax error is searched
// for. A larger file gets the line that the parser tells.
const maxSearched = 256 << 10

func (r *reader) syntaxError(data []byte, err error) {
	line, problem := splitParserError(err)
	column := 1
	if len(data) <= maxSearched {
		line, column = locate(data, problem)
	}
	if anchor, ok := unknownAnchor(problem); ok {
		// The last character of the alias was found; its first is meant.
		column = max(1, column-utf8.RuneCountInString(anchor))
		r.failAt(line, column, "unknown-anchor", "alias "+quote("*"+anchor)+" has no anchor before it", "")
		return
	}
	r.failAt(line, column, "syntax-error", printable(problem), "")
}

// unknownAnchor is the name that an alias refers to in vain, if that is the
// problem.
func unknownAnchor(problem string) (anchor string, ok bool) {
	rest, ok := strings.CutPrefix(problem, "unknown anchor '")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, "' referenced")
}

// splitParserError takes the text of a parser's error apart: it has no other
// form. The line is 1 where it tells none.
func splitParserError(err error) (line int, problem string) {
	match := regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?((?s).*)$`).FindStringSubmatch(err.Error())
	line, convErr := strconv.Atoi(match[1])
	if convErr != nil || line < 1 {
		line = 1
	}
	return line, strings.TrimSpace(match[2])
}

// locate finds the line and column of the character at which the parser can
// first tell the problem: the last of the shortest beginning of the file that
// has it. The line that the parser tells is often that of the enclosing block,
// or one off, and it never tells a column. For a bracket or a quote that is
// never closed this is the place where it opens.
func locate(data []byte, problem string) (line, column int) {
	fails := func(n int) bool {
		_, err := decode(data[:n])
		if err == nil {
			return false
		}
		_, p := splitParserError(err)
		return p == problem
	}
	ends := lineEnds(data)
	l := sort.Search(len(ends)-1, func(i int) bool { return fails(ends[i]) })
	start := 0
	if l > 0 {
		start = ends[l-1]
	}
	runes := runeEnds(data[start:ends[l]])
	c := sort.Search(len(runes)-1, func(i int) bool { return fails(start + runes[i]) })
	return l + 1, c + 1
}

// lineEnds lists the offsets behind each line; there is at least one.
func lineEnds(data []byte) []int {
	var ends []int
	for i, b := range data {
		if b == '\n' || b == '\r' && !bytes.HasPrefix(data[i+1:], []byte{'\n'}) {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

// runeEnds lists the offsets behind each character; there is at least one. A
// byte order mark belongs to the character after it.
func runeEnds(line []byte) []int {
	var ends []int
	for i := 0; i < len(line); {
		c, size := utf8.DecodeRune(line[i:])
		i += size
		if c != '\uFEFF' {
			ends = append(ends, i)
		}
	}
	if len(ends) == 0 {
		ends = append(ends, len(line))
	}
	return ends
}
