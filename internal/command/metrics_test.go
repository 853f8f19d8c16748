package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/cluster"
	"clusterctl/internal/desired"
	"clusterctl/internal/mask"
	"clusterctl/internal/metrics"
	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/remote"
	"clusterctl/internal/testkit/wire"
)

// anyMeasurement is a measurement with all values, of a tenant whose names try to break the
// format.
func anyMeasurement(clusters int) measurement {
	var snapshot cluster.Snapshot
	for i := range clusters {
		snapshot.Clusters = append(snapshot.Clusters, cluster.Live{
			Name: fmt.Sprintf("va-%d\"} 1\n\x1b[31m", i),
			Log:  cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{Expiration: noon().Add(time.Duration(i+1) * time.Minute)}},
		})
	}
	count := traffic{requests: map[requestKind]int{}}
	obs := count.counting(remote.Observer{})
	for _, status := range []int{200, 204, 404, 0, 999} {
		obs.Exchange(api.Exchange{Method: "GET", Status: status}, time.Second)
	}
	obs.Repeating()
	m := measurement{command: "drift", started: noon(), runFacts: runFacts{
		tenant: "ac\"me\\\n\u202e",
		listed: &snapshot,
		state:  &desired.State{Clusters: make([]cluster.Cluster, 3)},
		plan:   &planner.Plan{Summary: planner.Summary{Create: 1, Unchanged: 2, Unmanaged: 4}},
		result: &applier.Result{Summary: receipt.Summary{Applied: 1}},
	}}
	m.requests, m.retries = count.counts()
	return m
}

func TestMetricsAreWellFormed(t *testing.T) {
	t.Parallel()
	m := anyMeasurement(250)
	m.code, m.finished, m.lastSuccess = 2, noon().Add(1500*time.Millisecond), noon()
	text := metrics.Text(m.families())
	if again := metrics.Text(m.families()); !bytes.Equal(text, again) {
		t.Error("two texts of the same run differ")
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	for name, f := range families {
		seen := map[string]bool{}
		for _, series := range f.GetMetric() {
			if labels := fmt.Sprint(series.GetLabel()); seen[labels] {
				t.Errorf("%s has %s twice", name, labels)
			} else {
				seen[labels] = true
			}
		}
	}
	if n := len(families["clusterctl_log_window_end_timestamp_seconds"].GetMetric()); n != maxLogWindows {
		t.Errorf("%d series of log windows, want %d", n, maxLogWindows)
	}
	for _, line := range []string{
		`clusterctl_last_run_duration_seconds{tenant="ac\"me\\\\u000a\\u202e",command="drift"} 1.5`,
		`clusterctl_last_run_requests{tenant="ac\"me\\\\u000a\\u202e",command="drift",method="GET",code="2xx"} 2`,
		`clusterctl_last_run_requests{tenant="ac\"me\\\\u000a\\u202e",command="drift",method="GET",code="none"} 2`,
		`clusterctl_last_run_retries{tenant="ac\"me\\\\u000a\\u202e",command="drift"} 1`,
		`clusterctl_log_windows{tenant="ac\"me\\\\u000a\\u202e",command="drift"} 250`,
		`clusterctl_log_window_end_timestamp_seconds{tenant="ac\"me\\\\u000a\\u202e",command="drift",cluster="va-0\"} 1\\u000a\\u001b[31m"} 1795348860`,
	} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	if t.Failed() {
		t.Log(string(text[:2000]))
	}
}

// Two clusters of one name are one series. A log configuration that has expired, or never
// expires, has none.
func TestLogWindows(t *testing.T) {
	t.Parallel()
	live := func(name string, end time.Time) cluster.Live {
		return cluster.Live{Name: name, Log: cluster.LogState{Known: true, Config: &cluster.LiveLogConfig{Expiration: end}}}
	}
	got := logWindows(cluster.Snapshot{Clusters: []cluster.Live{
		live("twice", noon().Add(3*time.Hour)),
		live("late", noon().Add(4*time.Hour)),
		live("twice", noon().Add(2*time.Hour)),
		live("ended", noon()),
		live("endless", time.Time{}),
		{Name: "none"},
		live(strings.Repeat("é", 300), noon().Add(time.Hour)),
	}}, noon())
	want := []logWindow{
		{strings.Repeat("é", 199) + "…", noon().Add(time.Hour)},
		{"twice", noon().Add(2 * time.Hour)},
		{"late", noon().Add(4 * time.Hour)},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// Only the time of the last success is kept when runs fail, whether or not they reached
// their tenant.
func TestLastSuccessIsKept(t *testing.T) {
	t.Parallel()
	const series = lastSuccess + `{tenant="acme",command="drift"} `
	tests := map[string]struct {
		before string
		tenant string
		code   int
		want   string // the value, empty for no such series
	}{
		"a success":              {series + "1700000000.25\n", "acme", exitDone, "1795348800"},
		"drift":                  {series + "1700000000.25\n", "acme", exitPending, "1795348800"},
		"failed":                 {series + "1700000000.25\n", "acme", exitError, "1700000000.25"},
		"failed early":           {series + "1700000000.25\n", "", exitError, "1700000000.25"},
		"failed at another":      {series + "1700000000.25\n", "other", exitError, ""},
		"never was any":          {"", "acme", exitError, ""},
		"of another command":     {strings.Replace(series, "drift", "plan", 1) + "1700000000\n", "acme", exitError, ""},
		"a file of someone else": {"\x00\xff{}", "acme", exitError, ""},
		"a value beyond reason":  {series + "1e300\n", "acme", exitError, ""},
		"a value that is none":   {series + "NaN\n", "acme", exitError, ""},
		"incomplete":             {"# HELP\n" + series + "1700000000\n", "acme", exitIncomplete, "1700000000"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "m.prom")
			if tt.before != "" {
				wire.WriteFile(t, path, []byte(tt.before))
			}
			m := measurement{runFacts: runFacts{tenant: tt.tenant}, command: "drift", code: tt.code, started: noon(), finished: noon()}
			if err := m.write(env{Masker: new(mask.Masker)}, path); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if samples := metrics.Read(text, lastSuccess); len(samples) == 1 {
				got = strconv.FormatFloat(samples[0].Value, 'f', -1, 64)
			}
			if got != tt.want {
				t.Errorf("%q, want %q, in\n%s", got, tt.want, text)
			}
		})
	}
}

func TestMetricsHoldNoSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "m.prom")
	masker := new(mask.Masker)
	masker.Learn("hunter2hunter2")
	m := measurement{runFacts: runFacts{tenant: "hunter2hunter2"}, command: "plan", started: noon(), finished: noon()}
	if err := m.write(env{Masker: masker}, path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(text), "hunter2") || !strings.Contains(string(text), `tenant="***"`) {
		t.Errorf("%v\n%s", err, text)
	}
}

// A run that failed before it connected has no requests. A counting observer passes on
// every call.
func TestNothingFoundOut(t *testing.T) {
	t.Parallel()
	var none *connection
	text := string(metrics.Text(measurement{runFacts: none.facts(), command: "plan", code: exitError, started: noon(), finished: noon()}.families()))
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimPrefix(line, "# HELP "), "clusterctl_last_run_") && !strings.HasPrefix(line, "# TYPE ") {
			t.Errorf("nothing was found out, but: %s", line)
		}
	}
	if strings.Contains(text, "_requests{") || !strings.Contains(text, "_retries{tenant=\"\",command=\"plan\"} 0\n") {
		t.Error(text)
	}
	seen := 0
	count := traffic{requests: map[requestKind]int{}}
	count.counting(remote.Observer{Exchange: func(api.Exchange, time.Duration) { seen++ }}).Exchange(api.Exchange{}, 0)
	if seen != 1 {
		t.Errorf("observed %d times", seen)
	}
}
