package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// counted counts the requests to a tenant, without those for tokens.
type counted struct {
	tenant   http.Handler
	requests atomic.Int64
}

func (c *counted) RoundTrip(req *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(req.URL.Path, "/oauth/") {
		c.requests.Add(1)
	}
	return wire.Transport{Handler: c.tenant}.RoundTrip(req)
}

// run runs a command that has to succeed, and returns what it prints and how many requests
// it sends.
func (c *counted) run(t *testing.T, args ...string) (stdout string, requests int) {
	t.Helper()
	var out, errs bytes.Buffer
	before := c.requests.Load()
	code := command.Run(append([]string{"clusterctl"}, args...), command.Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now, Transport: c, Getenv: wire.Access,
	})
	if code != 0 {
		t.Fatalf("exit code %d of %v: %s%s", code, args, errs.String(), out.String())
	}
	return out.String(), int(c.requests.Load() - before)
}

// creates declares n new clusters.
func creates(n int, rest string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  - {name: new-%d, description: new%s}\n", i, rest)
	}
	return b.String()
}

// seededNames are the names of the first seeded clusters.
func seededNames() []string {
	return strings.Fields("va-austin va-boston va-denver va-dublin va-frankfurt va-geneva va-houston va-lisbon va-madrid va-melbourne")
}

// each declares the seeded clusters, each with a rest.
func each(rest func(i int) string) string {
	var b strings.Builder
	for i, name := range seededNames() {
		fmt.Fprintf(&b, "  - {name: %s%s}\n", name, rest(i))
	}
	return b.String()
}

func always(rest string) func(int) string { return func(int) string { return rest } }

const withLog = ", logConfig: {rootLevel: WARN, durationMinutes: 600}"

// An apply sends at most the requests that its plan states, and at least 80 % of them.
func TestTheBudgetIsTrue(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		seed     int
		noFilter bool
		clusters string
		most     int // the requests that it may take, with those of the plan; 0 is any number
	}{
		"one create":                              {0, false, creates(1, ""), 0},
		"a first apply of 100":                    {0, false, creates(100, ""), 0},
		"a first apply of 120 with logs":          {0, false, creates(120, withLog), 260},
		"the same without name filters":           {0, true, creates(120, withLog), 260},
		"20 creates with logs into 800":           {800, false, creates(20, withLog), 60},
		"20 without name filters":                 {800, true, creates(20, withLog), 60},
		"3 creates into 800":                      {800, false, creates(3, ""), 20},
		"creates that need a patch":               {0, false, creates(20, ", updatePreferences: {updateState: AUTO}"), 0},
		"updates of what is there":                {20, false, each(func(i int) string { return fmt.Sprintf(", description: new %d", i) }), 0},
		"updates that add a key":                  {20, false, each(always(`, configuration: {added: "1"}`)), 0},
		"log configurations":                      {20, false, each(always(withLog)), 0},
		"updates and log configurations":          {20, false, each(always(", description: new" + withLog)), 0},
		"deletes":                                 {20, false, each(always(", state: absent, removeClients: true")), 0},
		"renames":                                 {20, false, "  - {name: new-name, renamedFrom: va-austin}\n  - {name: newer, renamedFrom: va-boston}\n", 0},
		"creates, updates, logs, deletes at once": {300, false, creates(60, withLog) + each(always(", description: new")), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, err := sandbox.Open(sandbox.Options{Dir: t.TempDir(), Unsynced: true, Seed: tt.seed, NoNameFilter: tt.noFilter, RateLimit: -1, Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tenant.Close() }()
			c := &counted{tenant: tenant}
			file := filepath.Join(t.TempDir(), "clusters.yaml")
			wire.WriteFile(t, file, []byte("version: 1\nclusters:\n"+tt.clusters))
			flags := []string{"--quiet", "--file", file, "--rate-limit", "1000000/1s"}

			var plan struct{ Budget struct{ Requests int } }
			out, planned := c.run(t, append([]string{"plan", "--output", "json"}, flags...)...)
			if err := json.Unmarshal([]byte(out), &plan); err != nil {
				t.Fatal(err)
			}
			_, sent := c.run(t, append([]string{"apply", "--auto-approve"}, flags...)...)
			stated, used := plan.Budget.Requests, sent-planned
			if used > stated || used*10 < stated*8 {
				t.Errorf("the plan states %d requests, and the apply used %d", stated, used)
			}
			if tt.most > 0 && sent > tt.most {
				t.Errorf("%d requests in all, want at most %d", sent, tt.most)
			}
			if out, _ := c.run(t, append([]string{"plan"}, flags...)...); !strings.Contains(out, "No changes.") {
				t.Errorf("not done:\n%s", out)
			}
		})
	}
}
