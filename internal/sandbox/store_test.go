package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"clusterctl/internal/api"
)

func TestStateOutlivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := serve(t, Options{Dir: dir, InlineAllLogs: true})
	kept, gone := before.create(`{"name": "kept"}`).ID, before.create(`{"name": "gone"}`).ID
	before.want(before.putLog(kept, `{"rootLevel": "INFO"}`), http.StatusOK)
	before.want(before.patch(kept, `[{"op": "replace", "path": "/name", "value": "renamed"}]`), http.StatusOK)
	before.want(before.delete(clusterPath(gone)), http.StatusNoContent)
	want := before.list("")
	if err := before.tenant.Close(); err != nil {
		t.Fatal(err)
	}
	after := serve(t, Options{Dir: dir, InlineAllLogs: true})
	got := after.list("")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(got) != 1 || got[0].Name != "renamed" || got[0].LogConfiguration == nil {
		t.Errorf("got %+v", got)
	}
}

func TestStateOfAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tenant, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = tenant.store.db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(metaBucket)).Put([]byte(formatKey), []byte("2"))
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), `format is "2", not "1"`) {
		t.Errorf("error %v", err)
	}
}

// killDirVariable passes the directory from TestKillLosesNothing to its child.
const killDirVariable = "SANDBOX_TEST_KILL_DIR"

// killAfter is how many acknowledged creates the child is killed after.
const killAfter = 100

func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	acknowledged := killedChild(t, dir)
	if len(acknowledged) < killAfter {
		t.Fatalf("only %d creates were acknowledged", len(acknowledged))
	}
	p := serve(t, Options{Dir: dir})
	for _, id := range acknowledged {
		if got := p.get(clusterPath(id)); got.status != http.StatusOK {
			t.Errorf("acknowledged cluster %s: %d", id, got.status)
		}
	}
}

// killedChild runs createUntilKilled in another process, kills that in the
// middle of its work, and returns the ids that were acknowledged to it.
func killedChild(t *testing.T, dir string) []string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), killDirVariable+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // what the kill has cut is no acknowledgement
		}
		if ids = append(ids, strings.TrimSpace(line)); len(ids) == killAfter {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return ids
}

// createUntilKilled creates clusters from several clients at once and prints
// the id of each that was acknowledged.
func createUntilKilled(dir string) {
	tenant, err := Open(Options{Dir: dir, RateLimit: -1})
	if err != nil {
		log.Fatal(err)
	}
	token := tenant.tokens.sign(claims{ClientID: "killed", Scope: []string{scopeAll}, Expires: 1 << 40})
	server := httptest.NewServer(tenant)
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				id, err := createOne(server.URL, token)
				if err != nil {
					log.Fatal(err)
				}
				fmt.Println(id)
			}
		})
	}
	clients.Wait()
}

// createOne makes one cluster over HTTP, without a test to report to.
func createOne(url, token string) (string, error) {
	request, err := http.NewRequest(http.MethodPost, url+"/v3/managed-clusters", strings.NewReader(`{"name": "a"}`))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", api.ContentTypeJSON)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s (%w)", response.Status, body, err)
	}
	_, rest, _ := strings.Cut(string(body), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	return id, nil
}

// BenchmarkCreate1000 creates 1,000 clusters over HTTP, one at a time and from
// ten clients at once.
func BenchmarkCreate1000(b *testing.B) {
	for _, clients := range []int{1, 10} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			for b.Loop() {
				p := serve(b, Options{})
				var group sync.WaitGroup
				for range clients {
					group.Go(func() {
						for range 1000 / clients {
							if _, err := createOne(p.url, p.token); err != nil {
								b.Error(err)
							}
						}
					})
				}
				group.Wait()
				if rows := p.tenantRows(); rows != 1000 {
					b.Errorf("%d clusters", rows)
				}
			}
		})
	}
}

// BenchmarkList reads a tenant of 1,000 clusters in full pages.
func BenchmarkList(b *testing.B) {
	p := serve(b, Options{Seed: 999})
	for b.Loop() {
		if ids := p.idsOf(api.MaxPage, 999); len(ids) != 999 {
			b.Errorf("%d clusters", len(ids))
		}
	}
}
