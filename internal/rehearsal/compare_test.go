package rehearsal

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/planner"
	"clusterctl/internal/sandbox"
)

func stored(id, doc string, log *sandbox.CopiedLog) sandbox.Stored {
	return sandbox.Stored{ID: id, Document: json.RawMessage(doc), Log: log}
}

// Each comparison names the cluster and the field of every difference.
func TestComparisons(t *testing.T) {
	t.Parallel()
	level := func(root string) *sandbox.CopiedLog {
		return &sandbox.CopiedLog{RootLevel: root, Expiration: start().Add(time.Hour)}
	}
	before := state{
		"1": stored("1", `{"name":"a","x":1,"updatedAt":"1"}`, level("WARN")),
		"2": stored("2", `{"name":"b"}`, nil),
		"3": stored("3", `{"name":"c"}`, nil),
	}
	after := state{
		"1": stored("1", `{"name":"a","x":2,"updatedAt":"2"}`, level("DEBUG")),
		"3": stored("3", `{"name":"c"}`, level("INFO")),
		"4": stored("4", `{"name":"d"}`, nil),
	}
	deletes := planner.Plan{Changes: []planner.Change{{Action: planner.Delete, ID: "2"}, {Action: planner.Create, Name: "d"}}}
	for name, test := range map[string]struct {
		compare func() ([]planner.RehearsalProblem, error)
		want    []string
	}{
		"declared": {func() ([]planner.RehearsalProblem, error) { return undeclared(before, after, deletes) }, []string{"a/x", "a/logConfiguration", "c/logConfiguration"}},
		"nothing declared": {func() ([]planner.RehearsalProblem, error) { return undeclared(before, after, planner.Plan{}) }, []string{
			"a/x", "a/logConfiguration", "b", "c/logConfiguration", "d/name",
		}},
		"not restored": {func() ([]planner.RehearsalProblem, error) { return unrestored(before, after, planner.Plan{}, start()) }, []string{
			"a/x", "a/logConfiguration", "b", "c/logConfiguration", "d",
		}},
		"not the same": {func() ([]planner.RehearsalProblem, error) {
			return unequal(reached{before: before, after: after}, before, deletes, start())
		}, []string{"a/x", "a/logConfiguration", "b", "c/logConfiguration"}},
		"lost": {func() ([]planner.RehearsalProblem, error) {
			return unequal(reached{before: before, after: before}, after, deletes, start())
		}, []string{"a/x", "a/logConfiguration", "b", "c/logConfiguration"}},
		"an expired log configuration": {func() ([]planner.RehearsalProblem, error) {
			return unequal(reached{before: before, after: before}, before, deletes, start().Add(2*time.Hour))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, err := test.compare()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Name+p.Field)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An answer that the tenant cuts off does not end as one that is complete.
func TestAnswersAreCutOff(t *testing.T) {
	t.Parallel()
	cut := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "4")
		_, _ = w.Write([]byte("ab"))
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := answer(cut, req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if body, err := io.ReadAll(resp.Body); string(body) != "ab" || err == nil {
		t.Errorf("%q, %v", body, err)
	}
}
