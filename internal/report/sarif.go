package report

import (
	"fmt"
	"io"
	"net/url"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/mask"
)

// SARIF writes documents in the Static Analysis Results Interchange Format, for
// code scanning.
type SARIF struct {
	Version string // of the program
	Masker  *mask.Masker
	Paths   Paths
}

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://json.schemastore.org/sarif-2.1.0.json"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations,omitempty"`
	ColumnKind  string            `json:"columnKind"`
	Results     []sarifResult     `json:"results"`
}

// sarifInvocation tells what has no place in a file, and so is no result.
type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID            string             `json:"id"`
	Short         sarifText          `json:"shortDescription"`
	Configuration sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn"`
}

// Diagnostics writes findings, with all the rules that were looked for.
func (s SARIF) Diagnostics(w io.Writer, d Diagnostics) error {
	var rules []sarifRule
	for _, r := range desired.Rules() {
		rules = append(rules, newRule(string(r.Code), r.Summary, string(r.Severity))) // SARIF has the same words
	}
	run := s.run(rules)
	for _, f := range d.Diagnostics {
		source := cluster.Source{File: f.File, Line: f.Line, Column: f.Column}
		run.Results = append(run.Results, s.result(string(f.Code), string(f.Severity), withHint(f), source))
	}
	return s.write(w, run)
}

// Drift writes where a tenant left its files. What is known is suppressed, and
// what is in no file only counted: a result has to be at one.
func (s SARIF) Drift(w io.Writer, d drift.Report) error {
	t := wording{s.Masker}
	run := s.run(driftRules(d))
	for _, item := range d.Items {
		if item.Source == nil {
			continue
		}
		message := fmt.Sprintf("%s: %s", t.cluster(item.Name, item.ID), t.drift(item))
		result := s.result(driftRule(item.Kind), driftLevel(d.Counts(item)), message, *item.Source)
		if item.Known != nil {
			result.Suppressions = []sarifSuppression{{"external", t.known(item)}}
		}
		run.Results = append(run.Results, result)
	}
	if notes := driftNotifications(d); notes != nil {
		run.Invocations = []sarifInvocation{{true, notes}}
	}
	return s.write(w, run)
}

// driftNotifications are what concerns the run as a whole: an unverified listing, and
// how many clusters are in no file, those that count as drift by themselves.
func driftNotifications(d drift.Report) []sarifNotification {
	var notes []sarifNotification
	if warning := Unverified(&d.Proof); warning != "" {
		notes = append(notes, sarifNotification{"warning", sarifText{warning}})
	}
	for _, counts := range []bool{true, false} {
		n := 0
		for _, item := range d.Items {
			if item.Source == nil && d.Counts(item) == counts {
				n++
			}
		}
		if n > 0 {
			notes = append(notes, sarifNotification{driftLevel(counts), sarifText{Count(n, "cluster") + " in no file left out (all of them with --output json)"}})
		}
	}
	return notes
}

func driftRules(d drift.Report) []sarifRule {
	level := func(kind cluster.DriftKind) string { return driftLevel(d.Counts(drift.Item{Kind: kind})) }
	return []sarifRule{
		newRule(driftRule(cluster.DriftBlocked), "a cluster that differs in a way that apply refuses to change", level(cluster.DriftBlocked)),
		newRule(driftRule(cluster.DriftChanged), "a cluster that is not as declared", level(cluster.DriftChanged)),
		newRule(driftRule(cluster.DriftLapsed), "a log configuration that has ended", level(cluster.DriftLapsed)),
		newRule(driftRule(cluster.DriftMissing), "a declared cluster that is not there", level(cluster.DriftMissing)),
		newRule(driftRule(cluster.DriftUnmanaged), "a cluster that no file declares", level(cluster.DriftUnmanaged)),
	}
}

func driftLevel(counts bool) string {
	if counts {
		return "error"
	}
	return "note"
}

func newRule(id, summary, level string) sarifRule {
	return sarifRule{id, sarifText{summary}, sarifConfiguration{level}}
}

func (s SARIF) run(rules []sarifRule) sarifRun {
	return sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "clusterctl", Version: s.Version, Rules: rules}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
}

func (s SARIF) result(rule, level, message string, source cluster.Source) sarifResult {
	return sarifResult{
		RuleID: rule, Level: level, Message: sarifText{message},
		Locations: []sarifLocation{{sarifPhysical{
			Artifact: sarifArtifact{fileURI(s.Paths.of(source.File))},
			Region:   sarifRegion{source.Line, source.Column},
		}}},
	}
}

func (s SARIF) write(w io.Writer, run sarifRun) error {
	return JSON(w, sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

// fileURI is a path as a URI, relative where the path is.
func fileURI(path string) string {
	return (&url.URL{Path: path}).String()
}
