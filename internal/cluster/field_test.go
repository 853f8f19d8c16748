package cluster_test

import (
	"encoding/json"
	"testing"

	"clusterctl/internal/cluster"
)

func TestFields(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, found, wanted string // an empty value is absent
		meets, same         bool
	}{
		"absent and absent":               {"/x", "", "", true, true},
		"absent and null":                 {"/x", "", "null", true, true},
		"absent and an empty text":        {"/x", "", `""`, false, false},
		"no description":                  {"/description", "null", `""`, true, true},
		"a description within":            {"/configuration/description", "", `""`, false, false},
		"a value and none":                {"/x", `"v"`, "", false, false},
		"equal texts":                     {"/x", `"v"`, `"v"`, true, true},
		"texts in two spellings":          {"/x", `"\u0076"`, `"v"`, true, true},
		"a number in two forms":           {"/x", "1.0", "1", true, true},
		"a number and its text":           {"/x", "6", `"6"`, false, false},
		"in an open object":               {"/configuration/x", "6", `"6"`, true, true},
		"a boolean in an open object":     {"/updatePreferences/x", `"true"`, "true", true, true},
		"another text":                    {"/configuration/x", "6.0", `"6"`, false, false},
		"the open object itself":          {"/configuration", "6", `"6"`, false, false},
		"next to an open object":          {"/configurations/x", "6", `"6"`, false, false},
		"keys in another order":           {"/o", `{"a":1,"b":2}`, `{"b":2,"a":1}`, true, true},
		"a key more":                      {"/o", `{"a":1,"b":2}`, `{"a":1}`, true, false},
		"a key less":                      {"/o", `{"a":1}`, `{"a":1,"b":2}`, false, false},
		"one key of three is another":     {"/o", `{"a":1,"b":2,"c":3}`, `{"a":1,"b":3,"c":3}`, false, false},
		"a key that is null":              {"/o", `{"a":null}`, `{}`, true, true},
		"an object and none":              {"/o", `{}`, "", false, false},
		"an object and a list":            {"/o", `{}`, `[]`, false, false},
		"two empty objects":               {"/o", `{}`, `{}`, true, true},
		"a list in another order":         {"/o", `[1,2]`, `[2,1]`, false, false},
		"no JSON":                         {"/x", `{`, `{`, false, false},
		"texts within an object":          {"/configuration", `{"k":6}`, `{"k":"6"}`, true, true},
		"an object that is open, further": {"/configuration/o", `{"k":6}`, `{"k":"6"}`, true, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, wanted := json.RawMessage(tt.found), json.RawMessage(tt.wanted)
			if got := cluster.FieldMeets(tt.path, found, wanted); got != tt.meets {
				t.Errorf("FieldMeets() = %t, want %t", got, tt.meets)
			}
			if got := cluster.SameField(tt.path, found, wanted); got != tt.same || cluster.SameField(tt.path, wanted, found) != got {
				t.Errorf("SameField() = %t, want %t both ways", got, tt.same)
			}
		})
	}
}
