package desired

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"

	"pgregory.net/rapid"

	"clusterctl/internal/desired/layout"
)

// pair is a key and its value, in the order of writing.
type pair struct {
	key   string
	value any // a string, a bare word, a list or an object
}

type (
	jsonObject []pair
	word       string
)

// anyState draws a valid desired state, with any text where any is allowed.
func anyState(t *rapid.T) jsonObject {
	anyText := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("/\\\"🚀\u007f\u0085\u2028\u2029\ufeff\ufffd\U0010ffff\x00\t\n"), unicode.Latin)))
	text := func(label string) string { // without variables
		return strings.ReplaceAll(anyText.Draw(t, label), "${", "{")
	}
	clusters := []any{}
	for i := range rapid.IntRange(0, 3).Draw(t, "clusters") {
		clusters = append(clusters, jsonObject{
			{"name", fmt.Sprint(i, text("name"))},
			{"description", text("description")},
			{"configuration", jsonObject{
				{"k" + text("key") + strings.Repeat("k", rapid.SampledFrom([]int{0, 1, 2000}).Draw(t, "longer")), text("value")},
				{"debug", word(rapid.SampledFrom([]string{"null", "true", "1e5", "-0.5"}).Draw(t, "word"))},
			}},
		})
	}
	return jsonObject{{"version", word("1")}, {"policy", jsonObject{{"allowSimilarNames", word("true")}}}, {"clusters", clusters}}
}

// anyPlainValue draws any value of short ASCII.
func anyPlainValue(t *rapid.T, depth int) any {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09 _-#:'*&é")), 0, 8, -1)
	kind := rapid.IntRange(0, 4).Draw(t, "kind")
	switch {
	case depth == 3 || depth > 0 && kind == 0:
		var o jsonObject
		for range rapid.IntRange(0, 3).Draw(t, "keys") {
			o = append(o, pair{text.Draw(t, "key"), anyPlainValue(t, depth-1)})
		}
		return o
	case depth > 0 && kind == 1:
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			list = append(list, anyPlainValue(t, depth-1))
		}
		return list
	case kind == 2:
		return word(rapid.SampledFrom([]string{"null", "true", "false", "0", "-12", "1.5", "1e5", "1E+400", "-0"}).Draw(t, "word"))
	default:
		return text.Draw(t, "text")
	}
}

// syntax is how a value is written.
type syntax struct {
	key  func(string) string
	text func(string) string
	gap  func() string
	// colon separates a key and its value.
	colon func() string
}

func writeAs(v any, s syntax) []byte {
	var out strings.Builder
	s.write(&out, v)
	return []byte(out.String())
}

func (s syntax) write(out *strings.Builder, v any) {
	out.WriteString(s.gap())
	switch v := v.(type) {
	case string:
		out.WriteString(s.text(v))
	case word:
		out.WriteString(string(v))
	case []any:
		out.WriteString("[")
		for i, item := range v {
			out.WriteString(strings.Repeat(",", min(i, 1)))
			s.write(out, item)
		}
		out.WriteString(s.gap() + "]")
	case jsonObject:
		out.WriteString("{")
		for i, p := range v {
			out.WriteString(strings.Repeat(",", min(i, 1)) + s.gap() + s.key(p.key) + s.colon())
			s.write(out, p.value)
		}
		out.WriteString(s.gap() + "}")
	}
	out.WriteString(s.gap())
}

func yamlSyntax() syntax {
	return syntax{
		key:   func(key string) string { return "? " + layout.Quoted(key) },
		text:  layout.Quoted,
		gap:   func() string { return " " },
		colon: func() string { return ":" },
	}
}

func jsonSyntax(t *rapid.T) syntax { return jsonSyntaxOf(t, true) }

// jsonSyntaxOf draws a JSON notation with any white space and, if it need not be YAML, any
// escapes.
func jsonSyntaxOf(t *rapid.T, escapes bool) syntax {
	quoted := func(s string) string {
		var out strings.Builder
		for _, c := range s {
			out.WriteString(jsonCharacter(c, escapes && rapid.Bool().Draw(t, "escaped"), rapid.Bool().Draw(t, "upper")))
		}
		return `"` + out.String() + `"`
	}
	gap := func() string { return rapid.SampledFrom([]string{"", "", " ", "\n", "\n  "}).Draw(t, "gap") }
	colon := func() string { return gap() + ":" }
	if !escapes {
		colon = func() string { return ":" } // YAML has no key that ends on another line
	}
	return syntax{key: quoted, text: quoted, gap: gap, colon: colon}
}

func jsonCharacter(c rune, escaped, upper bool) string {
	hex := func(c rune) string {
		if upper {
			return fmt.Sprintf(`\u%04X`, c)
		}
		return fmt.Sprintf(`\u%04x`, c)
	}
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\t': `\t`, '\r': `\r`, '\b': `\b`, '\f': `\f`}
	switch {
	case c > 0xFFFF && escaped:
		high, low := utf16.EncodeRune(c)
		return hex(high) + hex(low)
	case escaped && c == '/' && upper:
		return `\/`
	case escaped:
		return hex(c)
	case short[c] != "":
		return short[c]
	case c < ' ':
		return hex(c)
	default:
		return string(c)
	}
}
