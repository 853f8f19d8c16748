package trials

import (
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// counting returns a wrong count of the clusters.
type counting struct {
	next  http.RoundTripper
	count string
	sent  int
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	c.sent++
	resp, err := c.next.RoundTrip(req)
	if err == nil && strings.HasSuffix(req.URL.Path, api.ClustersPath) {
		resp.Header.Set(api.TotalCountHeader, c.count)
	}
	return resp, err
}

// Whatever count a tenant returns, no reading command ends with the exit code of drift or sends
// more than a few requests.
func TestNoCountIsDrift(t *testing.T) {
	t.Parallel()
	file := wire.WriteClusters(t, "version: 1\nclusters: [{name: va-1}]\n")
	commands := map[string][]string{
		"plan":   {"plan", "--detailed-exitcode", "--file", file},
		"apply":  {"apply", "--auto-approve", "--file", file},
		"drift":  {"drift", "--file", file},
		"export": {"export"},
		"status": {"status"},
		"ping":   {"ping"},
	}
	for _, count := range []string{"9999999999", "99999999999999999999999999", "2000000", "3000", "0", "-1", "1.5", "many", ""} {
		for name, line := range commands {
			t.Run(name+" of "+count, func(t *testing.T) {
				t.Parallel()
				inBubble(t, sandbox.Options{}, func(t *testing.T, s *stage) {
					wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"va-1"}`)
					c := &counting{next: s, count: count}
					r := runOn(c, nil, line...)
					if r.code == exitPending || r.code != exitDone && r.stderr == "" || c.sent > 60 {
						t.Errorf("exit code %d after %d requests:\n%s%s", r.code, c.sent, r.stdout, r.stderr)
					}
				})
			})
		}
	}
}
