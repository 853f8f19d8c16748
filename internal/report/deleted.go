package report

import (
	"encoding/json"
	"fmt"
	"slices"

	"clusterctl/internal/planner"
)

// attached says what goes with a cluster that is deleted.
func attached(c planner.Change) string {
	text := fmt.Sprintf("with %s and %s attached", Count(c.Clients, "client"), Count(c.Services, "service"))
	if c.AttachedUnknown {
		text = "with attached clients not known"
	}
	if c.RemoveClients {
		text += ", and its clients removed with it"
	}
	return text
}

// shownDiff is the diff of a change as a person reviews it. That of a delete has
// every setting that is compared later; shown is what would be lost: no name,
// which its heading has, and nothing that is empty.
func shownDiff(c planner.Change) []planner.FieldDiff {
	if c.Action != planner.Delete {
		return c.Diff
	}
	return slices.DeleteFunc(slices.Clone(c.Diff), func(d planner.FieldDiff) bool {
		return d.Path == "/name" || isEmpty(d.Before)
	})
}

// isEmpty reports whether a value is null, an empty text, or an object of nothing
// but nulls.
func isEmpty(value json.RawMessage) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil {
		return string(value) == `""`
	}
	for _, member := range members {
		if string(member) != "null" {
			return false
		}
	}
	return true
}
