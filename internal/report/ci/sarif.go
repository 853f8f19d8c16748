package ci

import (
	"io"
	"net/url"

	"clusterctl/internal/report"
)

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

// SARIF writes a document in the Static Analysis Results Interchange Format, for
// code scanning. What is known is suppressed, and what is in no file only counted:
// a result has to be at one.
func (f Format) SARIF(w io.Writer, d report.Document) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "clusterctl", Version: f.Version, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, r := range d.Rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{r.ID, sarifText{r.Summary}, sarifConfiguration{sarifLevel(r.Level)}})
	}
	for _, i := range d.Items {
		if i.Source != nil {
			run.Results = append(run.Results, f.sarifResult(d, i))
		}
	}
	if notes := sarifNotes(d); notes != nil {
		run.Invocations = []sarifInvocation{{true, notes}}
	}
	return report.JSON(w, sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

func sarifLevel(l report.Level) string {
	if l == report.Notice {
		return "note"
	}
	return l.String()
}

func (f Format) sarifResult(d report.Document, i report.Item) sarifResult {
	message := i.Message // of a finding in a file, which is ours
	if i.Line == "" {
		message = f.cluster(i) + ": " + f.text(i, d.Compares)
	}
	r := sarifResult{
		RuleID: i.Rule, Level: sarifLevel(i.Level), Message: sarifText{message},
		Locations: []sarifLocation{{sarifPhysical{
			Artifact: sarifArtifact{fileURI(f.path(i.Source.File))},
			Region:   sarifRegion{i.Source.Line, i.Source.Column},
		}}},
	}
	if i.Known != nil {
		r.Suppressions = []sarifSuppression{{"external", f.known(i)}}
	}
	return r
}

// sarifNotes are what concerns the run as a whole: an unverified listing, and how
// many clusters are in no file, those that count as drift by themselves.
func sarifNotes(d report.Document) []sarifNotification {
	var notes []sarifNotification
	for _, i := range d.General() {
		notes = append(notes, sarifNotification{sarifLevel(i.Level), sarifText{i.Message}})
	}
	for _, level := range []report.Level{report.Serious, report.Notice} {
		n := 0
		for _, i := range d.Items {
			if i.Source == nil && i.Level == level {
				n++
			}
		}
		if n > 0 {
			notes = append(notes, sarifNotification{sarifLevel(level), sarifText{report.Count(n, "cluster") + " in no file left out (all of them with --output json)"}})
		}
	}
	return notes
}

// fileURI is a path as a URI, relative if the path is.
func fileURI(path string) string {
	return (&url.URL{Path: path}).String()
}
