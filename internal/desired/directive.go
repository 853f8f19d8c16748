package desired

import (
	"bytes"
	"regexp"
)

// yamlDirective is the directive of a version of YAML that is read here. Other
// programs write 1.2, and the parser takes no other than 1.1.
var yamlDirective = regexp.MustCompile(`^%YAML[ \t]+1\.[0-9]+([ \t]+#.*)?[ \t]*$`)

// hideDirective makes a comment of a %YAML directive in front of the first
// document, and returns it. Lines and columns stay what they are. The other text
// is not touched, and is copied if there is such a directive.
func hideDirective(text []byte) (hidden, directive []byte) {
	start, offset := -1, 0
	for line := range bytes.Lines(text) {
		content := bytes.TrimRight(line, " \t\n")
		switch {
		case len(content) == 0, line[0] == '#':
		case start < 0 && yamlDirective.Match(content):
			start, directive = offset, content
		case start >= 0 && hasMarker(content, "---"):
			text = bytes.Clone(text)
			text[start] = '#'
			return text, directive
		default:
			return text, nil
		}
		offset += len(line)
	}
	return text, nil
}

// showDirective puts a directive back that was made a comment.
func showDirective(text, directive []byte) []byte {
	if len(directive) == 0 {
		return text
	}
	comment := append([]byte{'#'}, directive[1:]...)
	return bytes.Replace(text, comment, directive, 1)
}
