package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/drift"
	"clusterctl/internal/jsonread"
	"clusterctl/internal/planner"
)

// Rendering is what the formats need besides the JSON document of a tenant.
type Rendering struct {
	Matching      *int      `json:"matching,omitempty"` // declared clusters that match
	Sources       []*Source `json:"sources,omitempty"`  // of the changes of an apply
	Strict        bool      `json:"strict,omitempty"`
	SkipBlocked   bool      `json:"skipBlocked,omitempty"`
	ListUnmanaged bool      `json:"listUnmanaged,omitempty"`
	Unverified    string    `json:"unverified,omitempty"`
	Text          string    `json:"text,omitempty"` // what a text has in place of the document, or after a plan
}

// TenantsReport is a report on several tenants that was read.
type TenantsReport struct {
	Name    string // of the file
	Tool    string
	Command string
	Shard   string // I/N, or empty for all tenants
	// Selection is that of the tenants of all shards; empty without shards.
	Selection string
	Runs      []TenantRun
}

// IsTenants reports whether a document looks like a report on several tenants.
func IsTenants(data []byte) bool {
	var probe struct{ Tenants, Summary json.RawMessage }
	return json.Unmarshal(data, &probe) == nil && probe.Tenants != nil && probe.Summary != nil
}

// readEntry is a tenant of a report, with its document as it was written.
type readEntry struct {
	Name        string              `json:"name"`
	ExitCode    int                 `json:"exitCode"`
	Error       string              `json:"error"`
	Diagnostics desired.Diagnostics `json:"diagnostics"`
	Rendering   Rendering           `json:"rendering"`
}

// ReadTenants reads a report on several tenants.
func ReadTenants(name string, data []byte) (TenantsReport, error) {
	compact, err := planner.ReadVersioned(data)
	if err != nil {
		return TenantsReport{}, fmt.Errorf("%s: %w", name, err)
	}
	var read struct {
		Tool, Command, Shard, Selection string
		Tenants                         []json.RawMessage
	}
	if err := jsonread.Unmarshal(compact, &read); err != nil {
		return TenantsReport{}, fmt.Errorf("%s: not a report on tenants: %w", name, err)
	}
	r := TenantsReport{Name: name, Tool: read.Tool, Command: read.Command, Shard: read.Shard, Selection: read.Selection}
	for _, raw := range read.Tenants {
		run, err := readRun(read.Tool, read.Command, raw)
		if err != nil {
			return r, fmt.Errorf("%s: tenant %q: %w", name, run.Name, err)
		}
		r.Runs = append(r.Runs, run)
	}
	return r, nil
}

func readRun(tool, command string, raw json.RawMessage) (TenantRun, error) {
	var entry readEntry
	var keys map[string]json.RawMessage
	if err := cmp.Or(jsonread.Unmarshal(raw, &entry), jsonread.Unmarshal(raw, &keys)); err != nil {
		return TenantRun{}, err
	}
	run := TenantRun{Name: entry.Name, ExitCode: entry.ExitCode, Failure: entry.Error, Findings: entry.Diagnostics}
	data, ok := keys[command]
	switch {
	case !ok && entry.ExitCode != 1 && entry.Error == "":
		return run, fmt.Errorf("no %s (write the report with --output json)", command)
	case !ok:
		return run, nil
	}
	d, err := readDocument(tool, command, data, entry.Rendering)
	run.Document = &d
	return run, err
}

// readDocument returns the report that a JSON document was written from.
func readDocument(tool, command string, data json.RawMessage, o Rendering) (Document, error) {
	matching := 0
	if o.Matching != nil {
		matching = *o.Matching
	}
	switch command {
	case "plan":
		plan, err := planner.Read(data)
		if err == nil && plan.Undo {
			err = errors.New("the plan of an undo is not part of a report on tenants")
		}
		if err != nil {
			return Document{}, err
		}
		d := OfPlan(plan, PlanOptions{SkipBlocked: o.SkipBlocked, ListUnmanaged: o.ListUnmanaged})
		d.Text.Adopt, d.Rendering.Text = o.Text, o.Text
		return d, nil
	case "drift":
		found, err := drift.Read(data)
		return OfDrift(found, DriftOptions{Matching: matching}), err
	case "apply":
		var result applier.Result
		err := jsonread.Unmarshal(data, &result)
		return OfResult(result, ResultOptions{Sources: o.Sources, Matching: o.Matching}), err
	case "validate":
		var found diagnosticsDocument
		err := jsonread.Unmarshal(data, &found)
		return OfDiagnostics(tool, found.Diagnostics, o.Strict), err
	case "status", "ping":
		lines := strings.Split(strings.TrimRight(o.Text, "\n"), "\n")
		return Document{Kind: command, Tool: tool, Data: data, Unverified: o.Unverified, Verdict: lines[len(lines)-1], Text: Text{Whole: o.Text}, Rendering: o}, nil
	case "export":
		return OfFile(tool, command, o.Text, data), nil
	default:
		return Document{}, fmt.Errorf("unknown command %q (use a newer clusterctl)", command)
	}
}

// MergeTenants merges the reports of shards. It refuses reports of different commands, a tenant
// in two reports, and a set of shards that is not complete or not of one selection.
func MergeTenants(reports []TenantsReport) (merged TenantsReport, err error) {
	merged = reports[0]
	merged.Shard, merged.Selection, merged.Runs = "", "", nil
	from := map[string]string{}
	for _, r := range reports {
		if r.Command != merged.Command {
			return merged, fmt.Errorf("%s is a report of %s, but %s is one of %s (merge reports of one command)", r.Name, r.Command, merged.Name, merged.Command)
		}
		for _, run := range r.Runs {
			if other, isTwice := from[run.Name]; isTwice {
				return merged, fmt.Errorf("tenant %q is in %s and in %s (merge the shards of one run)", run.Name, other, r.Name)
			}
			from[run.Name] = r.Name
			merged.Runs = append(merged.Runs, run)
		}
	}
	slices.SortFunc(merged.Runs, func(a, b TenantRun) int { return strings.Compare(a.Name, b.Name) })
	if err := expectShards(reports); err != nil {
		return merged, err
	}
	return merged, expectSelection(reports, merged.Runs)
}

// SelectionOf identifies the tenants that all shards of a run share.
func SelectionOf(names []string) string {
	names = slices.Sorted(slices.Values(names))
	return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(strings.Join(names, "\n"))))
}

// expectSelection refuses shards of different selections: a tenant may be in none of them.
func expectSelection(reports []TenantsReport, runs []TenantRun) error {
	var names []string
	for _, run := range runs {
		names = append(names, run.Name)
	}
	for _, r := range reports {
		if r.Shard != "" && r.Selection != SelectionOf(names) {
			return fmt.Errorf("%s is a shard of other tenants than these reports have (use the same --tenant and project file for all shards)", r.Name)
		}
	}
	return nil
}

// expectShards refuses a set of shards in which one is missing: its tenants would be taken for
// fine.
func expectShards(reports []TenantsReport) error {
	var shards []string
	for _, r := range reports {
		shards = append(shards, r.Shard)
	}
	_, count, isShard := strings.Cut(shards[0], "/")
	if !isShard && len(shards) == 1 {
		return nil
	}
	n := 0
	if _, err := fmt.Sscanf(count, "%d", &n); err != nil || n > maxShards {
		return fmt.Errorf("%s is not the report of a shard (make it with --shard I/N)", reports[0].Name)
	}
	for i := 1; i <= n; i++ {
		if shard := fmt.Sprintf("%d/%d", i, n); !slices.Contains(shards, shard) {
			return fmt.Errorf("the report of shard %s is missing (merge all shards of one run)", shard)
		}
	}
	if len(shards) != n {
		return fmt.Errorf("%d reports for %d shards (merge the shards of one run)", len(shards), n)
	}
	return nil
}

// maxShards bounds what a document can ask for.
const maxShards = 10_000
