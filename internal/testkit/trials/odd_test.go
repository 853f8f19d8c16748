package trials

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/command"
	"clusterctl/internal/testkit/wire"
)

// odd are malformed bodies of clusters, by what is wrong.
func odd(t *testing.T) map[string]string {
	t.Helper()
	bodies := map[string]string{"row-as-null": "null", "row-as-list": "[]", "id-absent": `{"name":"va-odd"}`, "name-absent": `{"id":"x"}`}
	for _, name := range []string{"clusters.json", "counts.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "odd", name))
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct {
			Case string
			Body json.RawMessage
		}
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			bodies[c.Case] = string(c.Body)
		}
	}
	return bodies
}

// askTenant runs a command against a tenant that is a function.
func askTenant(answer http.HandlerFunc, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = command.Run(append([]string{"clusterctl"}, args...), command.Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now,
		Transport: wire.Transport{Handler: answer},
		Getenv: func(name string) string {
			return map[string]string{"SAIL_BASE_URL": "http://127.0.0.1", "CLUSTERCTL_ACCESS_TOKEN": "t"}[name]
		},
	})
	return code, out.String(), errs.String()
}

const wholeCluster = `{"id":"whole","name":"va-whole","type":"idn","clientIds":[],"serviceCount":0,"configuration":{"gmtOffset":"-6"},"createdAt":"2026-01-02T03:04:05Z","logConfiguration":null}`

// A malformed cluster is shown, and exported as far as possible or named in a warning. It does
// not affect others.
func TestAnOddClusterIsOneOddCluster(t *testing.T) {
	t.Parallel()
	for name, body := range odd(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := func(w http.ResponseWriter, r *http.Request) {
				switch {
				case wire.Grant(w, r, "t"):
				case strings.HasSuffix(r.URL.Path, "/log-config"):
					fmt.Fprint(w, `"odd"`)
				default:
					w.Header().Set("X-Total-Count", "2")
					fmt.Fprintf(w, "[%s,%s]", body, wholeCluster)
				}
			}
			code, stdout, stderr := askTenant(tenant, "status")
			if code != exitDone || !strings.Contains(stdout, "\nva-whole  ") || !strings.Contains(stdout, "\n2 clusters: ") || stderr != "" {
				t.Errorf("status: %d\n%s%s", code, stdout, stderr)
			}
			code, stdout, stderr = askTenant(tenant, "export", "--with-log-config")
			if code != exitDone || !strings.Contains(stdout, "  - name: va-whole\n    type: idn\n    configuration:\n      gmtOffset: \"-6\"\n") {
				t.Errorf("export: %d\n%s%s", code, stdout, stderr)
			}
			if exported := strings.Count(stdout, "  - name: "); exported == 1 && strings.Count(stderr, "warning: cluster ") != 1 {
				t.Errorf("left out without a warning:\n%s", stderr)
			}
		})
	}
}

// Two clusters of one name are shown and exported, both.
func TestTwoClustersOfOneName(t *testing.T) {
	t.Parallel()
	tenant := func(w http.ResponseWriter, r *http.Request) {
		if !wire.Grant(w, r, "t") {
			w.Header().Set("X-Total-Count", "2")
			fmt.Fprintf(w, "[%s,%s]", wholeCluster, strings.Replace(wholeCluster, `"whole"`, `"twin"`, 1))
		}
	}
	if code, stdout, stderr := askTenant(tenant, "status"); code != exitDone || strings.Count(stdout, "\nva-whole  ") != 2 {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
	if code, stdout, stderr := askTenant(tenant, "export"); code != exitDone || !strings.Contains(stdout, "id: whole") || !strings.Contains(stdout, "id: twin") {
		t.Errorf("%d\n%s%s", code, stdout, stderr)
	}
}

// Two different rows with one id are two malformed clusters: neither is exported, and other
// clusters are shown, exported and planned.
func TestOneIDInTwoRows(t *testing.T) {
	t.Parallel()
	file := wire.WriteClusters(t, "version: 1\npolicy: {prune: true}\nclusters: [{name: va-whole}, {name: va-twin, description: mine}, {name: va-new}]\n")
	tenant := func(w http.ResponseWriter, r *http.Request) {
		if !wire.Grant(w, r, "t") {
			twin := strings.Replace(wholeCluster, `"whole"`, `"twin"`, 1)
			w.Header().Set("X-Total-Count", "3")
			fmt.Fprintf(w, "[%s,%s,%s]", wholeCluster, strings.Replace(twin, "va-whole", "va-twin", 1), strings.Replace(twin, "va-whole", "va-triplet", 1))
		}
	}
	const problem = "the tenant returned its id more than once"
	for command, tt := range map[string]struct {
		args []string
		code int
		says []string
	}{
		"status": {[]string{"status"}, exitDone, []string{"va-triplet", "va-twin", "va-whole", problem, problem}},
		"export": {[]string{"export"}, exitDone, []string{"- name: va-whole\n", problem, problem}},
		"plan":   {[]string{"plan", "--file", file}, exitRefused, []string{"blocked va-triplet (twin): cannot be pruned: " + problem, "blocked va-twin (twin): " + problem, "+ create va-new", "2 blocked."}},
		"drift":  {[]string{"drift", "--file", file}, exitPending, []string{"blocked va-twin (twin): " + problem, "missing va-new"}},
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := askTenant(tenant, tt.args...)
			ran{code, stdout, stderr}.expect(t, tt.code, tt.says...)
		})
	}
}

// Every command confirms a missing cluster with a second listing of several pages: as many
// clusters are deleted as added between two pages.
func TestNoClusterIsLostBetweenPages(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	wire.WriteFile(t, file, []byte("version: 1\nclusters: [{name: va-300}]\n"))
	commands := map[string]struct {
		args []string
		says string
		code int
	}{
		"status": {[]string{"status"}, "\nva-250  ", exitDone},
		"export": {[]string{"export"}, "- name: va-250\n", exitDone},
		"drift":  {[]string{"drift", "-f", file, "--strict", "--output", "json"}, `"name": "va-250"`, exitPending},
	}
	for name, tt := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first := 0
			code, stdout, stderr := askTenant(func(w http.ResponseWriter, r *http.Request) {
				if wire.Grant(w, r, "t") {
					return
				}
				offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
				var rows []string
				for i := first + offset; i < first+min(offset+250, 300); i++ {
					id := strconv.Itoa(i)
					rows = append(rows, strings.NewReplacer(`"whole"`, `"`+id+`"`, "va-whole", "va-"+id).Replace(wholeCluster))
				}
				first = 1
				w.Header().Set("X-Total-Count", "300")
				fmt.Fprintf(w, "[%s]", strings.Join(rows, ","))
			}, tt.args...)
			if code != tt.code || !strings.Contains(stdout, tt.says) {
				t.Errorf("%d, %q is missing in %d bytes\n%s", code, tt.says, len(stdout), stderr)
			}
		})
	}
}

// A tenant that does not return its name is accepted if the files state none, and refused
// otherwise.
func TestATenantWithoutAName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	wire.WriteFile(t, filepath.Join(dir, "any.yaml"), []byte("version: 1\nclusters: [{name: va-whole}]\n"))
	wire.WriteFile(t, filepath.Join(dir, "acme.yaml"), []byte("version: 1\ntenant: acme\nclusters: [{name: va-whole}]\n"))
	for name, tt := range map[string]struct {
		info http.HandlerFunc
		code int // where the files state a tenant
	}{
		"refused":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, exitError},
		"not found":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, exitError},
		"unauthorized":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, exitError},
		"without a name": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"pod":"se01"}`) }, exitRefused},
		"null":           {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"tenantName":null}`) }, exitRefused},
		"another name":   {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"tenantName":"beta"}`) }, exitRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant := func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/oauth/info" {
					tt.info(w, r)
					return
				}
				w.Header().Set("X-Total-Count", "1")
				fmt.Fprintf(w, "[%s]", wholeCluster)
			}
			if code, stdout, stderr := askTenant(tenant, "plan", "-f", filepath.Join(dir, "any.yaml")); code != exitDone || !strings.Contains(stdout, "No changes.") {
				t.Errorf("no tenant stated: %d\n%s%s", code, stdout, stderr)
			}
			if code, stdout, stderr := askTenant(tenant, "plan", "-f", filepath.Join(dir, "acme.yaml")); code != tt.code || stdout != "" || !strings.Contains(stderr, `the files are for tenant "acme", but `) {
				t.Errorf("a tenant stated: %d\n%s%s", code, stdout, stderr)
			}
		})
	}
}

// A 403 names the required scope, for reads and writes.
func TestARefusedWriteNamesTheScope(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clusters.yaml")
	wire.WriteFile(t, file, []byte("version: 1\nclusters: [{name: va-whole, description: mine}, {name: va-new}]\n"))
	_, stdout, stderr := askTenant(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case wire.Grant(w, r, "t"):
		case r.Method != http.MethodGet:
			w.WriteHeader(http.StatusForbidden)
		case strings.HasSuffix(r.URL.Path, "/whole"):
			fmt.Fprint(w, wholeCluster)
		case r.URL.Query().Has("filters"):
			w.Header().Set("X-Total-Count", "0")
			fmt.Fprint(w, "[]")
		default:
			w.Header().Set("X-Total-Count", "1")
			fmt.Fprintf(w, "[%s]", wholeCluster)
		}
	}, "apply", "-f", file, "--auto-approve")
	if strings.Count(stdout, "idn:remote-client:manage to write") != 2 {
		t.Errorf("%s%s", stdout, stderr)
	}
}
