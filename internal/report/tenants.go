package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
)

// TenantRun is the run of one tenant, for a report on several.
type TenantRun struct {
	Name     string
	ExitCode int
	// Document is the report of the run. Without one, Failure says why.
	Document *Document
	Failure  string // one or more lines; empty if nothing failed
	// Findings are the places of the failure in files.
	Findings desired.Diagnostics
}

// tenantsDocument is the JSON report on several tenants.
type tenantsDocument struct {
	FormatVersion string        `json:"formatVersion"`
	Tool          string        `json:"tool"`
	Command       string        `json:"command"`
	Shard         string        `json:"shard,omitempty"`
	Selection     string        `json:"selection,omitempty"`
	Tenants       []tenantEntry `json:"tenants"`
	Summary       tenantSummary `json:"summary"`
}

// tenantEntry has the report of the command as the key of its name.
type tenantEntry struct {
	Name     string `json:"name"`
	ExitCode int    `json:"exitCode"`
	Plan     any    `json:"plan,omitempty"`
	Apply    any    `json:"apply,omitempty"`
	Drift    any    `json:"drift,omitempty"`
	Validate any    `json:"validate,omitempty"`
	Status   any    `json:"status,omitempty"`
	Ping     any    `json:"ping,omitempty"`
	Export   any    `json:"export,omitempty"`
	Error    string `json:"error,omitempty"`
	// Diagnostics are the findings in files that the error is about.
	Diagnostics desired.Diagnostics `json:"diagnostics,omitempty"`
	Rendering   Rendering           `json:"rendering,omitzero"`
}

// tenantSummary adds up the counts of all tenants. Those that the command does not have are
// left out.
type tenantSummary struct {
	Tenants  int  `json:"tenants"`
	Changes  *int `json:"changes,omitempty"`
	Applied  *int `json:"applied,omitempty"`
	Failed   *int `json:"failed,omitempty"`
	Drift    *int `json:"drift,omitempty"`
	Blocked  *int `json:"blocked,omitempty"`
	Denied   *int `json:"denied,omitempty"`
	Warnings *int `json:"warnings,omitempty"`
	Errors   int  `json:"errors"`
	ExitCode int  `json:"exitCode"`
}

// counts returns the counts in the order of the table, which is that of countTitles.
func (s *tenantSummary) counts() []**int {
	return []**int{&s.Changes, &s.Applied, &s.Failed, &s.Drift, &s.Blocked, &s.Denied, &s.Warnings}
}

func countTitles() []string {
	return []string{"change", "applied", "failed", "drift", "blocked", "denied", "warning"}
}

// WorstExit returns the exit code of a run over several tenants: 1 if any is 1, else 4, else 3,
// else 2, else 0.
func WorstExit(codes ...int) int {
	rank := map[int]int{0: 0, 2: 1, 3: 2, 4: 3}
	worst := 0
	for _, code := range codes {
		if rankOf(rank, code) > rankOf(rank, worst) {
			worst = code
		}
	}
	return worst
}

// rankOf returns the rank of a code; an unknown one is an error.
func rankOf(rank map[int]int, code int) int {
	if r, ok := rank[code]; ok {
		return r
	}
	return len(rank)
}

// OfTenants returns the report of a command on several tenants: a table, then a section each.
func OfTenants(r TenantsReport) Document {
	tool, command, runs := r.Tool, r.Command, r.Runs
	data := tenantsDocument{FormatVersion: planner.FormatVersion, Tool: tool, Command: command, Shard: r.Shard, Selection: r.Selection, Tenants: []tenantEntry{}, Summary: summaryFor(command)}
	data.Summary.Tenants = len(runs)
	table := Table{Columns: tenantColumns(data.Summary)}
	d := Document{Kind: command, Tool: tool, Nothing: "no tenants", Comment: Comment{Whole: "the JSON report"}, Sections: []Section{}, Page: Page{Subject: Quoting("%s of %s", commandTitle(command), Count(len(runs), "tenant"))}}
	names := make([]string, 0, len(runs))
	for _, run := range runs {
		section := sectionOf(tool, command, run)
		own := ownCounts(command, section, run)
		data.Summary.add(own)
		data.Tenants = append(data.Tenants, entryOf(run))
		table.Rows = append(table.Rows, tenantRow(own, section, run))
		d.Page.Facts = append(d.Page.Facts, Fact{Term: run.Name, Text: resultOf(own, section, run)})
		d.Sections = append(d.Sections, Section{run.Name, section})
		names = append(names, run.Name)
	}
	d.Data, d.Verdict, d.key = data, data.Summary.verdict(), strings.Join(names, ",")
	d.Page.Tone = toneOf(data.Summary.ExitCode == 0 && data.Summary.pending() == 0, data.Summary.ExitCode != 0 && data.Summary.ExitCode != 2)
	d.Text.Table = &table
	return d.printable()
}

// Section is the report on one of several tenants.
type Section struct {
	Name string
	Document
}

func commandTitle(command string) string {
	return map[string]string{"plan": "Plan", "apply": "Apply", "drift": "Drift", "validate": "Check", "status": "Status", "ping": "Ping", "export": "Export"}[command]
}

// sectionOf returns the report of a run, or a report of its failure.
func sectionOf(tool, command string, run TenantRun) Document {
	if run.Document != nil {
		return *run.Document
	}
	d := Document{Kind: command, Tool: tool, Nothing: "no result", Groups: []Group{{Kind: string(desired.Error), Title: "error", Plural: "errors"}}, Page: Page{Tone: Bad}}
	d.Tenant.Org = run.Name
	if run.Findings != nil {
		found := OfDiagnostics(tool, run.Findings, false)
		d.Items, d.Groups, d.Rules = found.Items, found.Groups, found.Rules
		return d
	}
	for line := range strings.Lines(run.Failure) {
		line = strings.TrimRight(line, "\n")
		d.Items = append(d.Items, Item{
			Kind: string(desired.Error), What: string(desired.Error), Message: line, Line: "error: " + line, IsGeneral: true,
			Level: Serious, Test: Test{Result: Fails, Reason: line},
		})
	}
	return d.printable()
}

// summaryFor returns a summary with zero for each count that a command has.
func summaryFor(command string) (s tenantSummary) {
	has := map[string][]int{"plan": {0, 4, 5}, "apply": {1, 2}, "drift": {3, 4}, "validate": {6}}
	counts := s.counts()
	for _, i := range has[command] {
		*counts[i] = new(int)
	}
	return s
}

// ownCounts returns what one run adds to the summary.
func ownCounts(command string, d Document, run TenantRun) tenantSummary {
	s := summaryFor(command)
	s.ExitCode = run.ExitCode
	switch of := d.Data.(type) {
	case planner.Plan:
		*s.Changes, *s.Blocked, *s.Denied = len(of.Changes), of.Summary.Blocked, of.Summary.Denied
	case drift.Report:
		*s.Drift, *s.Blocked = of.Counted().Total(), of.Summary.Blocked
	case applier.Result:
		*s.Applied, *s.Failed = of.Summary.Applied+of.Summary.Unchanged, of.Summary.NotInForce()
	case diagnosticsDocument:
		*s.Warnings, s.Errors = len(of.Diagnostics.Warnings()), len(of.Diagnostics.Errors())
	}
	if run.ExitCode == 1 || run.ExitCode > 2 && !s.saysWhy() {
		s.Errors = max(s.Errors, 1)
	}
	return s
}

// saysWhy reports whether a count says that a tenant failed or was refused.
func (s *tenantSummary) saysWhy() bool {
	for _, n := range []*int{s.Failed, s.Blocked, s.Denied, &s.Errors} {
		if n != nil && *n > 0 {
			return true
		}
	}
	return false
}

func (s *tenantSummary) add(own tenantSummary) {
	s.Errors, s.ExitCode = s.Errors+own.Errors, WorstExit(s.ExitCode, own.ExitCode)
	all := s.counts()
	for i, n := range own.counts() {
		if *n != nil {
			**all[i] += **n
		}
	}
}

// pending counts changes and drift.
func (s *tenantSummary) pending() (n int) {
	for _, of := range []*int{s.Changes, s.Drift} {
		if of != nil {
			n += *of
		}
	}
	return n
}

// verdict returns the last line, such as "2 tenants: 3 changes, 0 blocked, 0 denied, 1 error."
func (s *tenantSummary) verdict() string {
	var parts []string
	for i, n := range s.counts() {
		if *n != nil {
			parts = append(parts, counted(**n, countTitles()[i]))
		}
	}
	parts = append(parts, counted(s.Errors, "error"))
	return Count(s.Tenants, "tenant") + ": " + strings.Join(parts, ", ") + "."
}

// counted returns a count of a noun, or of what an adjective says.
func counted(n int, word string) string {
	switch word {
	case "change", "warning", "error":
		return Count(n, word)
	default:
		return fmt.Sprintf("%d %s", n, word)
	}
}

func tenantColumns(s tenantSummary) []Column {
	columns := []Column{{Title: "TENANT", Least: 8}}
	for i, n := range s.counts() {
		if *n != nil {
			columns = append(columns, Column{Title: titleOfCount(countTitles()[i]), Right: true})
		}
	}
	return append(columns, Column{Title: "ERRORS", Right: true}, Column{Title: "RESULT", Least: 10})
}

func titleOfCount(word string) string {
	if word == "change" || word == "warning" {
		word += "s"
	}
	return strings.ToUpper(word)
}

func tenantRow(own tenantSummary, d Document, run TenantRun) []Cell {
	row := []Cell{{Text: run.Name}}
	for _, n := range append(own.counts(), new(&own.Errors)) {
		if *n != nil {
			row = append(row, Cell{Text: strconv.Itoa(**n)})
		}
	}
	level := Silent
	if run.ExitCode == 1 || run.ExitCode > 2 {
		level = Serious
	}
	return append(row, Cell{Text: resultOf(own, d, run), Level: level})
}

// resultOf returns one line on a run: why it failed, or else its verdict.
func resultOf(own tenantSummary, d Document, run TenantRun) string {
	failure, _, more := strings.Cut(run.Failure, "\n")
	if more {
		failure += " …"
	}
	if run.Document == nil {
		return cmp.Or(failure, "no result")
	}
	if own.Errors > 0 && d.Kind != "validate" { // the verdict does not know of it
		return cmp.Or(failure, d.Verdict, "failed")
	}
	return cmp.Or(d.Verdict, failure, "done")
}

func entryOf(run TenantRun) tenantEntry {
	e := tenantEntry{Name: run.Name, ExitCode: run.ExitCode, Error: run.Failure}
	if run.Document == nil {
		e.Diagnostics = run.Findings
		return e
	}
	e.Rendering = run.Document.Rendering
	*map[string]*any{
		"plan": &e.Plan, "apply": &e.Apply, "drift": &e.Drift, "validate": &e.Validate, "status": &e.Status, "ping": &e.Ping, "export": &e.Export,
	}[run.Document.Kind] = run.Document.Data
	return e
}

// OfFile returns the report of export: a file as text and as JSON.
func OfFile(tool, kind, text string, data json.RawMessage) Document {
	return Document{Kind: kind, Tool: tool, Data: data, Text: Text{Whole: text}, Rendering: Rendering{Text: text}}
}
