// Package bench measures whole commands against a tenant in memory, next to the floor:
// what it takes to fetch and decode the same answers.
package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// tape answers each GET as the tenant did the first time, so that a benchmark measures
// the program alone.
type tape struct {
	tenant http.Handler

	mu       sync.Mutex
	answers  map[string]*http.Response
	bodies   map[string][]byte
	requests int
}

func (r *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	wire.NoteSent(req)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests++
	key := req.Method + req.URL.String()
	if r.answers[key] == nil {
		resp := wire.Serve(r.tenant, req)
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		r.answers[key], r.bodies[key] = resp, body
	}
	resp := *r.answers[key]
	resp.Body = io.NopCloser(bytes.NewReader(r.bodies[key]))
	return &resp, nil
}

// run runs a command, which has to succeed.
func run(b *testing.B, transport http.RoundTripper, args ...string) string {
	b.Helper()
	var stdout, stderr bytes.Buffer
	code := command.Run(append([]string{"clusterctl"}, args...), command.Env{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Transport: transport, Getenv: wire.Access,
	})
	if code != 0 {
		b.Fatalf("exit code %d: %s", code, stderr.String())
	}
	return stdout.String()
}

// sizes are the clusters that a tenant has.
func sizes() []int { return []int{1000, 10000} }

// recorded returns a tenant of n clusters, and the file that declares all of them.
func recorded(b *testing.B, n int) (*tape, string) {
	b.Helper()
	tenant, err := sandbox.Open(sandbox.Options{Dir: b.TempDir(), Unsynced: true, Seed: n, RateLimit: -1, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = tenant.Close() })
	r := &tape{tenant: tenant, answers: map[string]*http.Response{}, bodies: map[string][]byte{}}
	file := filepath.Join(b.TempDir(), "clusters.yaml")
	wire.WriteFile(b, file, []byte(run(b, r, "export", "--quiet", "--rate-limit", "1000000/1s")))
	return r, file
}

// BenchmarkPlan plans clusters that are all as declared.
func BenchmarkPlan(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r, file := recorded(b, n)
			run(b, r, "plan", "--quiet", "--file", file, "--rate-limit", "1000000/1s")
			r.requests = 0
			b.ReportAllocs()
			for b.Loop() {
				if out := run(b, r, "plan", "--quiet", "--file", file, "--rate-limit", "1000000/1s"); !strings.Contains(out, "No changes.") {
					b.Fatal(out)
				}
			}
			b.ReportMetric(float64(r.requests)/float64(b.N), "requests/op")
		})
	}
}

// BenchmarkFloor decodes the answers that a plan needs, and does nothing else.
func BenchmarkFloor(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r, file := recorded(b, n)
			clear(r.bodies)
			clear(r.answers)
			run(b, r, "plan", "--quiet", "--file", file, "--rate-limit", "1000000/1s")
			size := 0
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range r.bodies {
					var page any
					copied, err := io.ReadAll(bytes.NewReader(body))
					if err != nil {
						b.Fatal(err)
					}
					if err := json.Unmarshal(copied, &page); err != nil {
						b.Fatal(err)
					}
					size += len(body)
				}
			}
			b.ReportMetric(float64(size)/float64(b.N)/1e6, "MB/op")
		})
	}
}
