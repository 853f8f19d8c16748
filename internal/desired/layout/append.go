package layout

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// ErrFlow is the error of Append for a list that is not written in lines of its own.
var ErrFlow = errors.New("not a block list")

// Append returns a file with entries after the last one of a list, the value of a key of the
// last document that has it. The entries are those of YAML with an indentation of one level.
// Nothing else changes: the result is the file with lines inserted.
func Append(file []byte, key string, entries []byte) ([]byte, error) {
	t := NewText(file)
	roots, complete := t.Parse("")
	if !complete || t.json || t.ending == "\r" {
		return nil, ErrFlow
	}
	var at, list *yaml.Node
	for _, root := range roots {
		if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
			return nil, ErrFlow
		}
		for i := 0; i < len(root.Content); i += 2 {
			if root.Content[i].Value == key {
				at, list = root.Content[i], root.Content[i+1]
			}
		}
	}
	lines := slices.Collect(bytes.Lines(file))
	end, indent, err := endOfList(lines, at, list)
	if err != nil {
		return nil, err
	}
	if at == nil {
		entries = append([]byte(key+":\n"), entries...)
	} else if len(list.Content) == 0 {
		lines[list.Line-1] = bytes.Replace(lines[list.Line-1], []byte(" []"), nil, 1)
	}
	return inserted(lines, end, indented(string(entries), indent, t.ending)), nil
}

// endOfList returns the number of lines up to the end of a list, and the indentation of its
// entries. A list that is missing is added at the end of the file.
func endOfList(lines [][]byte, key, list *yaml.Node) (end, indent int, err error) {
	switch {
	case key == nil:
		return len(lines), Indentation, nil
	case list.Kind != yaml.SequenceNode || hasProperties(list):
		return 0, 0, ErrFlow
	case list.Style&yaml.FlowStyle == 0:
		return endOfBlock(lines, key), list.Column - 1, nil
	case len(list.Content) > 0 || list.Line != key.Line || !bytes.Contains(lines[key.Line-1], []byte(": []")):
		return 0, 0, ErrFlow
	default:
		return key.Line, key.Column - 1 + Indentation, nil
	}
}

// endOfBlock returns the number of lines up to the last one that is indented below a key, or
// begins an entry of its list. Comments of the next key come after it.
func endOfBlock(lines [][]byte, key *yaml.Node) int {
	end := key.Line
	for n := key.Line; n < len(lines); n++ {
		line := strings.TrimRight(string(lines[n]), " \t\r\n")
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		isEntry := text == "-" || strings.HasPrefix(text, "- ")
		switch {
		case text == "":
		case indent >= key.Column || indent == key.Column-1 && isEntry:
			end = n + 1
		case !strings.HasPrefix(text, "#"):
			return end
		}
	}
	return end
}

// indented moves lines that are indented by one level.
func indented(entries string, indent int, ending string) []byte {
	var b strings.Builder
	for line := range strings.Lines(entries) {
		if rest, ok := strings.CutPrefix(line, strings.Repeat(" ", Indentation)); ok {
			line = strings.Repeat(" ", indent) + rest
		}
		b.WriteString(strings.TrimSuffix(line, "\n") + ending)
	}
	return []byte(b.String())
}

// inserted returns lines with a text after the first of them, which end with a line ending.
func inserted(lines [][]byte, after int, text []byte) []byte {
	before := bytes.Join(lines[:after], nil)
	if len(before) > 0 && before[len(before)-1] != '\n' {
		before = append(before, text[len(bytes.TrimRight(text, "\r\n")):]...)
	}
	return slices.Concat(before, text, bytes.Join(lines[after:], nil))
}
