package desired

import (
	"bytes"
	"regexp"
	"slices"
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
		r.failAt(line, column, codeUnknownAnchor, "alias "+quote("*"+anchor)+" has no anchor before it", "")
		return
	}
	r.failAt(line, column, codeSyntaxError, printable(problem), "")
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
// or one off, and it never tells a column.
//
// Any beginning that ends inside brackets has the problem of not being closed,
// so it is closed before it is tried. Where that never fails, the bracket
// really is never closed, and the place is where it opens.
func locate(data []byte, problem string) (line, column int) {
	if line, column, found := locateClosed(data, problem); found {
		return line, column
	}
	if open := openBrackets(data); len(open) > 0 && strings.Contains(problem, "did not find expected") {
		return position(data, open[len(open)-1])
	}
	return search(data, func(beginning []byte) bool { return hasProblem(beginning, problem) })
}

// locateClosed searches among beginnings with their brackets closed.
func locateClosed(data []byte, problem string) (line, column int, found bool) {
	if !bytes.ContainsAny(data, "[{") {
		return 0, 0, false
	}
	fails := func(beginning []byte) bool {
		closed := append(bytes.Clone(beginning), '\n') // a comment ends here
		for _, at := range slices.Backward(openBrackets(beginning)) {
			closed = append(closed, closerOf(beginning[at]))
		}
		return hasProblem(closed, problem)
	}
	if !fails(data) {
		return 0, 0, false
	}
	line, column = search(data, fails)
	return line, column, true
}

func hasProblem(data []byte, problem string) bool {
	_, err := decode(data)
	if err == nil {
		return false
	}
	_, p := splitParserError(err)
	return p == problem
}

func closerOf(bracket byte) byte {
	if bracket == '[' {
		return ']'
	}
	return '}'
}

// openBrackets lists the offsets of the brackets that are open at the end. It
// is told by quotes and comments alone, which is right but in odd cases, where
// the place that is found is less exact.
func openBrackets(data []byte) []int {
	var open []int
	startsToken := true
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch {
		case c == '#' && startsToken:
			i = endOfLine(data, i) - 1
		case c == '"' && startsToken:
			end, _ := endOfDoubleQuoted(data, i)
			i = end - 1
		case c == '\'' && startsToken:
			end, _ := endOfSingleQuoted(data, i)
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

// search finds the last character of the shortest beginning that fails.
func search(data []byte, fails func(beginning []byte) bool) (line, column int) {
	ends := lineEnds(data)
	l := sort.Search(len(ends)-1, func(i int) bool { return fails(data[:ends[i]]) })
	start := 0
	if l > 0 {
		start = ends[l-1]
	}
	runes := runeEnds(data[start:ends[l]])
	c := sort.Search(len(runes)-1, func(i int) bool { return fails(data[:start+runes[i]]) })
	return l + 1, c + 1
}

// position is the line and column of an offset.
func position(data []byte, offset int) (line, column int) {
	ends := lineEnds(data)
	l := sort.SearchInts(ends, offset+1)
	start := 0
	if l > 0 {
		start = ends[l-1]
	}
	return l + 1, sort.SearchInts(runeEnds(data[start:ends[l]]), offset-start+1) + 1
}

// lineEnds lists the offsets behind each line; there is at least one.
func lineEnds(data []byte) []int {
	var ends []int
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] < len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

// runeEnds lists the offsets behind each character; there is at least one.
func runeEnds(line []byte) []int {
	var ends []int
	for i := 0; i < len(line); {
		_, size := utf8.DecodeRune(line[i:])
		i += size
		ends = append(ends, i)
	}
	if len(ends) == 0 {
		ends = append(ends, len(line))
	}
	return ends
}
