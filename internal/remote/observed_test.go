package remote_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
	"clusterctl/internal/sandbox"
)

// calls records what an observer is called with; concurrent ones are in any order.
type calls struct {
	mu    sync.Mutex
	began []string
	read  map[string]int
}

func (w *calls) observer() remote.Observer {
	w.read = map[string]int{}
	return remote.Observer{
		Reading: func(what remote.Reading, total int) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.began = append(w.began, fmt.Sprintf("%s of %d", what, total))
		},
		Read: func(n int) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.read[w.began[len(w.began)-1]] += n
		},
	}
}

func TestAnObserverIsToldWhatIsRead(t *testing.T) {
	t.Parallel()
	_, server := serveSandbox(t, sandbox.Options{Seed: 600, RateLimit: -1, OmitInlineLogs: true})
	var seen calls
	c := config(t, server.URL)
	c.Observer = seen.observer()
	client := newClient(t, c)
	_, err := client.Snapshot(t.Context(), tenantOf(server.URL), needLog(func(l cluster.Live) bool { return !l.Clients.IsZero() }))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Find(t.Context(), []string{"va-austin"}, false); err != nil {
		t.Fatal(err)
	}
	want := []string{"clusters of 600", "log configurations of 300"}
	if diff := cmp.Diff(want, seen.began); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{want[0]: 600, want[1]: 300}, seen.read); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnObserverIsToldOfAListingWithoutACount(t *testing.T) {
	t.Parallel()
	server := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Query().Get("offset") {
		case "0":
			fmt.Fprint(w, rows(0, 250))
		case "250":
			fmt.Fprint(w, rows(250, 7))
		default:
			fmt.Fprint(w, "[]")
		}
	})
	var seen calls
	c := config(t, server.URL)
	c.Observer = seen.observer()
	if _, err := newClient(t, c).Snapshot(t.Context(), tenantOf(server.URL), nothing()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen.began, []string{"clusters of -1"}) || seen.read["clusters of -1"] != 257 {
		t.Errorf("%v, %v", seen.began, seen.read)
	}
}
