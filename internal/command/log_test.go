package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/api"
	"clusterctl/internal/applier"
	"clusterctl/internal/desired"
	"clusterctl/internal/mask"
	"clusterctl/internal/receipt"
	"clusterctl/internal/report"
)

func noon() time.Time { return time.Date(2026, 11, 22, 13, 0, 0, 0, time.FixedZone("", 3600)) }

func TestLogForms(t *testing.T) {
	t.Parallel()
	report := func(log logger) {
		log.Debug("GET /x → 200 in 1ms", slog.String("path", "/x"))
		log.Info("waiting 7s for the rate limit")
		log.Warn("look")
		log.Error(`no "such"`, slog.Int("exitCode", 1))
	}
	tests := map[string]string{
		logText: "GET /x → 200 in 1ms\nwaiting 7s for the rate limit\nwarning: look\nerror: no \"such\"\n",
		logJSON: `{"time":"2026-11-22T12:00:00Z","level":"debug","message":"GET /x → 200 in 1ms","path":"/x"}
{"time":"2026-11-22T12:00:00Z","level":"info","message":"waiting 7s for the rate limit"}
{"time":"2026-11-22T12:00:00Z","level":"warn","message":"look"}
{"time":"2026-11-22T12:00:00Z","level":"error","message":"no \"such\"","exitCode":1}
`,
	}
	for form, want := range tests {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			report(newLogger(&out, form, noon))
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An error in JSON has its place, if that is known, and the exit code.
func TestReportInJSON(t *testing.T) {
	t.Parallel()
	forbidden := &api.Error{Method: http.MethodGet, Path: "/x", Status: 403, RequestID: "r-7", Message: "\u009bno"}
	tests := map[string]struct {
		err  error
		want []string // what follows the message
	}{
		"any":        {errors.New("no"), []string{`,"exitCode":1}`}},
		"refused":    {refusedf("stale"), []string{`,"exitCode":4}`}},
		"a request":  {fmt.Errorf("list: %w", forbidden), []string{`,"method":"GET","path":"/x","status":403,"requestId":"r-7","exitCode":1}`}},
		"unanswered": {&api.Unanswered{Method: "GET", Path: "/x", Sent: true, Err: errors.New("EOF")}, []string{`,"method":"GET","path":"/x","exitCode":1}`}},
		"several":    {errors.Join(forbidden, errors.New("two")), []string{`,"exitCode":1}`, `,"exitCode":1}`}},
		"findings": {
			&filesError{desired.Diagnostics{{File: "a.yaml", Line: 1, Column: 2, Code: "x", Message: "m"}, {File: "b", Line: 3, Column: 4, Code: "y", Message: "n", Hint: "h"}}},
			[]string{`,"file":"a.yaml","line":1,"column":2,"code":"x","exitCode":1}`, `,"file":"b","line":3,"column":4,"code":"y","exitCode":1}`},
		},
		"nothing to log": {errPending, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			reportError(newLogger(&out, logJSON, noon), tt.err)
			lines := bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte("\n")), []byte("\n"))
			if out.Len() == 0 {
				lines = nil
			}
			if len(lines) != len(tt.want) {
				t.Fatalf("%d lines, want %d:\n%s", len(lines), len(tt.want), out.Bytes())
			}
			for i, line := range lines {
				if !json.Valid(line) || !bytes.HasSuffix(line, []byte(tt.want[i])) {
					t.Errorf("%s\ndoes not end with %s", line, tt.want[i])
				}
			}
		})
	}
}

// A secret is masked in its JSON form, in messages and in fields.
func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	var (
		out    bytes.Buffer
		masker mask.Masker
	)
	const secret = `horse "battery" \ <staple> &` + "\t\u2028x"
	masker.Learn(secret)
	log := newLogger(masker.Writer(&out), logJSON, noon)
	log.Warn("it is "+secret, slog.String("path", "/"+secret))
	if want := `"message":"it is ***","path":"/***"}`; !bytes.Contains(out.Bytes(), []byte(want)) {
		t.Errorf("%s does not hold %s", out.Bytes(), want)
	}
}

// A wait of the client is logged with its duration.
func TestWaitsAreLogged(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]string{
		logText: "waiting 7s for the rate limit\n",
		logJSON: `{"time":"2026-11-22T12:00:00Z","level":"info","message":"waiting 7s for the rate limit","waitMs":6800}` + "\n",
	} {
		var out bytes.Buffer
		e := env{Env: Env{Now: noon, Stderr: &out}, Log: newLogger(&out, form, noon)}
		observer(e, tenantOptions{}, newProgress(e, tenantOptions{})).Waiting(6800 * time.Millisecond)
		if out.String() != want {
			t.Errorf("%s: %s, want %s", form, out.String(), want)
		}
	}
}

// A result that cannot be written to standard output is logged in JSON.
func TestAResultIsLoggedWhole(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	pipe, broken := io.Pipe()
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	e := env{Env: Env{Stdout: broken, Stderr: &out, Getenv: os.Getenv}, Log: newLogger(&out, logJSON, noon), Masker: new(mask.Masker)}
	result := applier.Result{Summary: receipt.Summary{Applied: 1}, Outcomes: []applier.ChangeResult{{Name: "va", Outcome: applier.Applied}}}
	if err := (output{to: []destination{{format: formatText}}}).result(e, result, report.ResultOptions{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Fatal(err)
	}
	for _, part := range []string{`"message":"Apply complete: 1 applied, 0 failed."`, `"outcomes":[{"action":"","name":"va","outcome":"applied"`} {
		if !json.Valid(out.Bytes()) || !strings.Contains(out.String(), part) {
			t.Errorf("%s does not hold %s", out.Bytes(), part)
		}
	}
}
