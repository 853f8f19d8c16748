package remote_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
	"clusterctl/internal/remote"
)

// Success is 2xx. The error of a 403 names the scopes, that of a redirect its target.
func TestStatuses(t *testing.T) {
	t.Parallel()
	const remedy = "(use ORG_ADMIN credentials with the scope idn:remote-client:read to read, idn:remote-client:manage to write)"
	for status, want := range map[int]string{
		200: "", 299: "", 300: "GET /managed-clusters/1: 300 Multiple Choices", 302: "GET /managed-clusters/1: 302 Found",
		401: "GET /managed-clusters/1: 401 Unauthorized", 403: "GET /managed-clusters/1: 403 Forbidden " + remedy,
		404: "GET /managed-clusters/1: 404 Not Found",
	} {
		_, conf := offline(t, writing(status, `{"id":"1"}`))
		_, err := newClient(t, conf).Get(t.Context(), "1")
		if got := strings.TrimSuffix(fmt.Sprint(err), "<nil>"); got != want {
			t.Errorf("%d: %q, want %q", status, got, want)
		}
	}
	_, conf := offline(t, writing(http.StatusForbidden, ``))
	if _, err := newClient(t, conf).Tenant(t.Context()); err == nil || strings.Contains(err.Error(), "scope") {
		t.Errorf("the name of the tenant needs no scope: %v", err)
	}
}

// A Retry-After date gives a wait in whole seconds.
func TestAWaitUpToADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		until := time.Now().Add(10 * time.Minute)
		<-time.After(300 * time.Millisecond)
		_, conf := offline(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", until.UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusServiceUnavailable)
		})
		_, err := newClient(t, conf).Get(t.Context(), "1")
		if err == nil || !strings.HasSuffix(err.Error(), "(try again after 10m0s)") {
			t.Errorf("err = %v", err)
		}
	})
}

// A version is deprecated only if the tenant says so.
func TestDeprecation(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{"true": 1, "false": 0, "": 0} {
		_, conf := offline(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(api.DeprecatedHeader, value)
			fmt.Fprint(w, `{"id":"1"}`)
		})
		calls := 0
		conf.Observer.Deprecated = func() { calls++ }
		if _, err := newClient(t, conf).Get(t.Context(), "1"); err != nil || calls != want {
			t.Errorf("%q: %d times, %v", value, calls, err)
		}
	}
}

// A log configuration has the returned fields; null and empty ones are not set.
func TestLogConfigContents(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for body, want := range map[string]cluster.LiveLogConfig{
		`{}`: {},
		`{"rootLevel":null,"logLevels":null,"expiration":null}`:                    {},
		`{"rootLevel":"","logLevels":{},"expiration":""}`:                          {},
		`{"rootLevel":"INFO","logLevels":{"a":null}}`:                              {RootLevel: "INFO"},
		`{"logLevels":{"a":null,"b":"OFF"}}`:                                       {LogLevels: map[string]cluster.Level{"b": "OFF"}},
		`{"logLevels":{"a":"OFF","b":"","c":"WARN"}}`:                              {LogLevels: map[string]cluster.Level{"a": "OFF", "b": "", "c": "WARN"}},
		`{"rootLevel":"INFO","expiration":"2026-01-02T03:04:05Z","clientId":null}`: {RootLevel: "INFO", Expiration: end},
	} {
		_, conf := offline(t, writing(http.StatusOK, body))
		state, err := newClient(t, conf).LogConfig(t.Context(), "1")
		if err != nil || !state.Known {
			t.Fatalf("%s: %v, %+v", body, err, state)
		}
		if diff := cmp.Diff(&want, state.Config); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

// counting is a tenant whose count exceeds its number of clusters, in pages of a size. It counts
// on request, which only the first page contains.
func counting(t *testing.T, clusters, count, size int) (*fake, remote.Config) {
	t.Helper()
	return offline(t, func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		if asks := r.URL.Query().Get("count") == "true"; asks != (offset == 0) {
			t.Errorf("the count is asked for: %t, at offset %d", asks, offset)
		}
		w.Header().Set(api.TotalCountHeader, strconv.Itoa(count))
		fmt.Fprint(w, rows(offset, max(0, min(size, clusters-offset))))
	})
}

// Nothing is read after an empty page, whatever the count says.
func TestNothingIsReadBehindAnEmptyPage(t *testing.T) {
	t.Parallel()
	f, conf := counting(t, 500, 10000, 250)
	_, err := newClient(t, conf).Snapshot(t.Context(), cluster.Tenant{}, nothing())
	if err == nil || !strings.Contains(err.Error(), "incomplete listing: 500 of 10000 clusters after 8 attempts") || len(f.requests()) != 8*(1+10) {
		t.Errorf("%v after %d requests", err, len(f.requests()))
	}
}

// A parallelism of zero sends requests one at a time.
func TestParallelismOfNone(t *testing.T) {
	t.Parallel()
	for _, parallelism := range []int{-1, 0, 1, 2} {
		_, conf := counting(t, 600, 600, 250)
		conf.Parallelism = parallelism
		s, err := newClient(t, conf).Snapshot(t.Context(), cluster.Tenant{}, nothing())
		if err != nil || len(s.Clusters) != 600 {
			t.Errorf("%d: %d clusters, %v", parallelism, len(s.Clusters), err)
		}
	}
}

// A confirmed listing sums the pages of both listings, and is verified if both are.
func TestAConfirmedListing(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		counts []int // of each listing; -1: none
		want   cluster.Listing
	}{
		"both counted": {[]int{300, 300}, cluster.Listing{Listed: 300, Total: 300, Pages: 4, Reads: 2, Verified: true}},
		"the first":    {[]int{300, -1}, cluster.Listing{Listed: 300, Total: 300, Pages: 5, Reads: 2}},
		"the second":   {[]int{-1, 300}, cluster.Listing{Listed: 300, Total: 300, Pages: 5, Reads: 2}},
		"neither":      {[]int{-1, -1}, cluster.Listing{Listed: 300, Total: 300, Pages: 6, Reads: 2}},
	} {
		turn := -1
		_, conf := offline(t, func(w http.ResponseWriter, r *http.Request) {
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			if offset == 0 {
				turn++
				if tt.counts[turn] >= 0 {
					w.Header().Set(api.TotalCountHeader, strconv.Itoa(tt.counts[turn]))
				}
			}
			fmt.Fprint(w, rows(offset, max(0, min(250, 300-offset))))
		})
		s, err := newClient(t, conf).Snapshot(t.Context(), cluster.Tenant{}, cluster.Need{Log: none})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, s.Listing); diff != "" || len(s.Clusters) != 300 {
			t.Errorf("%s: %d clusters (-want +got):\n%s", name, len(s.Clusters), diff)
		}
	}
}

// Two listings that never agree are an error.
func TestListingsThatNeverAgree(t *testing.T) {
	t.Parallel()
	first := 0
	f, conf := offline(t, func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		if offset == 0 {
			first++
		}
		w.Header().Set(api.TotalCountHeader, "300")
		fmt.Fprint(w, rows(first+offset, min(250, 300-offset)))
	})
	s, err := newClient(t, conf).Snapshot(t.Context(), cluster.Tenant{}, cluster.Need{Log: none})
	if err == nil || !strings.Contains(err.Error(), "changed while they were being listed, 3 times in a row") || s.Clusters != nil || len(f.requests()) != 8 {
		t.Errorf("%v after %d requests", err, len(f.requests()))
	}
}
