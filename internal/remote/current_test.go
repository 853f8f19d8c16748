package remote_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// What is read by id takes the place of what a listing shows, which may lag
// behind. What cannot be read is the problem of its cluster.
func TestCurrentClusters(t *testing.T) {
	t.Parallel()
	answers := map[string]http.HandlerFunc{
		"changed":  writing(200, `{"id":"changed","name":"new"}`),
		"gone":     writing(404, ``),
		"unlisted": writing(200, `{"id":"unlisted","name":"new"}`),
		"never":    writing(404, ``),
		"another":  writing(200, `{"id":"x","name":"new"}`),
		"refused":  writing(403, ``),
		"twice":    writing(200, `{"id":"twice","name":"new"}`),
	}
	var rows []string
	for _, id := range []string{"other", "changed", "gone", "another", "refused", "twice"} {
		rows = append(rows, fmt.Sprintf(`{"id":%q,"name":"old"}`, id))
	}
	rows = append(rows, `{"id":"twice","name":"older"}`)
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[strings.TrimPrefix(r.URL.Path, "/v3/managed-clusters/")]; answer != nil {
			answer(w, r)
			return
		}
		w.Header().Set(api.TotalCountHeader, fmt.Sprint(len(rows)))
		fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
	})
	need := nothing()
	need.Current = []string{"another", "changed", "gone", "never", "refused", "twice", "unlisted"}
	s, err := list(t, f, need)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"other old", "changed new", "another ! the answer is about another cluster: x", "refused ! 403 Forbidden",
		"twice old ! more than once", "twice older ! more than once", "unlisted new",
	}
	if diff := cmp.Diff(want, summaries(s.Clusters, want)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// summaries are the id, name and problem of each cluster. Where a problem holds
// what is wanted of it, only that is shown.
func summaries(clusters []cluster.Live, want []string) []string {
	var all []string
	for i, live := range clusters {
		text := strings.TrimSpace(live.ID + " " + live.Name)
		if live.Problem != "" && i < len(want) {
			_, problem, _ := strings.Cut(want[i], "! ")
			if problem == "" || !strings.Contains(live.Problem, problem) {
				problem = live.Problem
			}
			text += " ! " + problem
		}
		all = append(all, text)
	}
	return all
}

// A tenant that does not answer is no cluster's problem.
func TestCurrentClustersOfATenantThatFails(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/1") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set(api.TotalCountHeader, "2")
		fmt.Fprint(w, rows(0, 2))
	})
	need := nothing()
	need.Current = []string{"0", "1"}
	if s, err := list(t, f, need); err == nil || len(s.Clusters) > 0 {
		t.Errorf("%v: %+v", err, s.Clusters)
	}
}
