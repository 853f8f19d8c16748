package ci

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"

	"clusterctl/internal/report"
)

type junitSuites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Skipped  int      `xml:"skipped,attr"`
	Suites   []junitSuite
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
	Output   string      `xml:"system-out,omitempty"`
}

// junitCase is one test. GitLab and Jenkins recognise it by its class and name.
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

// JUnit writes a document as a test report for GitLab, Jenkins and Azure Pipelines, with a test
// for each item that has one. There is always a test, since Jenkins rejects an empty report.
// The verdict is the output of the suite.
func (f Format) JUnit(w io.Writer, d report.Document) error {
	suites := junitSuites{Name: "clusterctl"}
	for _, part := range d.Parts() {
		suite := f.suite(part)
		suites.Tests, suites.Failures, suites.Skipped = suites.Tests+suite.Tests, suites.Failures+suite.Failures, suites.Skipped+suite.Skipped
		suites.Suites = append(suites.Suites, suite)
	}
	text, err := xml.MarshalIndent(suites, "", "  ")
	if err == nil {
		_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	}
	return err
}

func (f Format) suite(d report.Section) junitSuite {
	suite := junitSuite{Name: "clusterctl." + d.Kind, Output: f.Message(d.Verdict)}
	if d.Kind == "undo" { // both plans have one class
		suite.Name = "clusterctl.plan"
	}
	if key := cmp.Or(d.Name, d.Key()); key != "" {
		suite.Name += "." + f.Name(key)
	}
	for _, i := range d.GeneralFirst() {
		if i.Test.Result != report.NoTest {
			suite.add(f.test(d.Document, i))
		}
	}
	if suite.Tests == 0 {
		suite.add(junitCase{Name: d.Nothing})
	}
	return suite
}

func (s *junitSuite) add(c junitCase) {
	c.Class = s.Name
	s.Cases = append(s.Cases, c)
	s.Tests++
	if c.Failure != nil {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
}

func (f Format) test(d report.Document, i report.Item) junitCase {
	c := junitCase{Name: f.testName(i)}
	if i.Test.Prints {
		c.Output = f.text(i, d.Compares)
	}
	position := ""
	if i.Source != nil {
		c.File = f.Name(f.path(i.Source.File))
		position = f.place(i) + "\n"
	}
	reason := f.Message(i.Test.Reason)
	switch i.Test.Result {
	case report.NoTest, report.Passes:
	case report.Fails: // its text has the output
		c.Failure = &junitFailure{Message: cmp.Or(reason, c.Name), Type: cmp.Or(i.State, i.What), Text: position + c.Output}
		c.Output = ""
	case report.Skips:
		c.Skipped = &junitSkipping{cmp.Or(reason, f.known(i))}
	}
	return c
}

// testName returns the name of a test, which stays the same from run to run.
func (f Format) testName(i report.Item) string {
	name := f.subject(cmp.Or(i.Test.Verb, i.What), i)
	switch {
	case (i.Line != "" || i.IsGeneral) && i.Source != nil:
		return name + " " + f.place(i)
	case i.Accepted != nil:
		return name + ", known"
	default:
		return name
	}
}

// place returns file:line:column.
func (f Format) place(i report.Item) string {
	placed := *i.Source
	placed.File = f.path(placed.File)
	return f.Name(placed.String())
}
