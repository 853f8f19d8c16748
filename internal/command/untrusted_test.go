package command

import (
	"errors"
	"testing"

	"clusterctl/internal/planner"
)

func TestUntrustedSaysWhy(t *testing.T) {
	t.Parallel()
	err := errors.New("update va: the requests do not match the diff")
	tests := map[string]string{
		planner.FormatVersion: "modified after it was created, so nothing was applied (make a new plan); " + err.Error(),
		"1.0": "its format version is 1.0, but this clusterctl needs " + planner.FormatVersion +
			", so nothing was applied (make a new plan); " + err.Error(),
	}
	for version, want := range tests {
		if got := untrusted(planner.Plan{FormatVersion: version}, "nothing was applied", err); got != want {
			t.Errorf("version %s: %s\nwant %s", version, got, want)
		}
	}
}
