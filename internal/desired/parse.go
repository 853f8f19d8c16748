package desired

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// parse returns the roots of a file's documents that are safe to walk and
// hold something, and whether they are all that the file holds: the documents
// before a syntax error are looked at too, so that one run tells everything.
func (r *reader) parse() (roots []*yaml.Node, complete bool) {
	data := r.data
	if len(data) > maxFileBytes {
		r.failAt(1, 1, codeFileTooLarge, fmt.Sprintf("larger than %d MiB", maxFileBytes>>20), "")
		return nil, false
	}
	if !r.checkCharacters(data) {
		return nil, false
	}
	documents, err := decode(data)
	if err != nil {
		r.syntaxError(data, err)
	} else if len(documents) == 0 {
		r.failAt(1, 1, codeEmptyFile, "the file declares nothing", "it needs at least version: 1")
		return nil, false
	}
	g, complete := newGuard(r), err == nil
	for _, root := range documents {
		if !g.passes(root) {
			complete = false
			continue
		}
		roots = append(roots, root)
	}
	return roots, complete
}

// decode returns the roots of the documents, without those of comments alone.
// On an error they are the ones before it.
func decode(data []byte) (roots []*yaml.Node, err error) {
	// The parser panics on what it did not think of.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return roots, nil
		} else if err != nil {
			return roots, err
		}
		if root := document.Content[0]; !isNothing(root) {
			roots = append(roots, root)
		}
	}
}

// isNothing reports whether a document's root is only implied.
func isNothing(n *yaml.Node) bool { return isNull(n) && n.Value == "" && n.Anchor == "" }

// checkCharacters refuses what is no UTF-8 text of YAML: the parser tells no
// position for it. It also refuses the three line breaks of YAML 1.1 that
// YAML 1.2, and nearly every editor, takes for characters: behind one of them
// a comment would become content.
func (r *reader) checkCharacters(data []byte) bool {
	line, column := 1, 1
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == '\uFEFF' && i == 0:
			i += size
			continue
		case c == utf8.RuneError && size == 1:
			r.failAt(line, column, codeInvalidCharacter, "not UTF-8", "")
			return false
		case !isText(c):
			r.failAt(line, column, codeInvalidCharacter, fmt.Sprintf("character %U is not allowed", c),
				"in double quotes it can be written as an escape")
			return false
		}
		i, column = i+size, column+1
		if c == '\n' || c == '\r' && !bytes.HasPrefix(data[i:], []byte{'\n'}) {
			line, column = line+1, 1
		}
	}
	return true
}

// isText reports whether a character may stand in a file.
func isText(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return true
	case c < ' ', c >= 0x7F && c < 0xA0, c == '\u2028', c == '\u2029', c == '\uFEFF', c == 0xFFFE, c == 0xFFFF:
		return false
	default:
		return true
	}
}
