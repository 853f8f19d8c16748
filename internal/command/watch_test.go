package command

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/report"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// watched runs status --watch on a terminal until it has read the tenant three times. The
// second time fails.
func watched(t *testing.T, stdout *screen, args ...string) (stderr string, code int) {
	t.Helper()
	tenant, err := sandbox.Open(sandbox.Options{Dir: t.TempDir(), Seed: 4, InlineAllLogs: true, RateLimit: -1, TokenLifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}()
	interrupts := make(chan os.Signal, 2)
	readings := 0
	count := func(req *http.Request) error {
		if !strings.HasSuffix(req.URL.Path, "/managed-clusters") {
			return nil
		}
		switch readings++; readings {
		case 2:
			return errors.New("cable pulled")
		case 3:
			interruptAfter(interrupts, time.Second)
		}
		return nil
	}
	var errs bytes.Buffer
	code = Run(append([]string{"clusterctl", "status", "--watch", "--retries", "0"}, args...), Env{
		Stdin: strings.NewReader(""), Stdout: stdout, Stderr: &errs,
		Getenv: tenantInEnvironment, Now: time.Now, Interrupts: interrupts,
		Transport: wire.Transport{Handler: tenant, Before: count},
	})
	return errs.String(), code
}

func interruptAfter(interrupts chan<- os.Signal, d time.Duration) {
	go func() {
		time.Sleep(d)
		interrupts <- os.Interrupt
	}()
}

func TestWatch(t *testing.T) {
	t.Parallel()
	const top = `Tenant acme at http://127.0.0.1/v3

NAME                TYPE              STATUS      UP   ALERT  CLIENTS  SVCS  CCG  VERSION  UPDATE  SINCE  LOG
va-boston           idn               NO_CLIENTS  no   -            0     0  v01  -        -       -      INFO +1, %s left
`
	const bottom = `
4 clusters: 2 operational, 1 with an active log configuration.
`
	tests := map[string]struct {
		rows  int
		table string
	}{
		"all of it": {24, top + `va-denver           idn               NO_CLIENTS  no   -            0     0  v01  -        -       -      -
sp-connect-cluster  spConnectCluster  NORMAL      yes  -            2     2  v01  122.1    -       -      -
va-austin           idn               NORMAL      yes  -            2     0  v01  120.1    -       -      -
` + bottom},
		"as much as has room":  {9, top + "… and 3 more clusters (2 healthy)\n" + bottom},
		"a very low one, even": {3, "… and 4 more clusters (2 healthy)\n" + bottom},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout := screen{columns: 140, rows: tt.rows}
			synctest.Test(t, func(t *testing.T) {
				stderr, code := watched(t, &stdout, "--interval", "1m", "--color", "never")
				if code != exitDone || stderr != "" {
					t.Errorf("exit code %d, standard error %q", code, stderr)
				}
			})
			want := "\x1b[2J" + frame(tt.table, "2h0m", "Updated at 00:00:00Z, every 1m0s. Press Ctrl-C to stop.") +
				frame(tt.table, "2h0m", "Update failed at 00:01:00Z: GET /managed-clusters: cable pulled") +
				frame(tt.table, "1h58m", "Updated at 00:02:00Z, every 1m0s. Press Ctrl-C to stop.")
			if diff := cmp.Diff(want, stdout.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// frame returns a report as it is drawn over the previous one.
func frame(table, left, footer string) string {
	if strings.Contains(table, "%s") {
		table = fmt.Sprintf(table, left)
	}
	lines := strings.ReplaceAll(table+footer, "\n", "\r\n\x1b[2K")
	return "\x1b[H\x1b[2K" + lines + "\r\n\x1b[J"
}

func TestWatchEndsWithTheDeadline(t *testing.T) {
	t.Parallel()
	stdout := screen{columns: 80, rows: 24}
	synctest.Test(t, func(t *testing.T) {
		stderr, code := watched(t, &stdout, "--interval", "1m", "--deadline", "30s")
		if want := "error: deadline of 30s exceeded\n"; code != exitError || stderr != want {
			t.Errorf("exit code %d, standard error %q, want %q", code, stderr, want)
		}
	})
}

// Whatever the height of the terminal, the rows that are shown are the first ones, so those in
// trouble stay longest, and what is left out is counted.
func TestWatchKeepsTrouble(t *testing.T) {
	t.Parallel()
	snapshot := cluster.Snapshot{} // not verified: a warning comes first
	for i := range 12 {
		live := cluster.Live{ID: fmt.Sprint(i), Name: fmt.Sprintf("va-%02d", i), Status: "NORMAL", Operational: new(true), Alert: cluster.AsReturned(""), Indicators: cluster.AsReturned("")}
		switch i % 4 {
		case 1:
			live.Status = "FAILED"
		case 3:
			live.Log.Problem = fmt.Sprint("failure ", i)
		}
		snapshot.Clusters = append(snapshot.Clusters, live)
	}
	e := Env{Stdout: &screen{columns: 200, rows: 40}, Getenv: func(string) string { return "" }}.masked()
	whole, err := statusOptions{}.frameOf(e, report.OfStatus("t", snapshot, report.StatusOptions{Now: noon()}))
	if err != nil {
		t.Fatal(err)
	}
	const trouble, healthy = 6, 6
	for room := 3; room <= len(whole.lines)+1; room++ {
		lines := whole.within(room)
		text := strings.Join(lines, "\n")
		shown := strings.Count(text, "\nva-")
		more := max(12-shown, 0)
		want := fmt.Sprintf("\n… and %s (%d healthy)\n\n12 clusters: ", report.Count(more, "more cluster"), min(more, healthy))
		switch {
		case len(lines) > room || !strings.HasPrefix(strings.Join(whole.lines, "\n"), strings.Join(lines[:len(lines)-3], "\n")):
			t.Errorf("room for %d lines:\n%s", room, text)
		case more > 0 && !strings.Contains("\n"+text, want):
			t.Errorf("room for %d lines: %q is missing in\n%s", room, want, text)
		case room < len(whole.lines) && more == 0 && !strings.Contains(text, " more line"):
			t.Errorf("room for %d lines: left out without a word:\n%s", room, text)
		}
	}
	if first := whole.lines[whole.above : whole.above+trouble]; !strings.Contains(first[0], "FAILED") || strings.Contains(strings.Join(first, "\n"), "va-00") {
		t.Errorf("not in trouble: %q", first)
	}
}
