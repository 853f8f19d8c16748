// Package ci writes documents for CI systems: GitHub workflow commands, JUnit test reports,
// SARIF, and GitLab code quality reports.
package ci

import (
	"cmp"
	"fmt"
	"path/filepath"

	"clusterctl/internal/report"
)

// Format writes documents for CI systems.
type Format struct {
	report.Limited
	// Paths makes the path of a file relative to the root of the repository, as forges need
	// it. Nil changes nothing.
	Paths func(file string) string
	// Version is that of the program.
	Version string
}

// path returns the path for a report, with slashes on every system.
func (f Format) path(file string) string {
	if f.Paths != nil {
		file = f.Paths(file)
	}
	return filepath.ToSlash(file)
}

// cluster returns "va-austin (2c91)".
func (f Format) cluster(i report.Item) string {
	if i.ID == "" {
		return f.Name(i.Name)
	}
	return f.Name(i.Name) + report.Remark(f.Name(i.ID))
}

// subject returns the kind or action of an item, and its cluster if it is about one.
func (f Format) subject(what string, i report.Item) string {
	if i.IsGeneral || i.Line != "" {
		return f.Name(what)
	}
	return f.Name(what) + " " + f.cluster(i)
}

// known says why drift is accepted; empty if it is not.
func (f Format) known(i report.Item) string {
	if i.Accepted == nil {
		return ""
	}
	return i.Accepted.Term() + f.Message(i.Accepted.Reason)
}

// text returns the message and fields of an item.
func (f Format) text(i report.Item, compares bool) string {
	lines := []string{f.Message(i.Message), i.Detail}
	for _, of := range i.Fields[:min(len(i.Fields), report.MostFields)] {
		lines = append(lines, f.field(of, compares))
	}
	if len(i.Fields) > report.MostFields {
		lines = append(lines, report.MoreFields(len(i.Fields)))
	}
	return cmp.Or(report.Join("\n", lines...), i.Absence+report.Remark(i.Cause))
}

func (f Format) field(of report.Field, compares bool) string {
	path := f.Name(of.Path)
	switch {
	case compares:
		return fmt.Sprintf("%s: expected %s, found %s%s", path, f.Value(of.Before), f.Value(of.After), report.Remark(of.Remark))
	case of.Before == "" && of.After == "":
		return path + ": " + of.Remark
	case of.Before == "":
		return fmt.Sprintf("%s: %s", path, f.Value(of.After))
	default:
		return fmt.Sprintf("%s: %s → %s", path, f.Value(of.Before), f.Value(cmp.Or(of.After, report.None)))
	}
}
