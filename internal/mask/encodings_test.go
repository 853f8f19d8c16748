package mask_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/escape"
	"clusterctl/internal/mask"
)

// wrapped breaks a text into lines of the given length.
func wrapped(width int, lineBreak string) func(string) string {
	return func(s string) string {
		var lines []string
		for line := range slices.Chunk([]rune(s), width) {
			lines = append(lines, string(line))
		}
		return strings.Join(lines, lineBreak)
	}
}

// spellings returns the encodings of a text in outputs, servers and pipelines.
func spellings() map[string]func(string) string {
	inJSON := func(s string) string {
		encoded, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		return string(encoded)
	}
	codes := func(format string) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for _, r := range s {
				if r > 0xffff {
					b.WriteRune(r)
					continue
				}
				fmt.Fprintf(&b, format, r)
			}
			return b.String()
		}
	}
	octets := func(format string) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for _, octet := range []byte(s) {
				fmt.Fprintf(&b, format, octet)
			}
			return b.String()
		}
	}
	return map[string]func(string) string{
		"as it is":               func(s string) string { return s },
		"JSON":                   inJSON,
		"JSON within JSON":       func(s string) string { return inJSON(inJSON(s)) },
		"JSON with slashes":      func(s string) string { return strings.ReplaceAll(inJSON(s), "/", `\/`) },
		"JSON, lower-case codes": codes(`\u%04x`),
		"JSON, upper-case codes": codes(`\u%04X`),
		"Go":                     func(s string) string { return fmt.Sprintf("%+q", s) },
		"printable":              escape.Text,
		"query":                  url.QueryEscape,
		"path":                   url.PathEscape,
		"path, twice":            func(s string) string { return url.PathEscape(url.PathEscape(s)) },
		"percent, upper case":    octets("%%%02X"),
		"percent, lower case":    octets("%%%02x"),
		"page":                   html.EscapeString,
		"page of ours":           func(s string) string { return strings.ReplaceAll(template.HTMLEscapeString(s), "+", "&#43;") },
		"JSON in a page":         func(s string) string { return html.EscapeString(inJSON(s)) },
		"percent in JSON":        func(s string) string { return inJSON(url.QueryEscape(s)) },
		"Basic":                  func(s string) string { return base64.StdEncoding.EncodeToString([]byte("some-id:" + s)) },
		"base64":                 func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"wrapped":                wrapped(7, "\n"),
		"wrapped in a header": func(s string) string {
			return wrapped(20, "\r\n ")(base64.StdEncoding.EncodeToString([]byte("some-id:" + s)))
		},
		"base64 for addresses":    func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"base64 without padding":  func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x" + s + "y")) },
		"base64, percent encoded": func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("ab" + s))) },
		"base64 in JSON": func(s string) string {
			return strings.ReplaceAll(inJSON(base64.StdEncoding.EncodeToString([]byte(s))), "/", `\/`)
		},
	}
}

// Whatever its encoding and position, a secret is masked so that it cannot be recovered.
func TestNoSpellingOfASecretIsPutOut(t *testing.T) {
	t.Parallel()
	character := rapid.OneOf(
		rapid.RuneFrom([]rune(`abzAZ09-._~+/=!*()' "\<>&%#?:;@,{}[]|^$`)),
		rapid.RuneFrom([]rune("äß€日😀")),
	)
	for name, spell := range spellings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				secret := "s" + rapid.StringOfN(character, 9, 60, -1).Draw(t, "secret") + "t"
				around := rapid.StringMatching(`[a-z{}:", \\]{0,20}`)
				var m mask.Masker
				m.Learn(secret)
				before, after := around.Draw(t, "before")+" ", " "+around.Draw(t, "after")
				got := m.Text(before + spell(secret) + after)
				if !strings.Contains(got, "***") || len(got) > len(before)+len(after)+24 {
					t.Fatalf("%q spelled %q is left as %q", secret, spell(secret), got)
				}
			})
		})
	}
}

// A secret that is cut off is masked up to the cut.
func TestABeginningOfASecretIsMasked(t *testing.T) {
	t.Parallel()
	var m mask.Masker
	m.Learn("correct-horse-battery")
	for text, want := range map[string]string{"a correct-horse…": "a ***…", `correct-h\u2026`: `***\u2026`, "correct…": "correct…"} {
		if got := m.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// The start of a secret is masked in any encoding if it has at least eight characters.
func TestOnlyALongBeginningOfASecretIsMasked(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"correct-horse", `a\b\c\d\e\f\g`, "a+b+c+d+e+f+g", `"a"b"c"d"e"f"`, "%a%b%c%d%e%f", "äöüßäöüßäöüß"} {
		for name, spell := range map[string]func(string) string{
			"as it is": func(s string) string { return s },
			"JSON":     func(s string) string { return strings.Trim(fmt.Sprintf("%+q", "|"+s+"|"), `"`) },
			"query":    url.QueryEscape,
			"page":     html.EscapeString,
		} {
			var m mask.Masker
			m.Learn(secret)
			for n := range len([]rune(secret)) {
				beginning := strings.Trim(spell(string([]rune(secret)[:n])), "|")
				want := beginning + "…"
				if n >= 8 {
					want = "***…"
				}
				if got := m.Text(beginning + "…"); got != want {
					t.Errorf("%s of %d characters of %s: %q became %q, want %q", name, n, secret, beginning+"…", got, want)
				}
			}
		}
	}
}

// A secret is masked up to the last byte of a text.
func TestASecretAtTheEndOfAText(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"correct-horse", `correct\horse\`, "correct horse ", `correct"horse`, "correct+horse+", "correct%horse%", "correct<horse>", "korrektes-pferd-ä", "correct-horse-€"} {
		for name, spell := range spellings() {
			var m mask.Masker
			m.Learn(secret)
			for _, spelled := range []string{spell(secret), spell("|" + secret)} {
				if got := m.Text(strings.TrimSuffix(spelled, `"`)); !strings.Contains(got, "***") || len(got) > 24 {
					t.Errorf("%s: %q became %q", name, spelled, got)
				}
			}
		}
	}
}

// A secret is found if the text is wrapped inside it, also a secret of several lines.
func TestBrokenLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ secret, text, want string }{
		{"correct-horse", "correct\n-horse", "***"},
		{"correct-horse", "correct\r\n\t -horse", "***"},
		{"correct-horse", "\ncorrect-horse\n", "\n***\n"},
		{"correct-horse", "c\norrect-horse", "***"},
		{"correct-horse", "correct-hors\ne", "***"},
		{"correct-horse", "correct -horse", "correct -horse"},
		{"correct-horse", "correct\t-horse", "correct\t-horse"},
		{"correct horse", "correct\n horse", "***"},
		{"correct horse", "correct\n\n horse", "***"},
		{"correct horse", "correct\nhorse", "correct\nhorse"},
		{"correct\nhorse", "correct\nhorse", "***"},
		{"correct\r\nhorse", "correct\r\nhorse", "***"},
		{"correct\nhorse", "correct\n\nhorse", "***"},
		{"correct\thorse", "correct\n\thorse", "***"},
	} {
		var m mask.Masker
		m.Learn(tt.secret)
		if got := m.Text(tt.text); got != tt.want {
			t.Errorf("%q in %q became %q, want %q", tt.secret, tt.text, got, tt.want)
		}
	}
}

// Text that only resembles a secret is not changed.
func TestWhatIsNoSecretIsLeft(t *testing.T) {
	t.Parallel()
	var m mask.Masker
	m.Learn(`hunter2\hunter2`)
	for _, text := range []string{"", "hunter2", "hunter2hunter2", `hunter2\hunter`, "%", "%6", "&#", `\u006`, strings.Repeat(`\`, 1000)} {
		if got := m.Text(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// A non-ASCII character is not confused with the byte of its code.
func TestTheFirstCharacterOfTwoBytes(t *testing.T) {
	t.Parallel()
	var m mask.Masker
	m.Learn("correct\u0080horse")
	for text, want := range map[string]string{"correct\u0080horse": "***", "correct\x80horse": "correct\x80horse"} {
		if got := m.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// A character of more than 16 bits is two escapes in JSON.
func TestPairsOfEscapes(t *testing.T) {
	t.Parallel()
	var m mask.Masker
	m.Learn("correct😀horse")
	for text, want := range map[string]string{
		`correct\ud83d\ude00horse`: "***", `correct\\uD83D\\uDE00horse`: "***", `correct\U0001f600horse`: "***",
		`correct\ud83dhorse`: `correct\ud83dhorse`, `correct\ud83d\ude01horse`: `correct\ud83d\ude01horse`,
	} {
		if got := m.Text(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// An encoding of another character does not match.
func TestEncodingsOfOtherCharacters(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ secret, text string }{
		{"correct/horse", "correct+horse"},
		{"correct/horse", "correct&horse"},
		{"correct/horse", `correct\horse`},
		{"correct/horse", "correct%horse"},
		{"correct/2ehorse", "correct%2ehorse"},
		{"corrects3-horse", "corrects%3-horse"},
		{"correctéC3-horse", "correct%C3-horse"},
		{"correctéC3%AA-horse", "correct%C3%AA-horse"},
		{"correctéhorse", "correctu00e9horse"},
		{"correctéhorse", "correctxe9horse"},
		{"correct/lt;horse", "correct&lt;horse"},
		{"correct horse", "correct%2bhorse"},
	} {
		var m mask.Masker
		m.Learn(tt.secret)
		if got := m.Text(tt.text); got != tt.text {
			t.Errorf("%q became %q, which is not %q", tt.text, got, tt.secret)
		}
	}
}

// A secret of several lines is masked with the short escapes of JSON and Go for its control
// characters.
func TestControlCharactersAsShortEscapes(t *testing.T) {
	t.Parallel()
	for escaped, plain := range map[string]string{`\n`: "\n", `\r`: "\r", `\t`: "\t", `\b`: "\b", `\f`: "\f", `\v`: "\v", `\a`: "\a"} {
		var m mask.Masker
		m.Learn("correct-horse" + plain + "battery")
		if got := m.Text("a correct-horse" + escaped + "battery b"); got != "a *** b" {
			t.Errorf("%s: %q", escaped, got)
		}
		if got, other := m.Text("a correct-horse"+`\x`+"battery b"), "a correct-horse"+`\x`+"battery b"; got != other {
			t.Errorf("another escape than %s: %q", escaped, got)
		}
	}
}
