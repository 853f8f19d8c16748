package desired

import "testing"

// TestAllowEmpty checks that a team can give up the last cluster of its scope, but only
// with AllowEmpty.
func TestAllowEmpty(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		refused    bool // without AllowEmpty
	}{
		{"an empty list and a scope", "version: 1\npolicy: {prune: true, scope: {names: [\"team-*\"]}}\nclusters: []\n", true},
		{"an empty list", "version: 1\npolicy: {prune: true}\nclusters: []\n", true},
		{"no list", "version: 1\npolicy: {prune: true, scope: {names: [\"team-*\"]}}\n", true},
		{"no prune", "version: 1\nclusters: []\n", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			inputs := []Input{{Name: "f", Data: []byte(tc.text)}}
			if _, found := Load(inputs, Options{}); found.HasErrors() != tc.refused {
				t.Errorf("without AllowEmpty:\n%s", listing(found))
			}
			if _, found := Load(inputs, Options{AllowEmpty: true}); len(found) > 0 {
				t.Errorf("with AllowEmpty:\n%s", listing(found))
			}
		})
	}
}
