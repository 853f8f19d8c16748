package command

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cli"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// screen is a terminal that records what is written to it.
type screen struct {
	bytes.Buffer
	columns, rows int
}

func (s *screen) Size() cli.Size { return cli.Size{Columns: s.columns, Rows: s.rows} }

// slowly runs a command on a tenant with this many clusters that takes 900 ms for each
// answer.
func slowly(t *testing.T, stderr *screen, seed int, args ...string) (stdout string) {
	t.Helper()
	tenant, err := sandbox.Open(sandbox.Options{Dir: t.TempDir(), Seed: seed, Latency: 900 * time.Millisecond, OmitInlineLogs: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}()
	e := Env{
		Stdin:     strings.NewReader(""),
		Getenv:    tenantInEnvironment,
		Now:       time.Now,
		Transport: wire.Transport{Handler: tenant, Before: func(*http.Request) error { return nil }},
	}
	var out bytes.Buffer
	e.Stdout, e.Stderr = &out, &stderr.Buffer
	if stderr.columns > 0 {
		e.Stderr = stderr
	}
	Run(append([]string{"clusterctl"}, args...), e)
	return out.String()
}

func tenantInEnvironment(name string) string {
	return map[string]string{
		"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any",
	}[name]
}

func declared(t *testing.T, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	file := declared(t, "version: 1\nclusters: [{name: va-new}, {name: va-newer}, {name: va-austin, description: new}]\n")
	stderr := screen{columns: 80, rows: 24}
	var out string
	synctest.Test(t, func(t *testing.T) {
		out = slowly(t, &stderr, 300, "apply", "--auto-approve", "--parallelism", "1", "-f", file)
	})
	if !strings.HasSuffix(out, "Apply complete: 3 applied, 0 failed.\n") {
		t.Fatal(out)
	}
	seen := strings.Split(stderr.String(), "\r\x1b[K")
	if seen[0] != "" || seen[len(seen)-1] != "" {
		t.Errorf("begins with %q and ends with %q", seen[0], seen[len(seen)-1])
	}
	for _, want := range []string{
		"reading 250/300 clusters ▕████████████████    ▏ 625/s 1s left",
		"applying 0/3 ▕                    ▏",
		"applying 2/3 ▕█████████████       ▏ 20/min 3s left",
	} {
		if !strings.Contains(stderr.String(), "\r\x1b[K"+want+"\r\x1b[K") {
			t.Errorf("%q was not shown:\n%q", want, seen)
		}
	}
}

func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	file := declared(t, "version: 1\ndefaults: {logConfig: {rootLevel: INFO}}\nclusters:\n"+seededCities())
	tests := map[string]struct {
		args []string
		want string
	}{
		"a line every ten seconds": {nil, "reading 11/22 log configurations, 1/s, 10s left\n"},
		"none with --quiet":        {[]string{"--quiet"}, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr screen
			synctest.Test(t, func(t *testing.T) {
				slowly(t, &stderr, 24, append([]string{"plan", "--parallelism", "1", "-f", file}, tt.args...)...)
			})
			if diff := cmp.Diff(tt.want, stderr.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// seededCities declares the first 24 seeded clusters, except the two system-managed ones.
func seededCities() string {
	cities := "austin boston denver dublin frankfurt geneva houston lisbon madrid melbourne milan " +
		"mumbai oslo paris phoenix pune seattle singapore sydney tokyo toronto zurich"
	return "  - name: va-" + strings.ReplaceAll(cities, " ", "\n  - name: va-") + "\n"
}
