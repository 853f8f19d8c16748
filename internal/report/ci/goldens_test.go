package ci_test

import (
	"flag"
	"io"
	"testing"

	"clusterctl/internal/report/ci"
	"clusterctl/internal/testkit/documents"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func inGitHub() documents.Format {
	return ci.Format{}.GitHub
}

func inJUnit() documents.Format {
	return ci.Format{}.JUnit
}

func inSARIF() documents.Format { return ci.Format{Version: "1.2.3"}.SARIF }

func inCodeQuality() documents.Format { return ci.Format{}.CodeQuality }

func TestGoldens(t *testing.T) {
	t.Parallel()
	gh, ju, sarif, quality := inGitHub(), inJUnit(), inSARIF(), inCodeQuality()
	for name, write := range map[string]func(io.Writer) error{
		"plan.github":                  func(w io.Writer) error { return gh.Plan(w, documents.Plan()) },
		"plan.junit.xml":               func(w io.Writer) error { return ju.Plan(w, documents.Plan()) },
		"plan-empty.junit.xml":         func(w io.Writer) error { return ju.Plan(w, documents.EmptyPlan()) },
		"drift.github":                 func(w io.Writer) error { return gh.Drift(w, documents.Drift()) },
		"drift.junit.xml":              func(w io.Writer) error { return ju.Drift(w, documents.Drift()) },
		"drift-strict.junit.xml":       func(w io.Writer) error { return ju.Drift(w, documents.StrictDrift()) },
		"drift.sarif":                  func(w io.Writer) error { return sarif.Drift(w, documents.Drift()) },
		"drift.codequality.json":       func(w io.Writer) error { return quality.Drift(w, documents.Drift()) },
		"comparison.github":            func(w io.Writer) error { return gh.Comparison(w, documents.Comparison()) },
		"comparison.junit.xml":         func(w io.Writer) error { return ju.Comparison(w, documents.Comparison()) },
		"result.github":                func(w io.Writer) error { return gh.Result(w, documents.Result()) },
		"result.junit.xml":             func(w io.Writer) error { return ju.Result(w, documents.Result()) },
		"diagnostics.github":           func(w io.Writer) error { return gh.Diagnostics(w, documents.Findings()) },
		"diagnostics.junit.xml":        func(w io.Writer) error { return ju.Diagnostics(w, documents.Findings()) },
		"diagnostics.sarif":            func(w io.Writer) error { return sarif.Diagnostics(w, documents.Findings()) },
		"diagnostics.codequality.json": func(w io.Writer) error { return quality.Diagnostics(w, documents.Findings()) },
	} {
		documents.Golden(t, *update, name, documents.Written(t, write))
	}
}

func TestBrokenOutput(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]documents.Format{"github": inGitHub(), "junit": inJUnit(), "sarif": inSARIF(), "codequality": inCodeQuality()} {
		if err := format.Drift(documents.Broken{}, documents.Drift()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
