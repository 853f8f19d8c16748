package report

import (
	"encoding/xml"
	"fmt"
	"io"

	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
)

// JUnit writes documents as a test report, which GitLab, Jenkins and Azure
// Pipelines read. There is always a test case: Jenkins takes a report without one
// for a mistake.
type JUnit struct {
	Masker *mask.Masker
	Paths  Paths
	// SkipBlocked skips the test of a blocked item of a plan, which fails otherwise.
	SkipBlocked bool
}

type junitSuites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suite    junitSuite
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

// junitCase is one test. GitLab and Jenkins recognise it from run to run by its
// class and name.
type junitCase struct {
	Class   string         `xml:"classname,attr"`
	Name    string         `xml:"name,attr"`
	File    string         `xml:"file,attr,omitempty"`
	Failure *junitFailure  `xml:"failure"`
	Skipped *junitSkipping `xml:"skipped"`
	Output  string         `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipping struct {
	Message string `xml:"message,attr"`
}

// junitReport is a report that is being made.
type junitReport struct {
	wording
	paths Paths
	class string
	cases []junitCase
}

func (j JUnit) report(document, key string) *junitReport {
	t := wording{j.Masker}
	class := "clusterctl." + document
	if key != "" {
		class += "." + t.name(key)
	}
	return &junitReport{wording: t, paths: j.Paths, class: class}
}

// add adds a test that passes.
func (r *junitReport) add(name string, source *cluster.Source, output string) *junitCase {
	c := junitCase{Class: r.class, Name: name, Output: output}
	if source != nil {
		c.File = r.name(r.paths.of(source.File))
	}
	r.cases = append(r.cases, c)
	return &r.cases[len(r.cases)-1]
}

// position is file:line:column, and empty where there is none.
func (r *junitReport) position(source *cluster.Source) string {
	if source == nil {
		return ""
	}
	placed := *source
	placed.File = r.paths.of(source.File)
	return r.name(placed.String())
}

// fail makes the test fail, with what it would have put out.
func (c *junitCase) fail(kind, message, position string) {
	text := c.Output
	if position != "" {
		text = position + "\n" + text
	}
	c.Output, c.Failure = "", &junitFailure{Message: message, Type: kind, Text: text}
}

func (c *junitCase) skip(message string) { c.Skipped = &junitSkipping{message} }

// write writes the report. Where there is nothing to report, one test says so.
func (r *junitReport) write(w io.Writer, nothing string) error {
	if len(r.cases) == 0 {
		r.add(nothing, nil, "")
	}
	suite := junitSuite{Name: r.class, Tests: len(r.cases), Cases: r.cases}
	for _, c := range r.cases {
		if c.Failure != nil {
			suite.Failures++
		}
		if c.Skipped != nil {
			suite.Skipped++
		}
	}
	out := &document{to: w}
	fmt.Fprint(out, xml.Header)
	enc := xml.NewEncoder(out)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Name: "clusterctl", Tests: suite.Tests, Failures: suite.Failures, Skipped: suite.Skipped, Suite: suite}); err != nil {
		return err
	}
	fmt.Fprintln(out)
	return out.flush()
}

// Plan writes a test for each change and for each thing that is blocked: whether
// it can be applied.
func (j JUnit) Plan(w io.Writer, p planner.Plan) error {
	r := j.report("plan", tenantKey(p.Tenant))
	r.warn(withUnverified(&p.Proof, p.Warnings))
	for _, c := range p.Changes {
		r.add(fmt.Sprintf("%s %s", c.Action, r.cluster(c.Name, c.ID)), c.Source, r.changes(c))
	}
	for _, f := range p.Findings {
		if f.Kind != planner.Blocked {
			continue
		}
		c := r.add(fmt.Sprintf("apply %s", r.cluster(f.Name, f.ID)), f.Source, r.message(f.Message))
		if j.SkipBlocked {
			c.skip("blocked: " + r.message(f.Message))
		} else {
			c.fail("blocked", r.message(f.Message), r.position(f.Source))
		}
	}
	return r.write(w, "nothing to change")
}

// Drift writes a test for each cluster that is not as declared. What does not
// count is skipped.
func (j JUnit) Drift(w io.Writer, d drift.Report) error {
	r := j.report("drift", tenantKey(d.Tenant))
	r.warn(withUnverified(&d.Proof, nil))
	for _, item := range d.Items {
		name := fmt.Sprintf("%s %s", item.Kind, r.cluster(item.Name, item.ID))
		switch {
		case item.Known != nil:
			r.add(name+", known", item.Source, r.drift(item)).skip(r.known(item))
		case !d.Counts(item):
			r.add(name, item.Source, r.drift(item)).skip("does not count as drift (--strict counts it)")
		default:
			r.add(name, item.Source, r.drift(item)).
				fail(string(item.Kind), name, r.position(item.Source))
		}
	}
	return r.write(w, "no drift")
}

// Result writes a test for each change: whether it is in force.
func (j JUnit) Result(w io.Writer, result applier.Result) error {
	r := j.report("apply", tenantKey(result.Tenant))
	r.warn(withUnverified(result.Proof, result.Warnings))
	for _, o := range result.Outcomes {
		c := r.add(fmt.Sprintf("%s %s", o.Action, r.cluster(o.Name, o.ID)), o.Source, "")
		message := string(o.Outcome)
		if o.Error != "" {
			message += ": " + r.message(o.Error)
		}
		switch {
		case hasFailed(o.Outcome):
			c.fail(string(o.Outcome), message, r.position(o.Source))
		case wasHeldBack(o.Outcome):
			c.skip(message)
		}
	}
	return r.write(w, "nothing to apply")
}

// Diagnostics writes a test for each finding. Those that do not count are
// skipped.
func (j JUnit) Diagnostics(w io.Writer, d Diagnostics) error {
	r := j.report("validate", "")
	for _, f := range d.Diagnostics {
		source := &cluster.Source{File: f.File, Line: f.Line, Column: f.Column}
		message := r.message(withHint(f))
		c := r.add(fmt.Sprintf("%s %s", f.Code, r.position(source)), source, "")
		if f.Severity == desired.Warning && !d.Strict {
			c.skip(message)
		} else {
			c.fail(string(f.Code), message, r.position(source))
		}
	}
	return r.write(w, "no findings")
}
