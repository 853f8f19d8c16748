package trials

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/applier"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// lagScenario creates clusters with one, two and three requests, and changes one.
const lagScenario = `version: 1
clusters:
  - {name: new-1, description: one, updatePreferences: {updateState: AUTO}}
  - {name: new-2, configuration: {gmtOffset: "2"}}
  - {name: old-1, description: after}
`

// lags are the lags of listings. The last one exceeds --create-grace.
func lags() []time.Duration {
	return []time.Duration{0, 50 * time.Millisecond, 200 * time.Millisecond, 2 * time.Second, 6 * time.Second}
}

const usualGrace = 5 * time.Second

// wrongAnswers are well-formed responses about something else.
func wrongAnswers() []faultKind {
	spoil := func(spoil func(body []byte) []byte) func(*http.Request, func() *http.Response) (*http.Response, error) {
		return func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			resp := answer()
			body, _ := io.ReadAll(resp.Body) // in memory
			resp.Body = io.NopCloser(bytes.NewReader(spoil(body)))
			return resp, nil
		}
	}
	return []faultKind{
		{"other id", spoil(withBystandersID)},
		{"wrong shape", spoil(func([]byte) []byte { return []byte("[]") })},
	}
}

// withBystandersID replaces the id of a cluster by that of another one in the tenants of a rig.
func withBystandersID(body []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(body, &doc) != nil || doc["id"] == nil {
		return body
	}
	doc["id"] = json.RawMessage(`"bystander"`)
	spoilt, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return spoilt
}

// meetings are the ways in which a second run follows the first, overlaps it, or does not happen.
func meetings() map[string]func(first, second func() applied) []applied {
	return map[string]func(first, second func() applied) []applied{
		"one": func(first, _ func() applied) []applied { return []applied{first()} },
		"one after the other": func(first, second func() applied) []applied {
			return []applied{first(), second()}
		},
		"two at once": func(first, second func() applied) []applied {
			var (
				runs  [2]applied
				group sync.WaitGroup
			)
			for i, run := range []func() applied{first, second} {
				group.Go(func() { runs[i] = run() })
			}
			group.Wait()
			return runs[:]
		},
	}
}

// Each of the first requests of an apply fails in each way while listings are late, and a second
// apply of the same file runs right after it or at the same time. No namesakes remain unreported;
// with a lag up to the grace, a single apply never creates one, and the next apply completes the
// rest.
func TestLagAndFaults(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	wire.WriteFile(t, r.file, []byte(lagScenario))
	r.pace = 3 * time.Millisecond
	_, _, is := r.clean(t, 3)
	kinds := append(wrongAnswers(), pick(faultKinds(), "dropped before", "dropped after", "500 after")...)
	var grid []laggingFault
	for _, lag := range lags() {
		for _, meeting := range slices.Sorted(maps.Keys(meetings())) {
			for _, fault := range everyFault(9, kinds) {
				grid = append(grid, laggingFault{lag, meeting, fault})
			}
			grid = append(grid, laggingFault{lag: lag, meeting: meeting})
		}
	}
	for shard := range slices.Chunk(sample.Covering(grid, 40, laggingFault.values), 20) {
		t.Run(fmt.Sprintf("%s, %s", shard[0].lag, shard[0].meeting), func(t *testing.T) {
			t.Parallel()
			for _, f := range shard {
				t.Logf("%v: %s", f.values(), r.meet(t, f, is))
			}
		})
	}
}

// laggingFault is a fault with late listings, and how two runs meet. Request 0 means no fault.
type laggingFault struct {
	lag     time.Duration
	meeting string
	oneFault
}

func (f laggingFault) values() []string {
	return append(f.oneFault.values(), f.lag.String()+" "+f.meeting)
}

func pick(kinds []faultKind, names ...string) (picked []faultKind) {
	for _, k := range kinds {
		for _, name := range names {
			if k.name == name {
				picked = append(picked, k)
			}
		}
	}
	return picked
}

// meet plays two runs, checks their reports, and returns a summary.
func (r *rig) meet(t *testing.T, f laggingFault, is map[string]string) (summary string) {
	t.Helper()
	about, lag := fmt.Sprint(f.values()), f.lag
	r.inOptions(t, sandbox.Options{Dir: t.TempDir(), ListLag: lag}, func(tenant *sandbox.Tenant) {
		runs := meetings()[f.meeting](
			func() applied { return r.apply(t, tenant, map[int]faultKind{f.request: f.kind}) },
			func() applied { return r.apply(t, tenant, nil) })
		time.Sleep(lag)
		found := picture(t, tenant)
		areDone, said := true, ""
		for _, a := range runs {
			areDone = areDone && a.code == exitDone
			said += fmt.Sprintf("%d %s %+v\n", a.code, a.stderr, a.result.Outcomes)
		}
		summary = "complete"
		if !areDone {
			summary = "incomplete"
		}
		if twice := namesTwice(found); len(twice) > 0 {
			summary = "twice, and reported"
			if !isReported(runs, twice) || lag <= usualGrace && len(runs) == 1 {
				t.Errorf("%s: %v is there twice, and this is said:\n%s", about, twice, said)
			}
			return
		}
		if diff := cmp.Diff(is, found); areDone && diff != "" {
			t.Errorf("%s: complete, it says (-clean +got):\n%s\n%s", about, diff, said)
		}
		if lag > usualGrace {
			return
		}
		if last := r.apply(t, tenant, nil); last.code != exitDone {
			t.Errorf("%s: the last apply ends with %d: %+v %s\nafter %s", about, last.code, last.result.Outcomes, last.stderr, said)
		}
		time.Sleep(lag)
		if diff := cmp.Diff(is, picture(t, tenant)); diff != "" {
			t.Errorf("%s: the end state is another (-clean +got):\n%s\n%s", about, diff, said)
		}
	})
	return summary
}

// An apply is killed at each of its first requests, before or after the request is applied, while
// listings are late, and another apply begins at once. It finds the first one's clusters as soon
// as they are listed, completes them, and leaves no namesakes.
func TestLagAndKills(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	wire.WriteFile(t, r.file, []byte(lagScenario))
	r.pace = 3 * time.Millisecond
	requests, _, is := r.clean(t, 3)
	var grid []laggingKill
	for _, lag := range lags()[1:4] {
		for _, isDone := range []bool{true, false} {
			for n := range requests {
				grid = append(grid, laggingKill{lag, n + 1, isDone})
			}
		}
	}
	for shard := range slices.Chunk(sample.Covering(grid, 12, laggingKill.values), 6) {
		t.Run(fmt.Sprint(shard[0].values()), func(t *testing.T) {
			t.Parallel()
			for _, k := range shard {
				r.kill(t, k, is)
			}
		})
	}
}

// laggingKill is a kill at a request with late listings.
type laggingKill struct {
	lag     time.Duration
	request int
	isDone  bool
}

func (k laggingKill) values() []string {
	return []string{k.lag.String(), strconv.Itoa(k.request), fmt.Sprintf("done %t", k.isDone)}
}

// kill kills an apply at its n-th request, and starts another one.
func (r *rig) kill(t *testing.T, k laggingKill, is map[string]string) {
	t.Helper()
	r.inOptions(t, sandbox.Options{Dir: t.TempDir(), ListLag: k.lag}, func(tenant *sandbox.Tenant) {
		killed := make(chan struct{})
		faults := map[int]faultKind{k.request: {do: func(_ *http.Request, answer func() *http.Response) (*http.Response, error) {
			if k.isDone {
				answer()
			}
			close(killed)
			return nil, errReset
		}}}
		for later := range 200 { // nothing more is heard of it
			faults[k.request+1+later] = faultKinds()[0]
		}
		var group sync.WaitGroup
		group.Go(func() { r.apply(t, tenant, faults) })
		<-killed
		second := r.apply(t, tenant, nil)
		group.Wait()
		time.Sleep(k.lag)
		if diff := cmp.Diff(is, picture(t, tenant)); diff != "" || second.code != exitDone {
			t.Errorf("killed at %v: the next apply ends with %d: %+v (-clean +got):\n%s", k.values(), second.code, second.result.Outcomes, diff)
		}
	})
}

func namesTwice(found map[string]string) (names []string) {
	for name, clusters := range found {
		if strings.Count(clusters, ";") > 1 {
			names = append(names, name)
		}
	}
	return names
}

// isReported reports whether for each name some run reports that it may not be unique.
func isReported(runs []applied, names []string) bool {
	for _, name := range names {
		isSaid := false
		for _, a := range runs {
			for _, o := range a.result.Outcomes {
				isDoubt := o.Outcome == applier.Unverified || o.Outcome == applier.Unknown || o.Outcome == applier.Conflict
				isSaid = isSaid || o.Name == name && isDoubt && a.code == exitIncomplete
			}
		}
		if !isSaid {
			return false
		}
	}
	return true
}
