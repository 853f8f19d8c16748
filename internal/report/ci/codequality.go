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

// CodeQuality writes a document as GitLab's code quality report, which a merge request shows
// at file and line. Items in no file have no line, and accepted drift needs none.
func (f Format) CodeQuality(w io.Writer, d report.Document) error {
	issues, seen := []qualityIssue{}, map[string]int{}
	for _, part := range d.Parts() {
		issues = append(issues, f.issues(part, seen)...)
	}
	return report.JSON(w, issues)
}

// issues returns the issues of a document. seen counts those with the same key so far.
func (f Format) issues(d report.Section, seen map[string]int) (issues []qualityIssue) {
	for _, i := range d.Items {
		if i.Source == nil || i.Accepted != nil {
			continue
		}
		path := filepath.ToSlash(filepath.Clean(f.path(i.Source.File)))
		// GitLab recognises an issue by its fingerprint, which must not change with its line.
		key := strings.Join(append([]string{i.Rule, path}, i.Identity...), "\x00")
		if d.Name != "" {
			key += "\x00" + d.Name
		}
		seen[key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
		issue := qualityIssue{
			Description: inTenant(d.Name, f.description(d.Document, i)), Check: i.Rule, Fingerprint: hex.EncodeToString(sum[:]),
			Severity: map[report.Level]string{report.Serious: "major", report.Suspect: "minor", report.Notice: "info"}[i.Level],
		}
		issue.Location.Path, issue.Location.Lines.Begin = f.Name(path), i.Source.Line
		issues = append(issues, issue)
	}
	return issues
}

// inTenant puts the name of one of several tenants in front of a text.
func inTenant(name, text string) string {
	if name == "" {
		return text
	}
	return name + ": " + text
}

func (f Format) description(d report.Document, i report.Item) string {
	text := strings.ReplaceAll(f.text(i, d.Compares), "\n", "; ")
	if i.Line != "" {
		return text
	}
	return f.subject(i.What, i) + ": " + text
}
