package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
)

// CodeQuality writes documents as GitLab's code quality report, which a merge
// request shows at file and line. What is in no file has no place in one.
type CodeQuality struct {
	Masker *mask.Masker
	Paths  Paths
}

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

// GitLab's severities that are used here, of five.
const (
	qualityMajor = "major"
	qualityMinor = "minor"
	qualityInfo  = "info"
)

// qualityReport tells issues apart that would have the same fingerprint.
type qualityReport struct {
	wording
	paths  Paths
	issues []qualityIssue
	seen   map[string]int
}

func (c CodeQuality) report() *qualityReport {
	return &qualityReport{wording: wording{c.Masker}, paths: c.Paths, issues: []qualityIssue{}, seen: map[string]int{}}
}

// add adds an issue. What it is recognised by from run to run must not change
// with the line that it is at.
func (r *qualityReport) add(source cluster.Source, check, severity, description string, identity ...string) {
	path := filepath.ToSlash(filepath.Clean(r.paths.of(source.File)))
	key := strings.Join(append([]string{check, path}, identity...), "\x00")
	r.seen[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, r.seen[key]))
	r.issues = append(r.issues, qualityIssue{
		Description: description,
		Check:       check,
		Fingerprint: hex.EncodeToString(sum[:]),
		Severity:    severity,
		Location:    qualityLocation{r.name(path), qualityLines{source.Line}},
	})
}

// Diagnostics writes findings.
func (c CodeQuality) Diagnostics(w io.Writer, d Diagnostics) error {
	r := c.report()
	for _, f := range d.Diagnostics {
		severity := qualityMajor
		if f.Severity == desired.Warning {
			severity = qualityMinor
		}
		r.add(cluster.Source{File: f.File, Line: f.Line}, string(f.Code), severity, r.message(withHint(f)), f.Message)
	}
	return JSON(w, r.issues)
}

// Drift writes what is not as declared, but for what is known.
func (c CodeQuality) Drift(w io.Writer, d drift.Report) error {
	r := c.report()
	for _, item := range d.Items {
		if item.Source == nil || item.Known != nil {
			continue
		}
		severity := qualityInfo
		if d.Counts(item) {
			severity = qualityMajor
		}
		description := fmt.Sprintf("%s %s: %s", item.Kind, r.cluster(item.Name, item.ID), strings.ReplaceAll(r.drift(item), "\n", "; "))
		r.add(*item.Source, driftRule(item.Kind), severity, description, tenantKey(d.Tenant), item.Name, item.ID)
	}
	return JSON(w, r.issues)
}

// driftRule is the name of a kind of drift among those of all tools.
func driftRule(kind cluster.DriftKind) string { return "drift-" + string(kind) }
