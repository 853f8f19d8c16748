package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

func historyFlag() cli.Flag {
	return &cli.StringSliceFlag{
		Name: "history", Category: "Files:",
		Usage: "draw drift over time from `FILE`, an earlier report (drift --output json) or a receipt; repeatable, for html",
	}
}

// historyOf are the paths of a history, which only a page has a place for.
func historyOf(c *cli.Context, o output) ([]string, error) {
	paths := c.StringSlice("history")
	switch {
	case len(paths) > 0 && !o.has(formatHTML):
		return nil, usageErrorf("--history is drawn, which takes --output html")
	case slices.Contains(paths, stdinPath):
		return nil, usageErrorf("--history -: a history is read from files")
	}
	return paths, nil
}

// history is what was read of what happened before.
type history []pastFile

// pastFile is one file of a history.
type pastFile struct {
	path    string
	tenants []cluster.Tenant
	events  []report.Event
}

func readHistory(ctx context.Context, paths []string) (history, error) {
	var all history
	for _, path := range paths {
		file, err := readPastFile(ctx, path)
		if err != nil {
			return nil, err
		}
		all = append(all, file)
	}
	return all, nil
}

// readPastFile reads a drift report or a receipt.
func readPastFile(ctx context.Context, path string) (pastFile, error) {
	data, err := readBounded(ctx, path, nil, planner.MaxPlan)
	if err != nil {
		return pastFile{}, err
	}
	if receipt.Is(data) {
		return pastRuns(path, data)
	}
	found, err := drift.Read(data)
	if err != nil {
		return pastFile{}, fmt.Errorf("--history %s: %w", path, err)
	}
	return pastFile{
		path:    path,
		tenants: []cluster.Tenant{found.Tenant},
		events:  []report.Event{{At: found.CreatedAt, Drift: &found}},
	}, nil
}

// pastRuns are the runs of a receipt.
func pastRuns(path string, data []byte) (pastFile, error) {
	past, err := parseReceipt(path, bytes.NewReader(data))
	if err != nil {
		return pastFile{}, err
	}
	file := pastFile{path: path}
	for _, run := range past.Runs {
		file.tenants = append(file.tenants, run.Tenant)
		file.events = append(file.events, report.Event{At: run.Start, Run: run.End})
	}
	return file, nil
}

// eventsOn are the events of a history on a tenant. That of another one tells
// nothing of it.
func (h history) eventsOn(tenant cluster.Tenant) ([]report.Event, error) {
	var events []report.Event
	for _, file := range h {
		for _, of := range file.tenants {
			if !of.Is(tenant) {
				return nil, refusedf("--history %s: of tenant %q, but %s is %q", file.path, of.Org, tenant.BaseURL, tenant.Org)
			}
		}
		events = append(events, file.events...)
	}
	return events, nil
}
