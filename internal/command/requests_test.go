package command

import (
	"bytes"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/testkit/wire"
)

// large is a tenant with many clusters that records its requests and their times.
type large struct {
	clusters int
	// inline is the log configuration that a listing carries, and asked the
	// one that is served on its own; without inline the listing has none.
	inline, asked string

	mu    sync.Mutex
	times []time.Time
	kinds map[string]int
}

func (l *large) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind := r.Method + " " + r.URL.Path
	if strings.HasSuffix(kind, "/log-config") {
		kind = "GET log-config"
	}
	l.mu.Lock()
	l.kinds[kind]++
	if r.URL.Path != "/oauth/token" {
		l.times = append(l.times, time.Now())
	}
	l.mu.Unlock()
	switch kind {
	case "POST /oauth/token":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"t","token_type":"bearer","expires_in":43200}`)
	case "GET /oauth/info":
		fmt.Fprint(w, `{"tenantName":"acme"}`)
	case "GET log-config":
		fmt.Fprint(w, l.asked)
	default:
		l.list(w, r)
	}
}

func (l *large) list(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Total-Count", strconv.Itoa(l.clusters))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	var docs []string
	for i := offset; i < min(offset+250, l.clusters); i++ {
		docs = append(docs, fmt.Sprintf(`{"id":"id-%d","name":"va-%d"%s}`, i, i, l.inline))
	}
	fmt.Fprintf(w, "[%s]", strings.Join(docs, ","))
}

// plan plans a file that manages the log configuration of every cluster, in virtual time,
// and returns the duration.
func (l *large) plan(t *testing.T) (took time.Duration) {
	t.Helper()
	l.kinds = map[string]int{}
	var file strings.Builder
	file.WriteString("version: 1\ntenant: acme\ndefaults: {logConfig: {rootLevel: INFO, durationMinutes: 60}}\nclusters:\n")
	for i := range l.clusters {
		fmt.Fprintf(&file, "  - {name: va-%d}\n", i)
	}
	path := filepath.Join(t.TempDir(), "clusters.yaml")
	wire.WriteFile(t, path, []byte(file.String()))
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		var stdout, stderr bytes.Buffer
		code := Run([]string{"clusterctl", "plan", "-f", path}, Env{
			Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now,
			Transport: wire.Transport{Handler: l, Before: func(*http.Request) error { return nil }},
			Getenv: func(name string) string {
				return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any"}[name]
			},
		})
		took = time.Since(begin)
		if want := fmt.Sprintf("No changes. %d clusters match.\n", l.clusters); code != exitDone || !strings.HasSuffix(stdout.String(), want) {
			t.Errorf("exit code %d, %s, %s", code, stdout.String(), stderr.String())
		}
	})
	return took
}

const inForce = `{"rootLevel":"INFO","logLevels":{},"durationMinutes":60,"expiration":"2099-01-01T00:00:00Z"}`

// Reading 1,000 log configurations with a limit of 100 requests per 10 s: no 10 s have more
// than 100 requests, and it hardly takes longer than the limit requires.
func TestThousandLogConfigurationsUnderTheRateLimit(t *testing.T) {
	t.Parallel()
	l := &large{clusters: 1000, asked: inForce}
	took := l.plan(t)
	const span, perSpan = 10 * time.Second, 100
	for i := perSpan; i < len(l.times); i++ {
		if d := l.times[i].Sub(l.times[i-perSpan]); d < span {
			t.Fatalf("request %d came %s after the %dth before it", i, d, perSpan)
		}
	}
	least := time.Duration((len(l.times)-1)/perSpan) * span
	t.Logf("%d requests in %s; the limit allows %s", len(l.times), took, least)
	if took > least+least/10 {
		t.Errorf("%d requests took %s, the limit allows %s", len(l.times), took, least)
	}
}

// Planning no changes for 1,000 clusters whose listing includes log configurations takes
// four pages, a token and the tenant's name.
func TestThousandClustersTakeFourRequests(t *testing.T) {
	t.Parallel()
	l := &large{clusters: 1000, inline: `,"logConfiguration":` + inForce}
	l.plan(t)
	want := map[string]int{"POST /oauth/token": 1, "GET /oauth/info": 1, "GET /v3/managed-clusters": 4}
	if fmt.Sprint(l.kinds) != fmt.Sprint(want) {
		t.Errorf("asked %v, want %v", l.kinds, want)
	}
}
