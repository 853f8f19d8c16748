package desired

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/testkit/sample"
)

// TestFormatLaws checks the laws of Format on files as people write them: keys in any
// order, blocks and flow collections, any indentation, comments and blank lines wherever
// they are allowed.
func TestFormatLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		if sample.LeavesOut(rt, 1) {
			return
		}
		w := &writer{t: rt, step: rapid.IntRange(1, 4).Draw(rt, "step")}
		w.document()
		text := w.out.String()
		text = strings.ReplaceAll(text, "\n", w.pick("ending", "\n", "\r\n", "\r"))
		if !checkFormat(rt, []byte(text)) {
			_, found := Format(Input{Name: "f", Data: []byte(text)})
			rt.Fatalf("not laid out:\n%s\n%s", listing(found), text)
		}
	})
}

// TestFormatKeepsComments checks that every comment is in the result once, and in the
// same order if no key has to move.
func TestFormatKeepsComments(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := &writer{t: rt, step: rapid.IntRange(1, 4).Draw(rt, "step"), ordered: true}
		w.document()
		w.between(0)
		text := w.out.String()
		out, found := Format(Input{Name: "f", Data: []byte(text)})
		if len(found) > 0 {
			rt.Fatalf("not laid out:\n%s\n%s", listing(found), text)
		}
		if diff := cmp.Diff(commentsOf(text), commentsOf(string(out))); diff != "" {
			rt.Fatalf("other comments (-in +out):\n%s\nof\n%s\nas\n%s", diff, text, out)
		}
	})
}

// commentsOf returns the numbers of the comments in a text.
func commentsOf(text string) []string { return regexp.MustCompile(`# \d+: é`).FindAllString(text, -1) }

// writer writes a file in a randomly drawn layout.
type writer struct {
	t        *rapid.T
	out      strings.Builder
	step     int
	ordered  bool // the keys are in their canonical order
	comments int
}

func (w *writer) chance(label string) bool { return rapid.IntRange(0, 3).Draw(w.t, label) == 0 }

func (w *writer) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(w.t, label)
}

// between writes anything that is allowed between two lines.
func (w *writer) between(indent int) {
	if w.chance("blank") {
		w.out.WriteString(strings.Repeat("\n", rapid.IntRange(1, 3).Draw(w.t, "blanks")))
	}
	for i := 0; i < 3 && w.chance("comment"); i++ {
		at := max(0, indent+rapid.IntRange(-9, 9).Draw(w.t, "shift"))
		w.out.WriteString(strings.Repeat(" ", at) + w.comment() + "\n")
	}
}

func (w *writer) comment() string {
	w.comments++
	return fmt.Sprintf("# %d: é # \"{[", w.comments)
}

// end ends a line.
func (w *writer) end() {
	if w.chance("beside") {
		w.out.WriteString(strings.Repeat(" ", rapid.IntRange(1, 9).Draw(w.t, "gap")) + w.comment())
	}
	w.out.WriteByte('\n')
}

type writtenKey struct {
	key   string
	write func(indent int)
}

func (w *writer) document() {
	w.block(0, "", writtenKey{"version", w.words("1")},
		writtenKey{"tenant", w.words("acme", `"acme"`, "'it''s'", "007", "${T:-x}")},
		writtenKey{"defaults", func(indent int) { w.nested(indent, w.settings()...) }},
		writtenKey{"clusters", w.clusters})
}

func (w *writer) clusters(indent int) {
	w.end()
	deeper := indent + w.step*rapid.IntRange(0, 1).Draw(w.t, "indented")
	for i := range rapid.IntRange(1, 3).Draw(w.t, "clusters") {
		w.between(deeper)
		dash := strings.Repeat(" ", deeper) + "-" + strings.Repeat(" ", w.step)
		name := writtenKey{"name", w.words(fmt.Sprintf("va-%d", i), fmt.Sprintf(`"va # %d"`, i), fmt.Sprintf("10%d", i))}
		w.block(deeper+1+w.step, dash, append([]writtenKey{name}, w.settings()...)...)
	}
}

func (w *writer) settings() []writtenKey {
	return []writtenKey{
		{"type", w.words("idn", "iai", "'idn'")},
		{"description", func(indent int) { w.text(indent) }},
		{"configuration", func(indent int) {
			w.nested(indent, writtenKey{"gmtOffset", w.words("-6", `"-6"`, "null", "~", "")}, writtenKey{"yes", w.words("off", "1:30", "${X:-y}", "0x1f")})
		}},
		{"logConfig", func(indent int) {
			w.nested(indent, writtenKey{"rootLevel", w.words("OFF", "INFO", `"OFF"`)},
				writtenKey{"logLevels", w.words("{a: OFF, b.c: WARN}", "{}", w.flow(indent+9))},
				writtenKey{"durationMinutes", w.words("60")})
		}},
	}
}

// flow returns a flow collection with comments wherever they are allowed.
func (w *writer) flow(indent int) string {
	margin := "\n" + strings.Repeat(" ", indent)
	var out strings.Builder
	for _, part := range []string{"{", "a: OFF", ",", "b: INFO", ",", "}"} {
		out.WriteString(part)
		switch {
		case part == "}":
		case w.chance("in flow"):
			out.WriteString(" " + w.comment() + margin)
		case w.chance("in flow, alone"):
			out.WriteString(margin + w.comment() + margin)
		default:
			out.WriteString(" ")
		}
	}
	return out.String()
}

// nested writes a map below its key.
func (w *writer) nested(indent int, keys ...writtenKey) {
	w.end()
	w.between(indent + w.step)
	w.block(indent+w.step, "", keys...)
}

// block writes the keys in any order, the first one after a dash.
func (w *writer) block(indent int, dash string, keys ...writtenKey) {
	if !w.ordered {
		keys = rapid.Permutation(keys).Draw(w.t, "order")
	}
	for i, k := range keys {
		if i > 0 || dash == "" {
			w.between(indent)
			dash = strings.Repeat(" ", indent)
		}
		w.out.WriteString(dash + k.key + ":")
		k.write(indent)
	}
}

// words writes a key with one of several values.
func (w *writer) words(values ...string) func(int) {
	return func(indent int) {
		value := w.pick("value", values...)
		if w.chance("below") && value != "" {
			w.end()
			w.between(indent + w.step)
			w.out.WriteString(strings.Repeat(" ", indent+w.step-1))
		}
		w.out.WriteString(" " + value)
		w.end()
	}
}

func (w *writer) text(indent int) {
	deeper := strings.Repeat(" ", indent+w.step)
	switch w.pick("style", "plain", "long", "quoted", "literal", "folded", "keep") {
	case "long":
		w.out.WriteString(" some text\n" + deeper + "that goes on")
	case "quoted":
		w.out.WriteString(" \"some # text\\t\n" + deeper + "that: goes on\"")
	case "literal":
		w.out.WriteString(" |\n" + deeper + "# no comment\n\n" + deeper + "  deeper\n")
		return
	case "folded":
		w.out.WriteString(" >-\n" + deeper + "one\n" + deeper + "two\n")
		return
	case "keep":
		w.out.WriteString(" |+ # beside\n" + deeper + "one\n\n\n")
		return
	default:
		w.out.WriteString(" some text")
	}
	w.end()
}
