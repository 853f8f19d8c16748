package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/mask"
)

// The most bytes that formats with a limit show of one text.
const (
	mostOfName    = 200
	mostOfValue   = 400
	mostOfMessage = 600
)

// Masker removes secrets from a text. A nil Masker knows none.
type Masker = mask.Masker

// Limited prepares texts for the formats that cut and escape. It masks secrets before both:
// half a secret, or an escaped one, would not be recognised.
type Limited struct{ Masker *Masker }

// Name returns a name as one printable line.
func (l Limited) Name(s string) string { return l.line(s, mostOfName) }

// Message returns a message as one printable line.
func (l Limited) Message(s string) string { return l.line(s, mostOfMessage) }

// Value returns a value as one printable line.
func (l Limited) Value(s string) string { return l.line(s, mostOfValue) }

func (l Limited) line(s string, most int) string {
	s = l.Masker.Text(s)
	return escape.Text(truncated(strings.ToValidUTF8(s, "\uFFFD"), most))
}

// truncated cuts a text between characters and adds its length.
func truncated(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes in total)", s[:end], len(s))
}

// MostFields is how many fields of an item the formats with a limit show.
const MostFields = 20

// MoreFields says how many of all fields are not shown.
func MoreFields(all int) string {
	return fmt.Sprintf("… and %s more", Count(all-MostFields, "field"))
}

// None stands for a value that is absent.
const None = "(none)"

// unknown stands for what the tenant did not return in a readable form.
const unknown = "?"

func orUnknown(text string) string { return cmp.Or(text, unknown) }

// Remark returns a remark in parentheses after a space, or nothing.
func Remark(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// Join joins the non-empty texts.
func Join(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

// enumerated returns "2 failed, 1 unknown", without zeros.
func enumerated(tallies ...Tally) string {
	var parts []string
	for _, t := range tallies {
		if t.N > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t.N, t.Label))
		}
	}
	return strings.Join(parts, ", ")
}

// Count returns "1 cluster" or "2 clusters".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// allMatch returns "1 cluster matches." or "2 clusters match."
func allMatch(n int) string {
	if n == 1 {
		return "1 cluster matches."
	}
	return fmt.Sprintf("%d clusters match.", n)
}

// Stamp formats an instant for people and machines.
func Stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Moment formats an instant for people.
func Moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }

// placeOf returns where an item is declared; empty if it is in no file.
func placeOf(source *cluster.Source) string {
	if source == nil {
		return ""
	}
	return source.String()
}

// tenantKey identifies a tenant among others: by its name, or else by its address. A sandbox
// must not be taken for the tenant of its name.
func tenantKey(t cluster.Tenant) string {
	if sandboxOf(t) != "" {
		return tenantName(t)
	}
	return cmp.Or(t.Org, t.BaseURL)
}

// sandboxOf returns the directory of an embedded tenant. No digest covers it, so a saved plan
// for another address must not call itself one for a sandbox.
func sandboxOf(t cluster.Tenant) string {
	if !strings.HasPrefix(t.BaseURL, "http://localhost/") {
		return ""
	}
	return t.Sandbox
}

// tenantName returns the name of a tenant for a title.
func tenantName(t cluster.Tenant) string {
	if dir := sandboxOf(t); dir != "" {
		return "sandbox " + dir
	}
	return orUnknown(t.Org)
}

// tenantAddress names a tenant and its address in a sentence.
func tenantAddress(t cluster.Tenant) Phrase {
	if dir := sandboxOf(t); dir != "" {
		return Quoting("sandbox %s", dir)
	}
	return Quoting("tenant %s at %s", orUnknown(t.Org), t.BaseURL)
}

// matching returns "1 matches" or "2 match"; empty for 0.
func matching(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 matches"
	}
	return fmt.Sprintf("%d match", n)
}

// Unverified returns the warning about an unverified listing; empty if listing is nil.
func Unverified(listing *cluster.Listing) string {
	if listing == nil || listing.Verified {
		return ""
	}
	return "the listing is not verified: the tenant did not return how many clusters it has, so some may be missing"
}
