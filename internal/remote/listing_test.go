package remote_test

import (
	stdcmp "cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
	"clusterctl/internal/testkit/sample"
)

// However the tenant orders its pages, each cluster is listed once.
func TestListingUnderAnUnstableOrder(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 249, 250, 251, 500, 1001} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			conf := config(t, "https://acme.example")
			conf.Base, conf.Credentials = newShuffled(n), remote.Credentials{AccessToken: "t"}
			s, err := newClient(t, conf).Snapshot(t.Context(), tenantOf(""), nothing())
			if err != nil {
				t.Fatal(err)
			}
			ids := map[string]bool{}
			for _, c := range s.Clusters {
				ids[c.ID] = true
			}
			if len(ids) != n || len(s.Clusters) != n || s.Listing.Listed != n || s.Listing.Total != n {
				t.Errorf("%d clusters, %d ids, listing %+v; want %d", len(s.Clusters), len(ids), s.Listing, n)
			}
		})
	}
}

// newShuffled returns a tenant of n clusters whose responses vary in order by a few places.
func newShuffled(n int) http.RoundTripper {
	random := rand.New(rand.NewPCG(uint64(n), 2))
	var mu sync.Mutex
	return inMemory{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		ids := make([]int, n)
		places := make([]float64, n)
		for i := range ids {
			ids[i], places[i] = i, float64(i)+16*random.Float64()
		}
		slices.SortFunc(ids, func(a, b int) int { return stdcmp.Compare(places[a], places[b]) })
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		w.Header().Set(api.TotalCountHeader, strconv.Itoa(n))
		var docs []string
		for _, id := range ids[min(offset, n):min(offset+250, n)] {
			docs = append(docs, fmt.Sprintf(`{"id":"%d","name":"va-%d"}`, id, id))
		}
		fmt.Fprintf(w, "[%s]", strings.Join(docs, ","))
	})}
}

// A cluster that is read by id replaces the listed one.
func TestSnapshotRereads(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		switch path := strings.TrimPrefix(r.URL.Path, "/v3/managed-clusters"); path {
		case "":
			w.Header().Set("X-Total-Count", "4")
			fmt.Fprint(w, `[{"id":"1","name":"a"},{"id":"2","name":"b"},{"id":"3","name":"c"},{"id":"5","name":"d"}]`)
		case "/2", "/4":
			fmt.Fprintf(w, `{"id":%q,"name":"now"}`, path[1:])
		case "/5":
			fmt.Fprint(w, `[]`)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
	need := nothing()
	need.Reread = func([]cluster.Live) []string { return []string{"2", "3", "4", "5"} }
	s, err := newClient(t, config(t, f.URL)).Snapshot(t.Context(), tenantOf(f.URL), need)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, live := range s.Clusters {
		got = append(got, fmt.Sprintf("%s %s %t", live.ID, live.Name, live.Problem != ""))
	}
	if diff := cmp.Diff([]string{"1 a false", "2 now false", "4 now false", "5  true"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// pages serves a listing of `total` clusters; turn counts the readings.
func pages(count func(turn int) (total int, header bool), serve func(w http.ResponseWriter, turn, offset int)) http.HandlerFunc {
	var turns atomic.Int32
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		if offset == 0 {
			turns.Add(1)
		}
		turn := int(turns.Load())
		if total, header := count(turn); header && r.URL.Query().Get("count") == "true" {
			w.Header().Set(api.TotalCountHeader, strconv.Itoa(total))
		}
		serve(w, turn, offset)
	}
}

func TestListingIsCompleteOrAnError(t *testing.T) {
	t.Parallel()
	always := func(total int) func(int) (int, bool) { return func(int) (int, bool) { return total, true } }
	uncounted := func(int) (int, bool) { return 0, false }
	window := func(total int) func(http.ResponseWriter, int, int) {
		return func(w http.ResponseWriter, _, offset int) {
			fmt.Fprint(w, rows(offset, max(min(250, total-offset), 0)))
		}
	}
	tests := map[string]struct {
		count func(int) (int, bool)
		serve func(http.ResponseWriter, int, int)
		want  cluster.Listing
		err   string
	}{
		"one page":   {count: always(3), serve: window(3), want: cluster.Listing{Listed: 3, Total: 3, Pages: 1, Reads: 1, Verified: true}},
		"no cluster": {count: always(0), serve: window(0), want: cluster.Listing{Pages: 1, Reads: 1, Verified: true}},
		"full pages": {count: always(500), serve: window(500), want: cluster.Listing{Listed: 500, Total: 500, Pages: 2, Reads: 1, Verified: true}},
		"pages smaller than was asked": {
			count: always(250),
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(offset, 100-offset/200*50)) },
			want:  cluster.Listing{Listed: 250, Total: 250, Pages: 3, Reads: 1, Verified: true},
		},
		"missed at first, then shown": {
			count: always(3),
			serve: func(w http.ResponseWriter, turn, _ int) { fmt.Fprint(w, rows(turn-1, 2)) },
			want:  cluster.Listing{Listed: 3, Total: 3, Pages: 4, Reads: 2, Verified: true},
		},
		"never shown": {
			count: always(3),
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(0, 2-offset)) },
			err:   "incomplete listing: 2 of 3 clusters after 8 attempts",
		},
		"never shown, another one twice": { // as many rows as were counted
			count: always(3),
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(min(offset, 1), max(2-offset/2, 0))) },
			err:   "incomplete listing: 2 of 3 clusters after 8 attempts",
		},
		"no count, a 400 for another reason": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, offset int) {
				if offset > 0 {
					w.WriteHeader(http.StatusBadRequest)
				}
				fmt.Fprint(w, rows(offset, 250))
			},
			err: "GET /managed-clusters: 400 Bad Request",
		},
		"no count, an offset that is refused": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, offset int) {
				if offset > 0 {
					w.WriteHeader(http.StatusForbidden)
					fmt.Fprint(w, `{"messages":[{"text":"Specified offset is invalid"}]}`)
					return
				}
				fmt.Fprint(w, rows(offset, 250))
			},
			err: "GET /managed-clusters: 403 Forbidden",
		},
		"counted but never listed": {
			count: always(3), serve: func(w http.ResponseWriter, _, _ int) { fmt.Fprint(w, "[]") },
			err: "incomplete listing: 0 of 3 clusters",
		},
		"the count moved once": {
			count: func(turn int) (int, bool) { return min(2+turn, 4), true },
			serve: func(w http.ResponseWriter, turn, offset int) {
				fmt.Fprint(w, rows(0, max(min(2, turn)*2-offset, 0)))
			},
			want: cluster.Listing{Listed: 4, Total: 4, Pages: 4, Reads: 1, Verified: true},
		},
		"the count never rests": {
			count: func(turn int) (int, bool) { return 10 + turn, true },
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(0, max(5-offset, 0))) },
			err:   "the clusters changed while they were being listed, 3 times in a row",
		},
		"more than was counted": {
			count: always(1), serve: func(w http.ResponseWriter, _, _ int) { fmt.Fprint(w, rows(0, 2)) },
			err: "changed while they were being listed",
		},
		"no count, a short page": {count: uncounted, serve: window(260), want: cluster.Listing{Listed: 260, Total: 260, Pages: 3, Reads: 1}},
		"no count, small pages": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(offset, max(min(10, 31-offset), 0))) },
			want:  cluster.Listing{Listed: 31, Total: 31, Pages: 5, Reads: 1},
		},
		"no count and no end": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, offset int) { fmt.Fprint(w, rows(offset, 1)) },
			err:   "the listing has more than 1000 pages",
		},
		"no count, an empty last page": {count: uncounted, serve: window(500), want: cluster.Listing{Listed: 500, Total: 500, Pages: 3, Reads: 1}},
		"no count, a 400 behind a full last page": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, offset int) {
				if offset == 250 {
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprint(w, `{"messages":[{"text":"Specified offset is invalid"}]}`)
					return
				}
				fmt.Fprint(w, rows(offset, 250))
			},
			want: cluster.Listing{Listed: 250, Total: 250, Pages: 1, Reads: 1},
		},
		"a further page fails": {
			count: always(300),
			serve: func(w http.ResponseWriter, _, offset int) {
				if offset > 0 {
					w.WriteHeader(http.StatusForbidden)
				}
				fmt.Fprint(w, rows(0, 250))
			},
			err: "GET /managed-clusters: 403 Forbidden",
		},
		"no list": {count: uncounted, serve: func(w http.ResponseWriter, _, _ int) { fmt.Fprint(w, `{"items":[]}`) }, err: "not a list of clusters"},
		"null":    {count: uncounted, serve: func(w http.ResponseWriter, _, _ int) { fmt.Fprint(w, `null`) }, err: "not a list of clusters"},
		"nothing": {count: uncounted, serve: func(http.ResponseWriter, int, int) {}, err: "not a list of clusters"},
		"a count that is none": {
			count: uncounted,
			serve: func(w http.ResponseWriter, _, _ int) {
				w.Header().Set(api.TotalCountHeader, "many")
				fmt.Fprint(w, rows(0, 1))
			},
			want: cluster.Listing{Listed: 1, Total: 1, Pages: 2, Reads: 1},
		},
		"HTML with a 200": {count: uncounted, serve: func(w http.ResponseWriter, _, _ int) {
			fmt.Fprint(w, "<html><title>Sign in</title></html>")
		}, err: "status 200, but the response is not JSON: \"Sign in\""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, pages(tt.count, tt.serve))
			s, err := newClient(t, config(t, f.URL)).Snapshot(t.Context(), tenantOf(f.URL), nothing())
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || len(s.Clusters) > 0 {
					t.Errorf("err = %v with %d clusters, want %q and none", err, len(s.Clusters), tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, s.Listing); diff != "" || len(s.Clusters) != tt.want.Listed {
				t.Errorf("%d clusters, listing (-want +got):\n%s", len(s.Clusters), diff)
			}
		})
	}
}

// A log configuration is requested only if it is needed and the listing lacks it.
func TestLogConfigurationsAreAskedForWhereNeeded(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v3/managed-clusters/absent/log-config":
			w.WriteHeader(http.StatusNoContent)
		case "/v3/managed-clusters/endless/log-config":
			fmt.Fprint(w, `{"rootLevel":"INFO","logLevels":{"a":"OFF"},"durationMinutes":5,"expiration":"2026-03-29T12:00:00.123456Z","clientId":null}`)
		default:
			w.Header().Set(api.TotalCountHeader, "5")
			fmt.Fprint(w, `[{"id":"absent","name":"a"},{"id":"none","name":"b","logConfiguration":null},`+
				`{"id":"endless","name":"c","logConfiguration":{"rootLevel":"WARN"}},`+
				`{"id":"listed","name":"d","logConfiguration":{"rootLevel":"WARN","expiration":"2026-03-29T14:00:00+02:00"}},`+
				`{"id":"spared","name":"e"}]`)
		}
	})
	s, err := newClient(t, config(t, f.URL)).Snapshot(t.Context(), tenantOf(f.URL), needLog(func(l cluster.Live) bool { return l.ID != "spared" }))
	if err != nil {
		t.Fatal(err)
	}
	if asked := f.requests(); len(asked) != 3 {
		t.Errorf("asked %v, want a page and two log configurations", asked)
	}
	want := map[string]string{"absent": "true none", "none": "true none", "endless": "true INFO 2026-03-29T12:00:00Z", "listed": "true WARN 2026-03-29T12:00:00Z", "spared": "false none"}
	for _, c := range s.Clusters {
		got := fmt.Sprint(c.Log.Known, " none")
		if c.Log.Config != nil {
			got = fmt.Sprint(c.Log.Known, " ", c.Log.Config.RootLevel, " ", c.Log.Config.Expiration.UTC().Format("2006-01-02T15:04:05Z"))
		}
		if got != want[c.ID] {
			t.Errorf("%s: %s, want %s", c.ID, got, want[c.ID])
		}
	}
}

// The filter is escaped, with spaces as %20; a name in another case is not a match.
func TestFind(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(api.TotalCountHeader, "2")
		fmt.Fprint(w, `[{"id":"1","name":"A \"b\\c"},{"id":"2","name":"a \"b\\c"}]`)
	})
	got, err := newClient(t, config(t, f.URL)).Find(t.Context(), []string{`a "b\c`}, false)
	if err != nil || len(got.Clusters) != 1 || got.Clusters[0].ID != "2" || !got.Verified {
		t.Errorf("found %v, %v", got, err)
	}
	const want = "GET /v3/managed-clusters?limit=250&offset=0&count=true&filters=name%20eq%20%22a%20%5C%22b%5C%5Cc%22"
	if asked := f.requests(); len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %v\nwant  %s", asked, want)
	}
}

func TestFindWhereTheServerDoesNotFilter(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("filters") {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set(api.TotalCountHeader, "5")
		fmt.Fprint(w, rows(0, 5))
	})
	got, err := newClient(t, config(t, f.URL)).Find(t.Context(), []string{"va-3"}, false)
	if err != nil || len(got.Clusters) != 1 || got.Clusters[0].ID != "3" || !got.Verified || len(f.requests()) != 2 {
		t.Errorf("found %v, %v after %v", got, err, f.requests())
	}
}

// Clusters are added and deleted between any two requests. A listing never misses a cluster that
// exists throughout.
func TestListingWhileTheCollectionMoves(t *testing.T) {
	t.Parallel()
	seeds := make([]uint64, 1000)
	for i := range seeds {
		seeds[i] = uint64(i)
	}
	for shard := range slices.Chunk(sample.Of(seeds, 80), 40) {
		t.Run(strconv.FormatUint(shard[0], 10), func(t *testing.T) {
			t.Parallel()
			listed := 0
			for _, seed := range shard {
				if listChurn(t, seed) {
					listed++
				}
			}
			t.Logf("%d rounds: %d listed completely, %d refused", len(shard), listed, len(shard)-listed)
			if listed < len(shard)/2 {
				t.Error("most rounds were refused")
			}
		})
	}
}

// listChurn lists one moving tenant and reports whether it was listed at all.
func listChurn(t *testing.T, seed uint64) bool {
	t.Helper()
	const stable = 260
	conf := config(t, "https://acme.example")
	conf.Base, conf.Credentials, conf.Parallelism = newChurn(seed, stable), remote.Credentials{AccessToken: "t"}, 1
	s, err := newClient(t, conf).Snapshot(t.Context(), tenantOf(""), cluster.Need{
		Log: func(cluster.Live) bool { return false },
		Missing: func(live []cluster.Live) cluster.Missing {
			return cluster.Missing{Others: missingStable(live, stable) > 0}
		},
	})
	if err != nil {
		if !strings.Contains(err.Error(), "changed while they were being listed") && !strings.Contains(err.Error(), "incomplete listing") {
			t.Errorf("round %d: %v", seed, err)
		}
		return false
	}
	if n := missingStable(s.Clusters, stable); n > 0 {
		t.Errorf("round %d: %d of the clusters that were there all the time are missing", seed, n)
	}
	return true
}

func missingStable(listed []cluster.Live, stable int) int {
	names := map[string]bool{}
	for _, live := range listed {
		names[live.Name] = true
	}
	missing := 0
	for i := range stable {
		if !names[fmt.Sprintf("stable-%d", i)] {
			missing++
		}
	}
	return missing
}

// churn is a tenant of stable and passing clusters. Before each answer some
// passing ones come and go, and sometimes the order changes.
type churn struct {
	random *rand.Rand
	rows   []string
	next   int
	calm   int // the number of the request from which on nothing moves
	asked  int
}

func newChurn(seed uint64, stable int) *churn {
	c := &churn{random: rand.New(rand.NewPCG(seed, 1))}
	for i := range stable {
		c.rows = append(c.rows, fmt.Sprintf("stable-%d", i))
	}
	for range 40 {
		c.arrive()
	}
	c.shuffle()
	c.calm = c.random.IntN(20)
	return c
}

func (c *churn) arrive() {
	c.next++
	at := c.random.IntN(len(c.rows) + 1)
	c.rows = slices.Insert(c.rows, at, fmt.Sprintf("passing-%d", c.next))
}

func (c *churn) leave() {
	passing := slices.IndexFunc(c.rows, func(name string) bool { return strings.HasPrefix(name, "passing") })
	if passing >= 0 {
		c.rows = slices.Delete(c.rows, passing, passing+1)
	}
}

func (c *churn) shuffle() {
	c.random.Shuffle(len(c.rows), func(i, j int) { c.rows[i], c.rows[j] = c.rows[j], c.rows[i] })
}

func (c *churn) move() {
	if c.asked++; c.asked > c.calm {
		return
	}
	for range c.random.IntN(3) {
		// As many come as go, so that the count gives nothing away.
		c.arrive()
		c.leave()
	}
	switch c.random.IntN(10) {
	case 0:
		c.arrive()
	case 1:
		c.leave()
	case 2:
		c.shuffle()
	}
}

func (c *churn) RoundTrip(r *http.Request) (*http.Response, error) {
	c.move()
	w := httptest.NewRecorder()
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	if r.URL.Query().Get("count") == "true" {
		w.Header().Set(api.TotalCountHeader, strconv.Itoa(len(c.rows)))
	}
	var docs []string
	for i := offset; i < min(offset+250, len(c.rows)); i++ {
		docs = append(docs, fmt.Sprintf(`{"id":%q,"name":%q}`, c.rows[i], c.rows[i]))
	}
	fmt.Fprintf(w, "[%s]", strings.Join(docs, ","))
	return w.Result(), nil
}
