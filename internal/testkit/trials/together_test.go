package trials

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
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

// wayward delays each request and its response by a different time, so that two runs interleave
// differently with every seed.
type wayward struct {
	next http.RoundTripper
	seed uint64

	mu   sync.Mutex
	seen map[string]int
}

func (w *wayward) RoundTrip(req *http.Request) (*http.Response, error) {
	const most = 40 * time.Millisecond
	random := rand.New(rand.NewPCG(w.seed, w.key(req)))
	time.Sleep(time.Duration(random.Int64N(int64(most))))
	resp, err := w.next.RoundTrip(req)
	time.Sleep(time.Duration(random.Int64N(int64(most))))
	return resp, err
}

// key identifies a request among all others of its run, in any order.
func (w *wayward) key(req *http.Request) uint64 {
	text := req.Method + " " + req.URL.String()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[text]++
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", text, w.seen[text])
	return h.Sum64()
}

// meeting is the result of two concurrent runs of one file.
type meeting struct {
	runs [2]ran
	is   map[string]string
}

// meet applies the file twice at the same time.
func meet(t *testing.T, s *stage, file string, seed uint64) meeting {
	t.Helper()
	var (
		m     meeting
		group sync.WaitGroup
	)
	for i := range m.runs {
		way := &wayward{next: s, seed: 2*seed + uint64(i), seen: map[string]int{}}
		group.Go(func() {
			m.runs[i] = runOn(way, nil, "apply", "--auto-approve", "--quiet", "--output", "json", "--file", file)
		})
	}
	group.Wait()
	m.is = picture(t, s.tenant)
	return m
}

// Two runs apply the same file at the same time, fifty times, each time with another order of
// their requests. There are no namesakes, both reports are true, and a third apply has nothing
// left to do.
func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	file := wire.WriteClusters(t, trialFile)
	var want map[string]string
	inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
		populate(t, s.tenant)
		s.run("apply", "--auto-approve", "--file", file).expect(t, exitDone)
		want = picture(t, s.tenant)
	})
	words, codes := map[applier.Outcome]int{}, map[int]int{}
	rounds := sample.Of(seeds(50), 4)
	for _, seed := range rounds {
		inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
			populate(t, s.tenant)
			m := meet(t, s, file, seed)
			for _, r := range m.runs {
				codes[r.code]++
				expectTruth(t, r, m.is, want, words)
			}
			s.run("apply", "--auto-approve", "--file", file).expect(t, exitDone, "No changes. ")
			if diff := cmp.Diff(want, picture(t, s.tenant)); diff != "" {
				t.Errorf("the end state is another (-one run +two):\n%s", diff)
			}
			if t.Failed() {
				t.Fatalf("seed %d: %s\n%s\n%s", seed, m.runs[0].stdout, m.runs[1].stdout, m.runs[0].stderr+m.runs[1].stderr)
			}
		})
	}
	t.Logf("%d rounds of two runs: exit codes %v, outcomes %v", len(rounds), codes, words)
}

// expectTruth checks that every change that a report calls applied is in effect.
func expectTruth(t *testing.T, r ran, is, want map[string]string, words map[applier.Outcome]int) {
	t.Helper()
	var result applier.Result
	if err := json.Unmarshal([]byte(r.stdout), &result); err != nil {
		t.Fatalf("exit code %d: %v\n%s", r.code, err, r.stderr)
	}
	if isComplete := r.code == exitDone; isComplete != result.IsComplete() || !isComplete && r.code != exitIncomplete {
		t.Errorf("exit code %d of %+v", r.code, result.Summary)
	}
	for _, o := range result.Outcomes {
		words[o.Outcome]++
		isDone := o.Outcome == applier.Applied || o.Outcome == applier.Unchanged
		if isDone && is[o.Name] != want[o.Name] {
			t.Errorf("%s %s is %s, it says, but is\n%s, not\n%s", o.Action, o.Name, o.Outcome, is[o.Name], want[o.Name])
		}
		if !isDone && o.Error == "" {
			t.Errorf("%s %s is %s without a word", o.Action, o.Name, o.Outcome)
		}
	}
	for name, clusters := range is {
		if strings.Count(clusters, ";") > 1 {
			t.Errorf("%s is there twice", name)
		}
	}
}
