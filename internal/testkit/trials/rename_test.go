package trials

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// renameFile is a chain of two renames and a swap, of clusters pinned by id.
const renameFile = `version: 1
clusters:
  - {id: %[1]s, name: va-2, description: was one}
  - {id: %[2]s, name: va-3, configuration: {gmtOffset: "-5"}}
  - {id: %[3]s, name: va-right}
  - {id: %[4]s, name: va-left, description: was right}
`

// renameStage is a tenant that refuses a name in use, and the file for it.
func renameStage(t *testing.T, s *stage) (file string) {
	t.Helper()
	var ids []any
	for _, name := range []string{"va-1", "va-2", "va-left", "va-right"} {
		ids = append(ids, idIn(t, wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"`+name+`"}`)))
	}
	return wire.WriteClusters(t, fmt.Sprintf(renameFile, ids...))
}

// One apply makes a chain of renames and a swap, on a tenant that refuses names in use.
// Interrupted at any request, the next apply ends in the same state.
func TestRenamesAreCutOffAnywhere(t *testing.T) {
	t.Parallel()
	requests := uint64(0)
	inBubble(t, sandbox.Options{UniqueNames: true}, func(t *testing.T, s *stage) {
		file := renameStage(t, s)
		s.onRequest = func(*http.Request) error { requests++; return nil }
		s.run("apply", "--auto-approve", "--file", file).expect(t, exitDone, "Apply complete: 4 applied, 0 failed.")
		s.run("plan", "--detailed-exitcode", "--file", file).expect(t, exitDone, "No changes. 4 clusters match.")
	})
	for _, cut := range sample.Of(seeds(requests), 8) {
		inBubble(t, sandbox.Options{UniqueNames: true}, func(t *testing.T, s *stage) {
			file := renameStage(t, s)
			seen := uint64(0)
			s.onRequest = func(*http.Request) error {
				if seen++; seen > cut {
					return errors.New("dial tcp: connection refused")
				}
				return nil
			}
			if r := s.run("apply", "--auto-approve", "--retries", "0", "--parallelism", "1", "--file", file); r.code == exitPending {
				t.Errorf("cut off at %d: exit code 2: %s", cut, r.stderr)
			}
			s.onRequest = nil
			s.run("apply", "--auto-approve", "--file", file).expect(t, exitDone)
			s.run("plan", "--detailed-exitcode", "--file", file).expect(t, exitDone, "No changes. 4 clusters match.")
		})
	}
}

// The undo of a chain and a swap is a chain and a swap.
func TestRenamesAreUndoneAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{UniqueNames: true}, func(t *testing.T, s *stage) {
		file := renameStage(t, s)
		was := documents(t, s.tenant)
		receipt := strings.TrimSuffix(file, ".yaml") + ".jsonl"
		s.run("apply", "--auto-approve", "--file", file, "--receipt", receipt).expect(t, exitDone)
		s.run("undo", receipt, "--auto-approve").expect(t, exitDone, "Apply complete: 4 applied, 0 failed.")
		if diff := cmp.Diff(was, documents(t, s.tenant)); diff != "" {
			t.Errorf("the undo ends in another state (-before +got):\n%s", diff)
		}
	})
}

// A name that someone takes during the run is not given a second time.
func TestRenameToANameThatIsTakenDuringTheRun(t *testing.T) {
	t.Parallel()
	inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
		id := idIn(t, wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"va-old"}`))
		file := wire.WriteClusters(t, "version: 1\nclusters: [{id: "+id+", name: va-new}]\n")
		isListed := false
		s.onRequest = func(req *http.Request) error {
			if isListed && req.Method == http.MethodGet {
				s.onRequest = nil
				wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"va-new"}`)
			}
			isListed = true
			return nil
		}
		s.run("apply", "--auto-approve", "--file", file).expect(t, exitIncomplete, "its new name is taken by another cluster")
		if is := picture(t, s.tenant); is["va-old"] == "" || strings.Count(is["va-new"], ";") != 1 {
			t.Errorf("the tenant has %v", is)
		}
	})
}

// A late listing shows a renamed cluster with its old name.
func TestChainOfRenamesOnAListingThatLags(t *testing.T) {
	t.Parallel()
	const lag = 2 * time.Second
	inBubble(t, sandbox.Options{UniqueNames: true, ListLag: lag}, func(t *testing.T, s *stage) {
		file := renameStage(t, s)
		time.Sleep(lag)
		s.run("apply", "--auto-approve", "--file", file).expect(t, exitDone, "Apply complete: 4 applied, 0 failed.")
		time.Sleep(lag)
		s.run("plan", "--detailed-exitcode", "--file", file).expect(t, exitDone, "No changes. 4 clusters match.")
	})
}
