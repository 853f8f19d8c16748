package ci_test

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/testkit/documents"
)

type qualityIssue struct {
	Description string `json:"description"`
	Check       string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

func qualityIssues(t *testing.T, write func(io.Writer) error) []qualityIssue {
	t.Helper()
	var issues []qualityIssue
	if err := json.Unmarshal([]byte(documents.Written(t, write)), &issues); err != nil {
		t.Fatal(err)
	}
	return issues
}

// GitLab needs every field, and merges issues with the same fingerprint. An issue keeps its
// fingerprint when its line moves.
func TestCodeQualityFingerprints(t *testing.T) {
	t.Parallel()
	found := documents.Findings()
	write := func(w io.Writer) error { return inCodeQuality().Diagnostics(w, found) }
	before := qualityIssues(t, write)
	for i := range found {
		found[i].Line += 7
	}
	after := qualityIssues(t, write)
	seen := map[string]bool{}
	for i, issue := range before {
		if issue.Fingerprint != after[i].Fingerprint || seen[issue.Fingerprint] {
			t.Errorf("%d: fingerprint %s, then %s, seen before %t", i, issue.Fingerprint, after[i].Fingerprint, seen[issue.Fingerprint])
		}
		seen[issue.Fingerprint] = true
		if issue.Description == "" || issue.Check == "" || issue.Location.Path == "" || issue.Location.Lines.Begin < 1 ||
			!regexp.MustCompile(`^(info|minor|major|critical|blocker)$`).MatchString(issue.Severity) {
			t.Errorf("%+v", issue)
		}
	}
	if len(before) != 5 {
		t.Errorf("%d issues of 5", len(before))
	}
}

func TestCodeQualityOfNothing(t *testing.T) {
	t.Parallel()
	if got := documents.Written(t, func(w io.Writer) error { return inCodeQuality().Diagnostics(w, nil) }); got != "[]\n" {
		t.Errorf("%q", got)
	}
}

// Every format for pipelines has paths relative to the repository.
func TestPathsInPipelines(t *testing.T) {
	t.Parallel()
	f := ci.Format{Paths: func(file string) string { return "infra/" + file }}
	found := report.OfDiagnostics("t", documents.Findings(), false)
	for name, tt := range map[string]struct {
		write documents.Format
		want  string
	}{
		"github":      {f.GitHub, "file=infra/clusters.yaml,line=4"},
		"junit":       {f.JUnit, `file="infra/clusters.yaml"`},
		"junit names": {f.JUnit, `name="unknown-key infra/clusters.yaml:4:3"`},
		"sarif":       {f.SARIF, `"uri": "infra/clusters.yaml"`},
		"codequality": {f.CodeQuality, `"path": "infra/clusters.yaml"`},
	} {
		if got := documents.Written(t, func(w io.Writer) error { return tt.write(w, found) }); !strings.Contains(got, tt.want) {
			t.Errorf("%s lacks %s:\n%s", name, tt.want, got)
		}
	}
}
