package applier

import (
	"errors"
	"testing"

	"clusterctl/internal/planner"
)

func TestOutcomeOf(t *testing.T) {
	t.Parallel()
	refused := errors.New("403")
	notApplied := func() error { return &notAppliedError{planner.Mismatches{{Path: "/a"}}} }
	unverified, unknownFate := &failure{Unverified, refused}, &failure{Unknown, refused}
	tests := map[string]struct {
		first, second error
		want          Outcome
		text          string
	}{
		"none":                     {nil, nil, Applied, ""},
		"one":                      {nil, conflictf("x"), Conflict, "x"},
		"failed and conflict":      {refused, conflictf("x"), Failed, "403; x"},
		"conflict and unknown":     {conflictf("x"), unknownFate, Conflict, "x; 403"},
		"unknown and unverified":   {unknownFate, unverified, Unknown, "403; 403"},
		"unverified, not applied":  {unverified, notApplied(), Unverified, "403; accepted by the tenant, but not in effect: /a: expected nothing, found nothing"},
		"not applied and refused":  {notApplied(), &failure{NotApplied, refused}, NotApplied, "accepted by the tenant, but not in effect: /a: expected nothing, found nothing; 403"},
		"three, the first worst":   {join(refused, unverified), notApplied(), Failed, "403; 403; accepted by the tenant, but not in effect: /a: expected nothing, found nothing"},
		"not applied, both joined": {notApplied(), notApplied(), NotApplied, "accepted by the tenant, but not in effect: /a: expected nothing, found nothing; /a: expected nothing, found nothing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := join(tt.first, tt.second)
			text := ""
			if err != nil {
				text = err.Error()
			}
			if got := outcomeOf(err); got != tt.want || text != tt.text {
				t.Errorf("outcome %s of %q, want %s of %q", got, text, tt.want, tt.text)
			}
		})
	}
}
