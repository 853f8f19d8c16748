package command

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/metrics"
	"clusterctl/internal/report"
	"clusterctl/internal/report/text"
)

// reported returns the runs as the report needs them.
func (f fleet) reported(runs []tenantRun) []report.TenantRun {
	var all []report.TenantRun
	for _, run := range runs {
		r := report.TenantRun{Name: run.tenant.Name, ExitCode: run.code}
		if run.document.Kind != "" {
			r.Document = f.asText(run.document)
		}
		if status, ok := errors.AsType[*statusError](run.err); run.err != nil && (!ok || status.err != nil) {
			r.Failure = strings.TrimRight(run.err.Error()+hintFor(run.err), "\n")
		}
		if files, ok := errors.AsType[*filesError](run.err); ok {
			r.Findings = files.findings
		}
		all = append(all, r)
	}
	return all
}

// asText keeps the text of a document that can be read back only in JSON.
func (f fleet) asText(d report.Document) *report.Document {
	if d.Kind == "status" || d.Kind == "ping" {
		var plain strings.Builder
		_ = text.Format{Masker: f.Masker}.Write(&plain, d) // in memory
		d.Rendering.Text, d.Rendering.Unverified = plain.String(), d.Unverified
	}
	return &d
}

// writeMetrics writes the metrics of all tenants to one file.
func (f fleet) writeMetrics(runs []tenantRun) {
	path := f.line.Value("metrics-file")
	if path == "" {
		return
	}
	var families []metrics.Family
	for _, run := range runs {
		m := run.measured
		m.command, m.tenant = f.line.Command(), run.tenant.Name
		m.started, m.finished = cmp.Or(m.started, f.Now()), cmp.Or(m.finished, f.Now())
		m.keepSuccess(path)
		families = mergedFamilies(families, m.families())
	}
	if err := writeMetrics(f.env, path, families); err != nil {
		f.Log.Warn(fmt.Sprintf("--metrics-file: %s", err))
	}
}

// mergedFamilies adds samples to the families of the same name.
func mergedFamilies(all, more []metrics.Family) []metrics.Family {
	for _, family := range more {
		i := slices.IndexFunc(all, func(of metrics.Family) bool { return of.Name == family.Name })
		if i < 0 {
			all = append(all, family)
			continue
		}
		all[i].Samples = append(all[i].Samples, family.Samples...)
	}
	return all
}
