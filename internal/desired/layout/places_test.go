package layout

import (
	"fmt"
	"testing"
)

// TestCursor checks that offsets and places agree in any order, also in a part of a text.
func TestCursor(t *testing.T) {
	t.Parallel()
	text := []byte("ä\nb🚀c\n\nd")
	places := map[int]Place{0: {1, 1}, 2: {1, 2}, 3: {2, 1}, 4: {2, 2}, 8: {2, 3}, 9: {2, 4}, 10: {3, 1}, 11: {4, 1}, 12: {4, 2}}
	for first, a := range places {
		if got := position(text, first); got != a {
			t.Errorf("%d is at %v, not %v", first, got, a)
		}
		for second, b := range places {
			c := newCursor(text, wholePart(text))
			if at, again := c.offset(a), c.offset(b); at != first || again != second {
				t.Errorf("%v and %v are at %d and %d", a, b, at, again)
			}
			if second >= first {
				c := newCursor(text, wholePart(text))
				if at, again := c.place(first), c.place(second); at != a || again != b {
					t.Errorf("%d and %d are at %v and %v", first, second, at, again)
				}
			}
			if a.Line > 1 && b.Line > 1 {
				c := newCursor(text, part{start: 3, end: len(text), line: 2})
				if at, again := c.offset(a), c.offset(b); at != first || again != second {
					t.Errorf("in a part, %v and %v are at %d and %d", a, b, at, again)
				}
			}
		}
	}
}

// TestOccurrences checks the places of a word in the text after a node.
func TestOccurrences(t *testing.T) {
	t.Parallel()
	const text = "a: $x$x\nb: |  # $x\n  é $x\nc: 'y $x'\nd: y\n"
	places := func(at ...Place) string { return fmt.Sprint(at) }
	for name, tc := range map[string]struct {
		key, count int
		want       string
	}{
		"none":              {0, 0, places()},
		"at its beginning":  {0, 1, places(Place{1, 4})},
		"two":               {0, 2, places(Place{1, 4}, Place{1, 6})},
		"of a block scalar": {1, 1, places(Place{3, 5})},
		"within":            {2, 1, places(Place{4, 7})},
		"fewer":             {2, 2, places(Place{4, 7})},
		"not there":         {3, 1, places()},
	} {
		file := NewText([]byte(text))
		roots, _ := file.Parse("")
		for _, before := range []int{0, 1, 2, 3} { // in any order
			file.Occurrences(roots[0].Content[2*before+1], "$x", 1)
			if got := fmt.Sprint(file.Occurrences(roots[0].Content[2*tc.key+1], "$x", tc.count)); got != tc.want {
				t.Errorf("%s: %s, want %s", name, got, tc.want)
			}
		}
	}
}

// TestEndOfWord checks where an anchor or a tag ends.
func TestEndOfWord(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"&a": "&a", "&aZ_-09 b": "&aZ_-09", "&a\n": "&a", "&a.b": "&a", "&a:": "&a",
		"!": "!", "! a": "!", "!!str a": "!!str", "!a.b:c\n": "!a.b:c", "!a,": "!a", "!a]": "!a", "!a}": "!a", "!a[": "!a", "!a\tb": "!a",
	} {
		if got := text[:endOfWord([]byte(text), 0)]; got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestEndOfQuoted checks where a quoted scalar ends, and that an unclosed one ends with the
// text.
func TestEndOfQuoted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text   string
		end    int
		closed bool
	}{
		{`k ""`, 4, true}, {`k "a"`, 5, true}, {`k "a" "b"`, 5, true}, {`k "a\"b"c`, 8, true}, {`k "a\\"b"`, 7, true}, {`k "'"`, 5, true},
		{`k "a""b"`, 5, true}, {"k \"a\nb\"", 7, true}, {`k "`, 3, false}, {`k "a`, 4, false}, {`k "a\`, 5, false}, {`k "a\"`, 6, false}, {`k "a'`, 5, false},
		{`k ''`, 4, true}, {`k 'a'`, 5, true}, {`k 'a''b'c`, 8, true}, {`k 'a\'b'`, 6, true}, {`k ''''`, 6, true}, {`k '"'`, 5, true},
		{`k '`, 3, false}, {`k 'a`, 4, false}, {`k '''`, 5, false}, {`k 'a"`, 5, false},
	} {
		if end, closed := endOfQuoted([]byte(tc.text), 2); end != tc.end || closed != tc.closed {
			t.Errorf("%q: %d, %t", tc.text, end, closed)
		}
	}
}

// TestEndOfPlain checks where a plain scalar ends, or where the text differs from it.
func TestEndOfPlain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, value string
		end         int
		ok          bool
	}{
		{"k a", "a", 3, true}, {"k ab c", "ab", 4, true}, {"k a b", "a b", 5, true}, {"k a\n \t b c", "a b", 8, true}, {"k a\n\nb", "a\nb", 6, true},
		{"k ", "", 2, true}, {"k ", "a", 2, false}, {"k b", "a", 2, false}, {"k ab", "ac", 3, false}, {"k a", "ab", 3, false}, {"k a  ", "ab", 5, false},
	} {
		if end, ok := endOfPlain([]byte(tc.text), 2, tc.value); end != tc.end || ok != tc.ok {
			t.Errorf("%q in %q: %d, %t", tc.value, tc.text, end, ok)
		}
	}
}
