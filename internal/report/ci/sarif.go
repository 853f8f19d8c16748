package ci

import (
	"io"
	"net/url"
	"slices"

	"clusterctl/internal/report"
)

// The parts of the Static Analysis Results Interchange Format that this program uses.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Automation  *sarifAutomation  `json:"automationDetails,omitempty"`
		Invocations []sarifInvocation `json:"invocations,omitempty"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	// sarifAutomation distinguishes the runs of several tenants.
	sarifAutomation struct {
		ID string `json:"id"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID            string    `json:"id"`
		Short         sarifText `json:"shortDescription"`
		Configuration struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	// sarifInvocation has what is in no file: a result needs a location.
	sarifInvocation struct {
		Successful    bool        `json:"executionSuccessful"`
		Notifications []sarifNote `json:"toolExecutionNotifications"`
	}
	sarifNote struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    [1]sarifLocation   `json:"locations"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				Line   int `json:"startLine"`
				Column int `json:"startColumn"`
			} `json:"region"`
		} `json:"physicalLocation"`
	}
)

// SARIF writes a document in the Static Analysis Results Interchange Format, for code
// scanning. Accepted drift is suppressed. Items in no file are only counted: a result needs a
// location.
func (f Format) SARIF(w io.Writer, d report.Document) error {
	log := sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{}}
	for _, part := range d.Parts() {
		log.Runs = append(log.Runs, f.sarifRun(part))
	}
	return report.JSON(w, log)
}

func (f Format) sarifRun(d report.Section) sarifRun {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{"clusterctl", f.Version, []sarifRule{}}
	if d.Name != "" {
		run.Automation = &sarifAutomation{"clusterctl/" + d.Kind + "/" + d.Name + "/"}
	}
	for _, r := range d.Rules {
		rule := sarifRule{ID: r.ID, Short: sarifText{r.Summary}}
		rule.Configuration.Level = sarifLevel(r.Level)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
	}
	for _, i := range d.Items {
		if i.Source != nil {
			run.Results = append(run.Results, f.sarifResult(d.Document, i))
		}
	}
	if notes := f.sarifNotes(d.Document); notes != nil {
		run.Invocations = []sarifInvocation{{!hasFailed(d.Document), notes}}
	}
	return run
}

// hasFailed reports whether a document is about a failure instead of a tenant.
func hasFailed(d report.Document) bool {
	return slices.ContainsFunc(d.Items, func(i report.Item) bool { return i.Line != "" && i.Source == nil && i.Level == report.Serious })
}

func sarifLevel(l report.Level) string {
	if l == report.Notice {
		return "note"
	}
	return l.String()
}

func (f Format) sarifResult(d report.Document, i report.Item) sarifResult {
	message := i.Message // of a finding of validate
	if i.Line == "" {
		message = f.cluster(i) + ": " + f.text(i, d.Compares)
	}
	r := sarifResult{RuleID: i.Rule, Level: sarifLevel(i.Level), Message: sarifText{message}}
	at := &r.Locations[0].Physical
	at.Artifact.URI = (&url.URL{Path: f.path(i.Source.File)}).String() // relative if the path is
	at.Region.Line, at.Region.Column = i.Source.Line, i.Source.Column
	if i.Accepted != nil {
		r.Suppressions = []sarifSuppression{{"external", f.known(i)}}
	}
	return r
}

// sarifNotes are about the run as a whole: an unverified listing, findings without a place, and how many clusters are in
// no file, as errors if they count as drift.
func (f Format) sarifNotes(d report.Document) []sarifNote {
	var notes []sarifNote
	for _, notice := range d.Notices() {
		notes = append(notes, sarifNote{"warning", sarifText{f.Message(notice.Message)}})
	}
	for _, i := range d.Items {
		if i.Source == nil && i.Line != "" {
			notes = append(notes, sarifNote{sarifLevel(i.Level), sarifText{i.Message}})
		}
	}
	for _, level := range []report.Level{report.Serious, report.Notice} {
		n := 0
		for _, i := range d.Items {
			if i.Source == nil && i.Line == "" && i.Level == level {
				n++
			}
		}
		if n > 0 {
			notes = append(notes, sarifNote{sarifLevel(level), sarifText{report.Count(n, "cluster") + " not in your files (list all with --output json)"}})
		}
	}
	return notes
}
