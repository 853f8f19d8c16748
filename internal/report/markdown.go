package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/mask"
)

// Markdown writes documents as comments on pull requests and issues, for GitHub
// and GitLab. The first line is a hidden marker, by which a comment is found
// again to be written anew; then comes the verdict, what asks for attention, and
// the rest folded. No text from a file or a tenant can become anything but text:
// none is put where Markdown would read it.
type Markdown struct{ Masker *mask.Masker }

// maxComment is the most bytes of a document. GitHub takes 65,536 characters,
// of which some is left to whoever adds a line of his own.
const maxComment = 65_000

// comment is a document of limited size. Head and foot are always there; of the
// sections as many items as there is room for, those of the first passage first.
type comment struct {
	head, foot string
	sections   []passage
	whole      string // where all items are, such as "the JSON plan"
}

// passage is a list of items under a title, which is ours.
type passage struct {
	title  string
	manner manner
	count  int
	item   func(i int) string
}

// manner is how much of a passage shows.
type manner int

const (
	visible  manner = iota // always
	unfolded               // until a reader folds it
	folded                 // once a reader unfolds it
)

func (p comment) write(w io.Writer) error {
	left := maxComment - len(p.head) - len(p.foot)
	for _, s := range p.sections {
		left -= len(s.open()) + len(s.close()) + len(p.more(s.count))
	}
	out := &document{to: w}
	fmt.Fprint(out, p.head)
	for _, s := range p.sections {
		if s.count > 0 {
			fmt.Fprint(out, s.open())
			left -= p.fill(out, s, left)
			fmt.Fprint(out, s.close())
		}
	}
	fmt.Fprint(out, p.foot)
	return out.flush()
}

// fill writes the items of a passage that there is room for, each whole, and
// returns what they took.
func (p comment) fill(out io.Writer, s passage, left int) (taken int) {
	for i := range s.count {
		item := s.item(i)
		if taken+len(item) > left {
			fmt.Fprint(out, p.more(s.count-i))
			break
		}
		taken += len(item)
		fmt.Fprint(out, item)
	}
	return taken
}

func (p comment) more(n int) string {
	return fmt.Sprintf("\n… and %d more (all of them in %s)\n", n, p.whole)
}

// open begins a passage. The empty line after the HTML is what makes Markdown of
// the text behind it.
func (s passage) open() string {
	switch s.manner {
	case visible:
		return fmt.Sprintf("\n#### %s\n\n", s.title)
	case unfolded:
		return fmt.Sprintf("\n<details open><summary><b>%s</b></summary>\n\n", s.title)
	default:
		return fmt.Sprintf("\n<details><summary><b>%s</b></summary>\n\n", s.title)
	}
}

func (s passage) close() string {
	if s.manner == visible {
		return ""
	}
	return "\n</details>\n"
}

// markdownHeading is the marker, what is to be known of the listing before anything
// else, and the verdict. The marker distinguishes documents and tenants; verdict is
// ours.
func markdownHeading(document, key string, proof *cluster.Proof, verdict string) string {
	warning := ""
	if text := Unverified(proof); text != "" {
		warning = fmt.Sprintf("**Warning:** %s.\n\n", text)
	}
	return fmt.Sprintf("<!-- clusterctl:%s:%s -->\n%s### %s\n\n", document, markerKey(key), warning, verdict)
}

// markerKey is a key as it stands in a comment, which none can end. No two of
// them are alike.
func markerKey(s string) string {
	if len(s) > mostOfName {
		sum := sha256.Sum256([]byte(s))
		s = s[:mostOfName] + hex.EncodeToString(sum[:])
	}
	var b strings.Builder
	last := byte('-')
	for _, c := range []byte(s) {
		if isWordByte(c) || c == '.' || c == '-' && last != '-' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
		last = c
	}
	return b.String()
}

func isWordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// tenantKey is what tells a tenant from others: its name, if it has one.
func tenantKey(t cluster.Tenant) string {
	if t.Org == "" {
		return t.BaseURL
	}
	return t.Org
}

func (m Markdown) tenant(t cluster.Tenant) string {
	return fmt.Sprintf("Tenant %s at %s", m.code(orUnknown(t.Org)), m.code(t.BaseURL))
}
