package ci_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

var annotationLine = regexp.MustCompile(`^::(error|warning|notice) (file=[^:,]*,line=\d+,col=\d+,)?title=[^:,]*::[^\r\n]+$`)

// No text from a tenant can begin a workflow command or end a property.
func TestAnnotationsAreOneLineEach(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Just("a\n::set-env name=PATH::x\r\n%0A::,:")).Draw(t, "text")
		p := documents.Plan()
		p.Changes[1].Name, p.Changes[1].Source = s, documents.At(1)
		p.Changes[1].Source.File = s
		p.Findings[0].Message = s
		for line := range strings.Lines(documents.Written(t, func(w io.Writer) error { return inGitHub().Plan(w, p) })) {
			if !annotationLine.MatchString(strings.TrimSuffix(line, "\n")) && s != "" {
				t.Fatalf("%q", line)
			}
		}
	})
}

// GitHub shows ten of a level; the last notice counts the others.
func TestAnnotationsAreTheGravest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ blocked, deletes, creates int }{
		{0, 0, 0}, {10, 10, 10}, {11, 0, 0}, {0, 11, 9}, {0, 0, 11}, {300, 200, 100}, {12, 0, 10},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			t.Parallel()
			p := planner.Plan{Listing: cluster.Listing{Verified: true}}
			for range tt.creates {
				p.Changes = append(p.Changes, planner.Change{Action: planner.Create, Name: "c"})
			}
			for range tt.deletes {
				p.Changes = append(p.Changes, planner.Change{Action: planner.Delete, Name: "d"})
			}
			for range tt.blocked {
				p.Findings = append(p.Findings, planner.Finding{Kind: planner.Blocked, Name: "b", Message: "m"})
			}
			doc := documents.Written(t, func(w io.Writer) error { return inGitHub().Plan(w, p) })
			errors, warnings, notices := strings.Count(doc, "::error"), strings.Count(doc, "::warning"), strings.Count(doc, "::notice")
			last := strings.Contains(doc, " not shown (list all with --output json)\n")
			want := tt.blocked > 10 || tt.deletes > 10 || tt.creates+1 > 10 // with the verdict
			if errors > 10 || warnings > 10 || notices > 10 || last != want {
				t.Errorf("%d errors, %d warnings, %d notices, says that there are more: %t", errors, warnings, notices, last)
			}
			if want { // the last notice counts the others
				var counts []string
				for _, c := range []struct {
					n    int
					noun string
				}{{tt.blocked - errors, "error"}, {tt.deletes - warnings, "warning"}, {tt.creates + 2 - notices, "notice"}} {
					if c.n > 0 {
						counts = append(counts, report.Count(c.n, c.noun))
					}
				}
				said := "::" + strings.Join(counts, ", ") + " not shown"
				if !strings.Contains(doc, said) {
					t.Errorf("not %q:\n%s", said, doc[strings.LastIndex(doc, "::notice"):])
				}
			} else if errors != tt.blocked || warnings != tt.deletes || notices != tt.creates+1 {
				t.Errorf("%d errors, %d warnings, %d notices", errors, warnings, notices)
			}
		})
	}
}

func findings() desired.Diagnostics {
	return desired.Diagnostics{
		{File: "a,b:c%.yaml", Line: 3, Column: 7, Severity: desired.Error, Code: "unknown-key", Message: "unknown key \"50%\"", Hint: "did you mean \"x\"?"},
		{File: "<stdin>", Line: 1, Column: 1, Severity: desired.Warning, Code: "unknown-type", Message: "unknown type \"a, b\""},
	}
}

func TestAnnotations(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := inGitHub().Diagnostics(&out, findings()); err != nil {
		t.Fatal(err)
	}
	want := "::notice title=validate::Findings: 1 error, 1 warning.\n" +
		"::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=unknown-key::unknown key \"50%25\" (did you mean \"x\"?)\n" +
		"::warning file=<stdin>,line=1,col=1,title=unknown-type::unknown type \"a, b\"\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Items about the whole document come before more serious ones.
func TestAnnotationsInGeneralComeFirst(t *testing.T) {
	t.Parallel()
	p := planner.Plan{
		Warnings: []planner.Warning{{Code: "a", Message: "first"}, {Code: "b", Message: "second"}},
		Findings: []planner.Finding{{Kind: planner.Unmanaged, Name: "va", Message: "fifth"}, {Kind: planner.Blocked, Name: "va", Message: "third"}},
		Changes:  []planner.Change{{Action: planner.Delete, Name: "va"}},
	}
	for _, verified := range []bool{true, false} {
		p.Listing.Verified = verified
		want := "::notice title=Plan for ?::Plan: 0 to create, 0 to update, 0 log configs to set, 0 to delete.\n" +
			"::warning title=warning::first\n::warning title=warning::second\n::error title=blocked va::third\n" +
			"::warning title=delete va::with no clients or services attached\n::notice title=unmanaged va::fifth\n"
		if !verified {
			want = "::warning title=warning::the listing is not verified: the tenant did not return how many clusters it has, so some may be missing\n" + want
		}
		if got := documents.Written(t, func(w io.Writer) error { return inGitHub().Plan(w, p) }); got != want {
			t.Errorf("verified %t: got\n%s", verified, got)
		}
	}
	p = planner.Plan{Warnings: p.Warnings}
	p.Listing.Verified = true
	if got := documents.Written(t, func(w io.Writer) error { return inGitHub().Plan(w, p) }); strings.Count(got, "\n") != 3 {
		t.Errorf("of warnings alone:\n%s", got)
	}
}
