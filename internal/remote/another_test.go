package remote_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/remote"
)

// Every call that returns a cluster refuses a response about another cluster, or that is not a
// cluster. A write may have been applied.
func TestAnswersAboutAnother(t *testing.T) {
	t.Parallel()
	calls := map[string]func(t *testing.T, c *remote.Client) error{
		"get": func(t *testing.T, c *remote.Client) error { _, err := c.Get(t.Context(), "1"); return err },
		"patch": func(t *testing.T, c *remote.Client) error {
			_, err := c.Patch(t.Context(), "1", jsonpatch.Patch{})
			return err
		},
		"create": func(t *testing.T, c *remote.Client) error {
			_, err := c.Create(t.Context(), json.RawMessage(`{"name":"x"}`))
			return err
		},
	}
	answers := map[string]struct {
		body    string
		another bool // it says that it is about another
		fine    string
	}{
		"itself":               {`{"id":"1","name":"x"}`, false, "get patch create"},
		"without a name":       {`{"id":"1"}`, false, "get patch create"},
		"another id":           {`{"id":"2","name":"x"}`, true, "create"},
		"an id in other case":  {`{"id":"1","ID":"2","name":"x"}`, false, "get patch create"},
		"another name":         {`{"id":"1","name":"y"}`, true, "get patch"},
		"a name of no text":    {`{"id":"1","name":7}`, true, "get patch"},
		"no id":                {`{"name":"x"}`, false, ""},
		"an id of no text":     {`{"id":1,"name":"x"}`, false, ""},
		"a list":               {`[{"id":"1","name":"x"}]`, false, ""},
		"an empty list":        {`[]`, false, ""},
		"null":                 {`null`, false, ""},
		"a text":               {`"1"`, false, ""},
		"nothing":              {``, false, ""},
		"an object within one": {`{"data":{"id":"1","name":"x"}}`, false, ""},
	}
	for name, tt := range answers {
		for call, do := range calls {
			t.Run(call+" answered with "+name, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, writing(http.StatusOK, tt.body))
				err := do(t, newClient(t, config(t, f.URL)))
				isFine := slices.Contains(strings.Fields(tt.fine), call)
				if (err == nil) != isFine {
					t.Fatalf("err = %v, want fine %t", err, isFine)
				}
				if err == nil {
					return
				}
				if _, another := errors.AsType[*api.OtherCluster](err); another != tt.another || !api.OutcomeUnknown(err) {
					t.Errorf("%v: about another %t, outcome unknown %t", err, another, api.OutcomeUnknown(err))
				}
				if len(f.requests()) != 1 {
					t.Errorf("asked %v", f.requests())
				}
			})
		}
	}
}
