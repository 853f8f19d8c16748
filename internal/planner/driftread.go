package planner

import (
	"encoding/json"
	"errors"
	"fmt"
)

// ReadDrift reads a drift document, as strictly as Read does a plan. One that
// does not tell when it was made, or counts something else than it holds, has
// no place in a history. How many clusters matched is not in the document. One of
// an older version does not say what counts, either: unmanaged and lapsed do not.
func ReadDrift(data []byte) (Drift, error) {
	compact, err := readVersioned(data)
	if err != nil {
		return Drift{}, err
	}
	var d Drift
	if err := json.Unmarshal(compact, &d); err != nil {
		return Drift{}, fmt.Errorf("not a drift report: %w", err)
	}
	if err := d.verify(); err != nil {
		return Drift{}, err
	}
	return d, nil
}

func (d Drift) verify() error {
	var counted DriftSummary
	for _, item := range d.Items {
		counted.count(item)
	}
	switch {
	case d.Items == nil:
		return errors.New("not a drift report: it lacks items (drift --output json writes one)")
	case d.CreatedAt.IsZero():
		return errors.New("without createdAt, as older versions of clusterctl wrote drift reports, so its place in time is not known (leave it out)")
	case counted != d.Summary:
		return errors.New("its summary does not count what it holds")
	default:
		return nil
	}
}
