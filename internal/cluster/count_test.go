package cluster_test

import (
	"encoding/json"
	"testing"

	"clusterctl/internal/cluster"
)

func TestCountThatIsNotKnownIsNotZero(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		count  cluster.Count
		isZero bool
		text   string
		json   string
	}{
		"unknown": {cluster.Count{}, false, "?", "null"},
		"none":    {cluster.Exactly(0), true, "0", "0"},
		"some":    {cluster.Exactly(3), false, "3", "3"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			encoded, err := json.Marshal(test.count)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.count.IsZero(); got != test.isZero {
				t.Errorf("IsZero() = %v, want %v", got, test.isZero)
			}
			if got := test.count.String(); got != test.text {
				t.Errorf("String() = %q, want %q", got, test.text)
			}
			if string(encoded) != test.json {
				t.Errorf("JSON = %s, want %s", encoded, test.json)
			}
		})
	}
}
