package drift

import (
	"encoding/json"
	"errors"
	"fmt"

	"clusterctl/internal/jsonread"
	"clusterctl/internal/planner"
)

// Read reads a drift document as strictly as planner.Read reads a plan. A report without
// a creation time, or with a wrong summary, has no place in a history. Older versions do
// not state what counts: in them, unmanaged and lapsed do not.
func Read(data []byte) (Report, error) {
	compact, err := planner.ReadVersioned(data)
	if err != nil {
		return Report{}, err
	}
	var r Report
	if json.Unmarshal(compact, &r) != nil {
		return Report{}, fmt.Errorf("not a drift report: %w", jsonread.Unmarshal(data, &r)) // the lines are in data
	}
	r.Listing.Verified = r.Listing.Verified || planner.IsBeforeVerified(r.FormatVersion)
	return r, r.verify()
}

func (r Report) verify() error {
	var counted Summary
	for _, item := range r.Items {
		counted.count(item)
	}
	switch {
	case r.Items == nil:
		return errors.New("not a drift report: items is missing; create a report with drift --output json")
	case r.CreatedAt.IsZero():
		return errors.New("createdAt is missing, as in reports of older versions, so the report has no place in a history; leave it out")
	case counted != r.Summary:
		return errors.New("the summary does not match the items")
	default:
		return nil
	}
}
