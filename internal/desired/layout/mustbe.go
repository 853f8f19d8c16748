package layout

import (
	"fmt"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/escape"
)

// The types that MustBe takes, in words for users of YAML.
const (
	AMap      = "a map"
	AList     = "a list"
	AString   = "a string"
	ABoolean  = "true or false"
	AnInteger = "a whole number"
	ALimit    = "a whole number or a percentage"
)

// MustBe returns the message and the hint for a value of the wrong type. It quotes the
// value unless a map is expected: then it may be the whole text of some other file.
func MustBe(label, want string, n *yaml.Node) (message, hint string) {
	found := Describe(n)
	if n.Kind == yaml.ScalarNode && want != AMap {
		switch n.Tag {
		case "!!str":
			found = escape.Quote(n.Value)
		case "!!bool", "!!int", "!!float", "!!timestamp":
			found = escape.Text(n.Value)
		}
	}
	return fmt.Sprintf("%s must be %s, not %s", label, want, found), typeHint(label, want, n)
}

// typeHint says how to write a value of another type.
func typeHint(label, want string, n *yaml.Node) string {
	switch {
	case IsNull(n):
		return "write a value, or remove it if it is optional"
	case want == AMap:
		return mapHint(label, n)
	case want == AList && n.Kind == yaml.MappingNode:
		return "begin each item with -"
	case want == AList:
		return "write it in brackets, such as [a, b]"
	case isQuoted(want, n):
		return "remove the quotes"
	default:
		return ""
	}
}

func mapHint(label string, n *yaml.Node) string {
	switch {
	case strings.HasPrefix(label, "an entry of "):
		return "write keys, such as name: va-austin"
	case strings.HasSuffix(label, " file"):
		return "write keys, such as version: 1"
	case n.Kind == yaml.SequenceNode:
		return "write keys, without -"
	default:
		return "write KEY: VALUE"
	}
}

// isQuoted reports whether a string would be of the wanted type without its quotes.
func isQuoted(want string, n *yaml.Node) bool {
	_, err := strconv.Atoi(n.Value)
	isBoolean := strings.EqualFold(n.Value, "true") || strings.EqualFold(n.Value, "false")
	return n.Tag == "!!str" && (want == ABoolean && isBoolean || (want == AnInteger || want == ALimit) && err == nil)
}
