package remote_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// A tenant that does not filter by name is asked to only once in a run, with any number of
// sequential or concurrent look-ups.
func TestARefusedFilterIsRemembered(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("filters") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set(api.TotalCountHeader, "5")
		fmt.Fprint(w, rows(0, 5))
	})
	client := newClient(t, config(t, f.URL))
	var group sync.WaitGroup
	for i := range 10 {
		group.Go(func() {
			found, err := client.FindByName(t.Context(), "va-"+strconv.Itoa(i%5))
			if err != nil || len(found.Clusters) != 1 || !found.Verified {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
	group.Wait()
	filtered := 0
	for _, asked := range f.requests() {
		if strings.Contains(asked, "filters=") {
			filtered++
		}
	}
	if filtered != 1 || len(f.requests()) != 11 {
		t.Errorf("%d with a filter of %v", filtered, f.requests())
	}
}

// A look-up that fails is an error and finds nothing, with or without a filter.
func TestALookUpThatFails(t *testing.T) {
	t.Parallel()
	for status, requests := range map[int]int{http.StatusForbidden: 2, http.StatusInternalServerError: 2, http.StatusBadRequest: 3} {
		f, conf := offline(t, writing(status, ``))
		client := newClient(t, conf)
		for range 2 { // a failure says nothing about the filter, a 400 does
			if found, err := client.FindByName(t.Context(), "va-0"); api.StatusOf(err) != status || found.Clusters != nil || found.Verified {
				t.Errorf("%d: %+v, %v", status, found, err)
			}
		}
		filtered := 0
		for _, asked := range f.requests() {
			if strings.Contains(asked, "filters=") {
				filtered++
			}
		}
		if want := map[bool]int{true: 1, false: 2}[status == http.StatusBadRequest]; len(f.requests()) != requests || filtered != want {
			t.Errorf("%d: %v", status, f.requests())
		}
	}
}

// A look-up is verified if the tenant returned a count.
func TestALookUpIsVerifiedByACount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		count, body string
		found       int
		verified    bool
	}{
		"found":             {"1", rows(0, 1), 1, true},
		"none":              {"0", "[]", 0, true},
		"not filtered":      {"5", rows(0, 5), 1, true},
		"not counted":       {"", "[]", 0, false},
		"counted in words":  {"none", "[]", 0, false},
		"counted in minus":  {"-1", "[]", 0, false},
		"counted in halves": {"0.5", "[]", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(api.TotalCountHeader, tt.count)
				fmt.Fprint(w, tt.body)
			})
			got, err := newClient(t, config(t, f.URL)).FindByName(t.Context(), "va-0")
			if err != nil || len(got.Clusters) != tt.found || got.Verified != tt.verified {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// As many clusters are deleted as added between two pages, so the count does not change. A
// cluster that exists throughout is still listed if its absence matters; a listing of one page
// needs no extra requests.
func TestAListingThatMattersIsConfirmed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		need     cluster.Need
		clusters int
		requests int
		lost     bool
	}{
		"any may be missing":  {cluster.Need{Log: none}, 300, 6, false}, // until two agree
		"none may be missing": {nothing(), 300, 2, true},
		"one page":            {cluster.Need{Log: none}, 250, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, n := 0, tt.clusters // a row at the front goes as one at the end comes
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
				w.Header().Set(api.TotalCountHeader, strconv.Itoa(n))
				fmt.Fprint(w, rows(first+offset, min(250, n-offset)))
				first = 1
			})
			s, err := list(t, f, tt.need)
			if err != nil {
				t.Fatal(err)
			}
			listed := map[string]bool{}
			for _, live := range s.Clusters {
				listed[live.ID] = true
			}
			if lost := !listed["250"] && tt.clusters > 250; lost != tt.lost || len(f.requests()) != tt.requests {
				t.Errorf("lost %t after %d requests", lost, len(f.requests()))
			}
		})
	}
}

func none(cluster.Live) bool { return false }
