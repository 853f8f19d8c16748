package remote_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/testkit/sample"
)

// Whatever the count and the pages of a tenant, the received rows limit the number of requests.
func TestRequestsAreBoundedByWhatWasReceived(t *testing.T) {
	t.Parallel()
	const (
		mostReadings = 3 * 8 // as many as reading starts over, and as it is repeated
		atOnce       = 10
	)
	var count string
	var page func(offset int) (first, rows int)
	var asked, received atomic.Int64
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		first, n := page(offset)
		received.Add(int64(n))
		w.Header().Set(api.TotalCountHeader, count)
		fmt.Fprint(w, rows(first, n))
	})
	client := newClient(t, config(t, f.URL))
	rapid.Check(t, func(t *rapid.T) {
		if sample.LeavesOut(t, 2) {
			return
		}
		count = rapid.OneOf(
			rapid.SampledFrom([]string{"9999999999", "9223372036854775807", "2000000", "3000", "99999999999999999999", "-5", "many", "", "0"}),
			rapid.StringMatching(`[0-9]{1,4}`),
		).Draw(t, "count")
		size := rapid.SampledFrom([]int{0, 1, 2, 50, 250}).Draw(t, "size")
		there := rapid.IntRange(0, 600).Draw(t, "there")
		behaviour := rapid.SampledFrom([]string{"honest", "the first page again", "one row again", "one new row"}).Draw(t, "behaviour")
		page = func(offset int) (first, rows int) {
			switch behaviour {
			case "the first page again":
				return 0, min(size, there)
			case "one row again":
				return 0, 1
			case "one new row":
				return min(offset, there), min(1, there)
			default:
				return offset, max(min(size, there-offset), 0)
			}
		}
		asked.Store(0)
		received.Store(0)
		s, err := client.Snapshot(t.Context(), cluster.Tenant{}, nothing())
		if most := received.Load() + mostReadings*(atOnce+1); asked.Load() > most {
			t.Errorf("%d requests for %d rows, counted as %s, %s", asked.Load(), received.Load(), count, behaviour)
		}
		if counted, _ := strconv.Atoi(count); err == nil && s.Listing.Verified && counted != len(s.Clusters) {
			t.Errorf("%d clusters are verified by a count of %q", len(s.Clusters), count)
		}
	})
}

// A large count needs neither memory nor time, and the deadline holds.
func TestACountSizesNothing(t *testing.T) {
	t.Parallel()
	for _, count := range []string{"9999999999", "2000000", "9223372036854775807"} {
		t.Run(count, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(api.TotalCountHeader, count)
				fmt.Fprint(w, rows(0, 1))
			})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if s, err := list(t, f, nothing()); err == nil {
				t.Errorf("%d clusters are taken for %s", len(s.Clusters), count)
			}
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 256<<20 { // all tests at once
				t.Errorf("%d MiB were taken", took>>20)
			}
			if n := len(f.requests()); n > 20 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// An endless listing stops at its limits, or with the context.
func TestAnEndlessListingEnds(t *testing.T) {
	t.Parallel()
	var offset atomic.Int64
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(api.TotalCountHeader, "9999999999")
		fmt.Fprint(w, rows(int(offset.Add(1)), 1))
	})
	if _, err := list(t, f, nothing()); err == nil || len(f.requests()) > 1010 {
		t.Errorf("err = %v after %d requests", err, len(f.requests()))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	f = newFake(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(api.TotalCountHeader, "9999999999")
		fmt.Fprint(w, rows(int(offset.Add(1)), 1))
		if offset.Load() > 1020 {
			<-r.Context().Done()
		}
	})
	if _, err := newClient(t, config(t, f.URL)).Snapshot(ctx, cluster.Tenant{}, nothing()); err == nil {
		t.Error("the context did not end it")
	}
}
