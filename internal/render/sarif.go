package render

import (
	"net/url"
	"path/filepath"

	"clusterctl/internal/desired"
)

const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://json.schemastore.org/sarif-2.1.0.json"
)

// SARIFLog is findings in the Static Analysis Results Interchange Format.
type SARIFLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
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
	ID            desired.Code       `json:"id"`
	Short         sarifText          `json:"shortDescription"`
	Configuration sarifConfiguration `json:"defaultConfiguration"`
}

type sarifConfiguration struct {
	Level desired.Severity `json:"level"` // SARIF has the same words
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    desired.Code     `json:"ruleId"`
	Level     desired.Severity `json:"level"`
	Message   sarifText        `json:"message"`
	Locations []sarifLocation  `json:"locations"`
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

// SARIF makes a log of findings, with all the rules that were looked for.
func SARIF(version string, found desired.Diagnostics) SARIFLog {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "clusterctl", Version: version, Rules: sarifRules()}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, d := range found {
		run.Results = append(run.Results, sarifResult{
			RuleID: d.Code, Level: d.Severity, Message: sarifText{withHint(d)},
			Locations: []sarifLocation{{sarifPhysical{
				Artifact: sarifArtifact{fileURI(d.File)},
				Region:   sarifRegion{d.Line, d.Column},
			}}},
		})
	}
	return SARIFLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}}
}

func sarifRules() []sarifRule {
	var rules []sarifRule
	for _, r := range desired.Rules() {
		rules = append(rules, sarifRule{r.Code, sarifText{r.Summary}, sarifConfiguration{r.Severity}})
	}
	return rules
}

// fileURI is a path as a URI, relative where the path is.
func fileURI(path string) string {
	return (&url.URL{Path: filepath.ToSlash(path)}).String()
}
