package html_test

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"clusterctl/internal/drift"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

func pageOf(t *testing.T, p pageCase) string {
	t.Helper()
	return documents.Written(t, func(b io.Writer) error { return p.write(b) })
}

// The golden files have everything but style and script, which are the same in all pages.
func TestPages(t *testing.T) {
	t.Parallel()
	for _, p := range pages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			_, body, _ := strings.Cut(pageOf(t, p), "</head>\n")
			body, _, _ = strings.Cut(body, "<script>")
			documents.Golden(t, *update, p.name+".html", body)
		})
	}
}

// element is an element with its attributes.
type element struct {
	tag   string
	attrs map[string]string
}

// elements returns the elements of a page in order, and checks that tags are balanced.
func elements(t *testing.T, page string) []element {
	t.Helper()
	var (
		found []element
		open  []string
	)
	for tokens := html.NewTokenizer(strings.NewReader(page)); ; {
		kind := tokens.Next()
		token := tokens.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %q", open)
			}
			return found
		case html.StartTagToken, html.SelfClosingTagToken:
			attrs := map[string]string{}
			for _, a := range token.Attr {
				attrs[a.Key] = a.Val
			}
			found = append(found, element{token.Data, attrs})
			if kind == html.StartTagToken && !slices.Contains([]string{"meta", "input"}, token.Data) {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes none of %q", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.CommentToken:
			t.Errorf("a comment: %q", token.Data)
		case html.TextToken, html.DoctypeToken:
		}
	}
}

// A page needs nothing from elsewhere, and its policy would block it.
func TestPagesStandAlone(t *testing.T) {
	t.Parallel()
	for _, p := range pages() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			var policy string
			for _, e := range elements(t, pageOf(t, p)) {
				for name := range e.attrs {
					if slices.Contains([]string{"src", "href", "xlink:href", "srcset", "action", "style", "data", "poster", "background"}, name) || strings.HasPrefix(name, "on") {
						t.Errorf("<%s> has %s", e.tag, name)
					}
				}
				if slices.Contains([]string{"link", "img", "a", "iframe", "object", "base", "use", "image"}, e.tag) {
					t.Errorf("there is <%s>", e.tag)
				}
				if e.attrs["http-equiv"] == "Content-Security-Policy" {
					policy = e.attrs["content"]
				}
			}
			if !strings.HasPrefix(policy, "default-src 'none'; ") {
				t.Errorf("the policy is %q", policy)
			}
		})
	}
}

// The policy allows exactly the style and script of the page.
func TestPolicyNamesTheStyleAndTheScript(t *testing.T) {
	t.Parallel()
	page := pageOf(t, pages()[0])
	for _, tag := range []string{"style", "script"} {
		_, rest, _ := strings.Cut(page, "<"+tag+">")
		inside, _, _ := strings.Cut(rest, "</"+tag+">")
		sum := sha256.Sum256([]byte(inside))
		want := html.EscapeString(tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
		if !strings.Contains(page, strings.ReplaceAll(want, "+", "&#43;")) {
			t.Errorf("the policy does not name the %s", tag)
		}
	}
}

// Hostile text stays text: the page has the same elements and attributes as one with harmless
// names.
func TestHostileTextAddsNoMarkup(t *testing.T) {
	t.Parallel()
	tame := func(name string) []element {
		return elements(t, pageOf(t, pageCase{"", func(w io.Writer) error { return inHTML().Plan(w, named(name)) }}))
	}
	want := tame("va")
	for _, name := range hostileNames() {
		if diff := cmp.Diff(want, tame(name), cmp.AllowUnexported(element{})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringOf(rapid.RuneFrom([]rune("<>\"'&;/={}`$ -!\x00\u202eab"))).Draw(r, "name")
		if diff := cmp.Diff(want, tame(name+"x"), cmp.AllowUnexported(element{})); diff != "" {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// named returns a plan in which everything has this name.
func named(name string) planner.Plan {
	p := hostilePlan()
	p.Changes, p.Findings = p.Changes[:1], p.Findings[:2]
	p.Tenant.Org, p.Tenant.BaseURL, p.Digest, p.Tool = name, name, name, name
	c := &p.Changes[0]
	c.Action, c.Name, c.ID, c.Source.File = planner.Action(name), name, name, name
	c.Diff = []jsonpatch.Edit{{Path: name, Before: jsonString(name), After: []byte(name)}}
	for i := range p.Findings {
		p.Findings[i].Name, p.Findings[i].ID, p.Findings[i].Message = name, name, name
	}
	p.Findings[0].Kind = planner.FindingKind(name)
	return p
}

func TestHiddenCharactersAreWrittenOut(t *testing.T) {
	t.Parallel()
	page := pageOf(t, pageCase{"", func(w io.Writer) error { return inHTML().Plan(w, hostilePlan()) }})
	if strings.ContainsAny(page, "\u202e\u202c\u200b\x1b\x00\ufffd") {
		t.Error("a hidden character got through")
	}
	if !strings.Contains(page, `va-\u202egnitset\u202c\u001b[2J\u200b\u0000`) {
		t.Error("the hidden characters cannot be read")
	}
}

// What fails a check comes first, then waivers and deletes.
func TestRefusalsAndDeletesComeFirst(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, e := range elements(t, pageOf(t, pages()[0])) {
		if kind, ok := e.attrs["data-kind"]; ok {
			kinds = append(kinds, kind)
		}
	}
	want := []string{"denied", "blocked", "waived", "delete", "create", "update", "set-log", "unmanaged", "ignored", "satisfied"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each kind of item that a plan has is one that a page knows.
func TestKindsOfAPlanAreKnown(t *testing.T) {
	t.Parallel()
	rehearsed := pagePlan()
	rehearsed.Rehearsal = new(planner.Rehearsal)
	for _, group := range report.OfPlan(rehearsed, report.PlanOptions{}).Groups {
		p := planner.Plan{Findings: []planner.Finding{{Kind: planner.FindingKind(group.Kind), Name: "va", Message: "why"}}}
		if page := pageOf(t, pageCase{"", func(w io.Writer) error { return inHTML().Plan(w, p) }}); strings.Contains(page, `data-kind="other"`) {
			t.Errorf("%s is not known", group.Kind)
		}
	}
}

// With any history, the chart stays within its frame.
func TestChartStaysInItsFrame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		count := rapid.IntRange(0, 1_000_000)
		instant := rapid.Custom(func(r *rapid.T) time.Time {
			return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(r, "second"), 0)
		})
		events := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) report.Event {
			e := report.Event{At: instant.Draw(r, "at")}
			if rapid.Bool().Draw(r, "isReport") {
				e.Drift = &drift.Report{
					Strict:  rapid.Bool().Draw(r, "wasStrict"),
					Summary: drift.Summary{Changed: count.Draw(r, "changed"), Missing: count.Draw(r, "missing"), Lapsed: count.Draw(r, "lapsed")},
				}
			} else {
				e.Run = &receipt.Summary{Applied: count.Draw(r, "applied")}
			}
			return e
		}), 1, 30).Draw(r, "events")
		d := drift.Report{CreatedAt: instant.Draw(r, "now"), Strict: rapid.Bool().Draw(r, "strict")}
		page := pageOf(t, pageCase{"", func(w io.Writer) error {
			return inHTML()(w, report.OfDrift(d, report.DriftOptions{Matching: 305, History: events}))
		}})
		for _, e := range elements(t, page) {
			checkInFrame(r, e)
		}
	})
}

func checkInFrame(r *rapid.T, e element) {
	x, isPlaced := number(r, e, "x")
	if !isPlaced || e.tag != "rect" && e.tag != "text" {
		return
	}
	y, _ := number(r, e, "y")
	width, _ := number(r, e, "width")
	height, _ := number(r, e, "height")
	if x < 0 || y < 0 || x+width > 960 || y+height > 262 || width < 0 || height < 0 {
		r.Errorf("<%s> is not in the frame: %v", e.tag, e.attrs)
	}
}

func number(r *rapid.T, e element, name string) (int, bool) {
	value, ok := e.attrs[name]
	if !ok {
		return 0, false
	}
	n := 0
	for _, digit := range strings.TrimPrefix(value, "-") {
		if digit < '0' || digit > '9' || n > math.MaxInt32 {
			r.Fatalf("%s=%q", name, value)
		}
		n = n*10 + int(digit-'0')
	}
	if strings.HasPrefix(value, "-") {
		n = -n
	}
	return n, true
}

// Ticks show hours if all days would be the same.
func TestTicksOfAChart(t *testing.T) {
	t.Parallel()
	for span, want := range map[time.Duration]struct {
		label string
		count int
	}{
		5 * time.Hour: {"11-22 03:00", 5}, 6 * time.Hour: {"11-22 00:00", 2}, 23 * time.Hour: {"11-21 06:00", 4}, 4 * 24 * time.Hour: {"2026-11-20", 4},
	} {
		d := pageDrift()
		events := []report.Event{{At: d.CreatedAt.Add(-span), Drift: &d}}
		page := documents.Written(t, func(w io.Writer) error { return inHTML()(w, report.OfDrift(d, report.DriftOptions{History: events})) })
		if n := strings.Count(page, `<line class="tick"`); !strings.Contains(page, ">"+want.label+"</text>") || n != want.count {
			t.Errorf("%s: %d ticks, want %d, or none is %s", span, n, want.count, want.label)
		}
	}
}

func TestPagePassesErrorsOn(t *testing.T) {
	t.Parallel()
	if err := inHTML().Plan(documents.Broken{}, pagePlan()); err == nil {
		t.Error("no error")
	}
}

// The scale of a chart has at least one step, and every bar is visible.
func TestScaleOfAChart(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		before, now int
		labels      []string
		heights     []string
	}{
		{0, 0, []string{"0", "1"}, nil},
		{1, 0, []string{"0", "1"}, []string{"170"}},
		{2, 1, []string{"0", "1", "2"}, []string{"170", "85"}},
		{5, 1, []string{"0", "1", "2", "3", "4", "5"}, []string{"170", "34"}},
		{6, 3, []string{"0", "2", "4", "6"}, []string{"170", "85"}},
		{1_000_000, 1, []string{"0", "200000", "400000", "600000", "800000", "1000000"}, []string{"170", "1"}},
	} {
		now := drift.Report{CreatedAt: morning(2), Summary: drift.Summary{Changed: tt.now}}
		events := []report.Event{{At: morning(1), Drift: &drift.Report{Summary: drift.Summary{Changed: tt.before}}}}
		page := documents.Written(t, func(w io.Writer) error { return inHTML()(w, report.OfDrift(now, report.DriftOptions{History: events})) })
		var labels, heights []string
		for _, m := range regexp.MustCompile(`class="y"[^>]*>(\d+)</text>|<rect[^>]* height="(\d+)"`).FindAllStringSubmatch(page, -1) {
			if m[1] != "" {
				labels = append(labels, m[1])
			} else {
				heights = append(heights, m[2])
			}
		}
		if diff := cmp.Diff([][]string{tt.labels, tt.heights}, [][]string{labels, heights}); diff != "" {
			t.Errorf("%d, then %d (-want +got):\n%s", tt.before, tt.now, diff)
		}
	}
}
