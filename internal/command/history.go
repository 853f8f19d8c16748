package command

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"clusterctl/internal/cluster"
	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

// checkHistory refuses a history where there is no page to draw it.
func (o *driftOptions) checkHistory() error {
	switch {
	case len(o.history) > 0 && !o.output.has(formatHTML):
		return usageErrorf("--history is drawn, which takes --output html")
	case slices.Contains(o.history, stdinPath):
		return usageErrorf("--history -: a history is read from files")
	}
	return nil
}

// pastEvent is an event in the history of a tenant, and the file it was read from.
type pastEvent struct {
	path   string
	tenant cluster.Tenant
	report.Event
}

func readHistory(ctx context.Context, paths []string) ([]pastEvent, error) {
	var history []pastEvent
	for _, path := range paths {
		events, err := readPast(ctx, path)
		if err != nil {
			return nil, err
		}
		history = append(history, events...)
	}
	return history, nil
}

// readPast reads a drift report or the runs of a receipt.
func readPast(ctx context.Context, path string) ([]pastEvent, error) {
	data, err := readBounded(ctx, path, nil, planner.MaxPlan)
	if err != nil {
		return nil, err
	}
	if !receipt.Is(data) {
		past, err := drift.Read(data)
		if err != nil {
			return nil, fmt.Errorf("--history %s: %w", path, err)
		}
		return []pastEvent{{path, past.Tenant, report.Event{At: past.CreatedAt, Drift: &past}}}, nil
	}
	past, err := parseReceipt(path, bytes.NewReader(data))
	var events []pastEvent
	for _, run := range past.Runs {
		events = append(events, pastEvent{path, run.Tenant, report.Event{At: run.Start, Run: run.End}})
	}
	return events, err
}

// eventsOn are the events of a history, which has to be that of the tenant.
func eventsOn(history []pastEvent, tenant cluster.Tenant) ([]report.Event, error) {
	var events []report.Event
	for _, past := range history {
		if err := expectSameTenant("--history "+past.path+":", past.tenant, tenant, ""); err != nil {
			return nil, err
		}
		events = append(events, past.Event)
	}
	return events, nil
}
