package ci

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"clusterctl/internal/report"
)

type qualityIssue struct {
	Description string          `json:"description"`
	Check       string          `json:"check_name"`
	Fingerprint string          `json:"fingerprint"`
	Severity    string          `json:"severity"`
	Location    qualityLocation `json:"location"`
}

type qualityLocation struct {
	Path  string       `json:"path"`
	Lines qualityLines `json:"lines"`
}

type qualityLines struct {
	Begin int `json:"begin"`
}

// CodeQuality writes a document as GitLab's code quality report, which a merge
// request shows at file and line. What is in no file has no place in one, and what
// is known needs none.
func (f Format) CodeQuality(w io.Writer, d report.Document) error {
	issues, seen := []qualityIssue{}, map[string]int{}
	for _, i := range d.Items {
		if i.Source == nil || i.Known != nil {
			continue
		}
		path := filepath.ToSlash(filepath.Clean(f.path(i.Source.File)))
		// What an issue is recognised by from run to run must not change with the
		// line that it is at.
		key := strings.Join(append([]string{i.Rule, path}, i.Identity...), "\x00")
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		issues = append(issues, qualityIssue{
			Description: f.description(d, i),
			Check:       i.Rule,
			Fingerprint: hex.EncodeToString(sum[:]),
			Severity:    severity(i.Level),
			Location:    qualityLocation{f.Name(path), qualityLines{i.Source.Line}},
		})
	}
	return report.JSON(w, issues)
}

func (f Format) description(d report.Document, i report.Item) string {
	text := strings.ReplaceAll(f.text(i, d.Compares), "\n", "; ")
	if i.Line != "" {
		return text
	}
	return f.subject(i.What, i) + ": " + text
}

// severity is one of GitLab's five.
func severity(l report.Level) string {
	switch l {
	case report.Serious:
		return "major"
	case report.Suspect:
		return "minor"
	default:
		return "info"
	}
}
