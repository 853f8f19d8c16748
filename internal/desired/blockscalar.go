package desired

import (
	"bytes"
	"strings"
)

// blockScalar is the text of a scalar behind | or >.
type blockScalar struct {
	style          byte
	explicit       bool   // the indentation is told
	chomping       string // "", - or +
	lines          []string
	headerEnd, end int // offsets: behind the | and what belongs to it, and of the line behind the body
}

// readBlockScalar reads the block scalar that begins at i, in a block that is
// indented by so many spaces.
func readBlockScalar(text []byte, i, indent int) blockScalar {
	b := blockScalar{style: text[i]}
	told := 0
	for i++; i < len(text) && strings.IndexByte("+-0123456789", text[i]) >= 0; i++ {
		if c := text[i]; c == '+' || c == '-' {
			b.chomping = string(c)
		} else {
			told = told*10 + int(c-'0')
			b.explicit = true
		}
	}
	b.headerEnd = i
	rest := text[min(endOfLine(text, i)+1, len(text)):]
	content := max(indent, 0) + told
	if !b.explicit {
		content = max(indent+1, 1, firstIndent(rest))
	}
	b.lines, b.end = bodyLines(rest, content, b.chomping == "+")
	b.end += len(text) - len(rest)
	return b
}

// firstIndent is the indentation of the first line that is not blank, or of a
// deeper blank one before it.
func firstIndent(text []byte) int {
	deepest := 0
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\n")
		spaces := leadingSpaces(line)
		deepest = max(deepest, spaces)
		if spaces < len(line) {
			break
		}
	}
	return deepest
}

func leadingSpaces(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

// bodyLines are the lines that are indented enough, without that indentation.
// Blank lines at the end are among them only if they are kept.
func bodyLines(text []byte, indent int, keep bool) (lines []string, end int) {
	at, filled, filledEnd := 0, 0, 0
	for line := range bytes.Lines(text) {
		content := bytes.TrimRight(line, "\n")
		spaces := leadingSpaces(content)
		isBlank := spaces == len(content)
		if !isBlank && spaces < indent {
			break
		}
		if isBlank && spaces <= indent && len(content) == len(line) {
			break // an end of the file that is no line
		}
		at += len(line)
		lines = append(lines, string(content[min(indent, len(content)):]))
		if !isBlank || spaces > indent {
			filled, filledEnd = len(lines), at
		}
	}
	if keep {
		return lines, at
	}
	return lines[:filled], filledEnd
}
