package remote_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
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
			found, err := client.Find(t.Context(), []string{"va-" + strconv.Itoa(i%5)}, false)
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
			if found, err := client.Find(t.Context(), []string{"va-0"}, false); api.StatusOf(err) != status || found.Clusters != nil || found.Verified {
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
			got, err := newClient(t, config(t, f.URL)).Find(t.Context(), []string{"va-0"}, false)
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

// How names are looked up is what takes the fewest requests, once a listing showed how many
// pages there are.
func TestFindTakesTheFewestRequests(t *testing.T) {
	t.Parallel()
	const filters, refuses, ignores = "filters", "refuses", "ignores"
	for name, tt := range map[string]struct {
		clusters, names int
		tenant          string
		seenAbsent      bool
		requests        int // of two look-ups
	}{
		"a listing of one page":                  {100, 1, filters, false, 1 + 1},
		"fewer names than pages":                 {600, 2, filters, false, 2 + 2},
		"as many names as pages":                 {600, 3, filters, false, (3 + 3) + (3 + 3)},
		"as many, and seen absent":               {600, 3, filters, true, 3 + 3},
		"a tenant that refuses the filter":       {600, 2, refuses, false, (1 + 3 + 3) + (3 + 3)},
		"a tenant that refuses, and seen absent": {600, 2, refuses, true, (1 + 3) + 3},
		"a tenant that ignores the filter":       {600, 2, ignores, false, (3 + 3 + 3 + 3) + (3 + 3)},
		"a tenant that ignores it, in one page":  {200, 1, ignores, true, 1 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				q := r.URL.Query()
				offset, _ := strconv.Atoi(q.Get("offset"))
				switch {
				case q.Has("filters") && tt.tenant == refuses:
					w.WriteHeader(http.StatusBadRequest)
				case q.Has("filters") && tt.tenant == filters:
					w.Header().Set(api.TotalCountHeader, "0")
					fmt.Fprint(w, "[]")
				default:
					w.Header().Set(api.TotalCountHeader, strconv.Itoa(tt.clusters))
					fmt.Fprint(w, rows(offset, min(250, tt.clusters-offset)))
				}
			})
			client := newClient(t, config(t, f.URL))
			if _, err := client.Snapshot(t.Context(), tenantOf(f.URL), nothing()); err != nil {
				t.Fatal(err)
			}
			before := len(f.requests())
			names := []string{"new-0", "new-1", "new-2"}[:tt.names]
			for range 2 {
				if found, err := client.Find(t.Context(), names, tt.seenAbsent); err != nil || len(found.Clusters) != 0 || !found.Verified {
					t.Fatalf("%+v, %v", found, err)
				}
			}
			if got := len(f.requests()) - before; got != tt.requests {
				t.Errorf("%d requests, want %d: %v", got, tt.requests, f.requests()[before:])
			}
		})
	}
}

// Names that a listing of several pages lacks are confirmed by name, if that takes fewer
// requests than a second listing. A cluster that turns up then starts another listing.
func TestMissingNamesAreConfirmed(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		names    []string
		others   bool
		hidden   bool // the first listing does not show the last cluster
		requests int
		clusters int
		filters  bool
	}{
		"nothing is missing":         {nil, false, false, 3, 600, false},
		"fewer names than pages":     {[]string{"new-0", "new-1"}, false, false, 3 + 2, 600, true},
		"as many names as pages":     {[]string{"new-0", "new-1", "new-2"}, false, false, 3 + 3, 600, false},
		"more than names is missing": {[]string{"new-0"}, true, false, 3 + 3, 600, false},
		"one turns up by its name":   {[]string{"va-599"}, false, true, 3 + 1 + 3, 600, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var listings atomic.Int32
			f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
				q, clusters := r.URL.Query(), 600
				if q.Has("filters") {
					isOld := strings.Contains(q.Get("filters"), "va-599")
					w.Header().Set(api.TotalCountHeader, map[bool]string{true: "1", false: "0"}[isOld])
					fmt.Fprint(w, map[bool]string{true: rows(599, 1), false: "[]"}[isOld])
					return
				}
				offset, _ := strconv.Atoi(q.Get("offset"))
				if offset == 0 {
					listings.Add(1)
				}
				if tt.hidden && listings.Load() == 1 {
					clusters--
				}
				w.Header().Set(api.TotalCountHeader, strconv.Itoa(clusters))
				fmt.Fprint(w, rows(offset, min(250, clusters-offset)))
			})
			need := cluster.Need{Log: none, Missing: func(listed []cluster.Live) cluster.Missing {
				isListed := func(name string) bool {
					return slices.ContainsFunc(listed, func(live cluster.Live) bool { return live.Name == name })
				}
				return cluster.Missing{Names: slices.DeleteFunc(slices.Clone(tt.names), isListed), Others: tt.others}
			}}
			s, err := newClient(t, config(t, f.URL)).Snapshot(t.Context(), tenantOf(f.URL), need)
			if err != nil || len(s.Clusters) != tt.clusters || s.FiltersByName != tt.filters || len(f.requests()) != tt.requests {
				t.Errorf("%d clusters, filters %t, %d requests, want %d (%v)", len(s.Clusters), s.FiltersByName, len(f.requests()), tt.requests, err)
			}
		})
	}
}
