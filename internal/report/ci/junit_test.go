package ci_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// suites is a test report as GitLab and Jenkins read it, independent of the package.
type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	counts
	Suites []struct {
		Name string `xml:"name,attr"`
		counts
		Cases []struct {
			Class    string     `xml:"classname,attr"`
			Name     string     `xml:"name,attr"`
			Failures []struct{} `xml:"failure"`
			Skipped  []struct{} `xml:"skipped"`
			Unknown  []struct {
				XMLName xml.Name
			} `xml:",any"`
			Output []string `xml:"system-out"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Skipped  int `xml:"skipped,attr"`
}

// check checks what readers rely on: counts that match the cases, one outcome for each, and
// unique pairs of class and name.
func (s suites) check() error {
	var found counts
	seen := map[string]bool{}
	for _, suite := range s.Suites {
		for _, c := range suite.Cases {
			key := c.Class + "\x00" + c.Name
			switch {
			case c.Class == "" || c.Name == "" || seen[key]:
				return fmt.Errorf("class %q, name %q, seen before %t", c.Class, c.Name, seen[key])
			case len(c.Failures)+len(c.Skipped) > 1 || len(c.Unknown) > 0:
				return fmt.Errorf("%s: %d failures, %d skipped, %v", c.Name, len(c.Failures), len(c.Skipped), c.Unknown)
			}
			seen[key] = true
			found.Tests++
			found.Failures += len(c.Failures)
			found.Skipped += len(c.Skipped)
		}
	}
	if len(s.Suites) != 1 || found.Tests == 0 || found != s.counts || found != s.Suites[0].counts {
		return fmt.Errorf("%+v, said to be %+v in %d suites", found, s.counts, len(s.Suites))
	}
	return nil
}

// With any text from a tenant, the report is XML 1.0 that reads back the same.
func TestJUnitReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Just(documents.Hostile), rapid.Just("\x00\x01\ufffe\uffff\xff]]>&<"), rapid.Just("")).Draw(t, "text")
		p, d, r, f := documents.Plan(), documents.Drift(), documents.Result(), documents.Findings()
		p.Changes[4].Name, p.Findings[2].Message, p.Tenant.Org = s, s, s
		d.Items[2].Name, d.Items[2].Message = s, s
		r.Outcomes[2].Name, r.Outcomes[2].Error = s, s
		f[0].Message = s
		isStrict := rapid.Bool().Draw(t, "strict")
		for name, write := range map[string]func(io.Writer) error{
			"plan":        func(w io.Writer) error { return inJUnit().Plan(w, p) },
			"drift":       func(w io.Writer) error { return inJUnit().Drift(w, d) },
			"result":      func(w io.Writer) error { return inJUnit().Result(w, r) },
			"diagnostics": func(w io.Writer) error { return inJUnit()(w, report.OfDiagnostics("t", f, isStrict)) },
			"no findings": func(w io.Writer) error { return inJUnit().Diagnostics(w, nil) },
		} {
			doc := documents.Written(t, write)
			var back suites
			if err := xml.Unmarshal([]byte(doc), &back); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, doc)
			}
			if err := back.check(); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, doc)
			}
		}
	})
}

// Items skipped with --skip-blocked fail no check in any format.
func TestSkippedBlockedItems(t *testing.T) {
	t.Parallel()
	p := planner.Plan{Findings: []planner.Finding{{Kind: planner.Blocked, Name: "va-b", Message: "why"}}}
	for skip, want := range map[bool][2]string{
		false: {`<failure message="why" type="blocked">`, "::error title=blocked va-b::why\n"},
		true:  {`<skipped message="blocked: why">`, "::warning title=blocked va-b::why\n"},
	} {
		for i, write := range []func(io.Writer) error{
			func(w io.Writer) error {
				return inJUnit()(w, report.OfPlan(p, report.PlanOptions{SkipBlocked: skip}))
			},
			func(w io.Writer) error {
				return inGitHub()(w, report.OfPlan(p, report.PlanOptions{SkipBlocked: skip}))
			},
		} {
			if doc := documents.Written(t, write); !strings.Contains(doc, want[i]) {
				t.Errorf("skipped %t: not %s\n%s", skip, want[i], doc)
			}
		}
	}
}

// With --strict a warning is a failure, as for the exit code.
func TestJUnitOfWarnings(t *testing.T) {
	t.Parallel()
	found := documents.Findings()
	for strict, want := range map[bool]string{false: `tests="5" failures="4" skipped="1"`, true: `tests="5" failures="5" skipped="0"`} {
		doc := documents.Written(t, func(w io.Writer) error { return inJUnit()(w, report.OfDiagnostics("t", found, strict)) })
		if !strings.Contains(doc, want) {
			t.Errorf("strict %t: not %s\n%s", strict, want, doc)
		}
	}
}
