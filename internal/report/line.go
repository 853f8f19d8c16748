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

// Masker takes secrets out of a text. A nil one knows none.
type Masker = mask.Masker

// Limited makes texts fit for the formats that cut and escape. A secret is masked
// before either: half of one, or one that was escaped, nobody would recognise.
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

// truncated cuts a text between characters, and adds how long it was.
func truncated(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return fmt.Sprintf("%s… (%d bytes in all)", s[:end], len(s))
}

// MostFields is how many fields of one item the formats with a limit show.
const MostFields = 20

// MoreFields says how many fields are left out of so many.
func MoreFields(all int) string {
	return fmt.Sprintf("… and %s more", Count(all-MostFields, "field"))
}

// None stands for a value that is absent.
const None = "(none)"

// unknown stands for what the tenant did not return in a form that can be read.
const unknown = "?"

func orUnknown(text string) string { return cmp.Or(text, unknown) }

// Remark returns a remark in parentheses behind a blank, or nothing.
func Remark(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// Join joins the texts that are not empty.
func Join(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

// enumerated is "2 failed, 1 unknown" of what there is any.
func enumerated(tallies ...Tally) string {
	var parts []string
	for _, t := range tallies {
		if t.N > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", t.N, t.Label))
		}
	}
	return strings.Join(parts, ", ")
}

// Count is "1 cluster" and "2 clusters".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// allMatch is "1 cluster matches." and "2 clusters match."
func allMatch(n int) string {
	if n == 1 {
		return "1 cluster matches."
	}
	return fmt.Sprintf("%d clusters match.", n)
}

// Stamp is an instant as a machine reads it, too.
func Stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// Moment is an instant as a person reads it.
func Moment(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }

// placeOf is where an item is declared, and empty if it is in no file.
func placeOf(source *cluster.Source) string {
	if source == nil {
		return ""
	}
	return source.String()
}

// tenantKey distinguishes a tenant from others: its name, if it has one.
func tenantKey(t cluster.Tenant) string { return cmp.Or(t.Org, t.BaseURL) }

// Unverified says that a listing is not known to be complete, and nothing of no listing.
func Unverified(listing *cluster.Listing) string {
	if listing == nil || listing.Verified {
		return ""
	}
	return "the listing is not verified: the tenant returned no count"
}
