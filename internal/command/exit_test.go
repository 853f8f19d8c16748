package command

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/desired"
)

func TestReport(t *testing.T) {
	t.Parallel()
	forbidden := &api.Error{Method: http.MethodGet, Path: api.ClustersPath, Status: http.StatusForbidden}
	tests := []struct {
		name string
		err  error
		code int
		want string
	}{
		{"nothing", nil, exitDone, ""},
		{"pending", errPending, exitPending, ""},
		{"pending, wrapped", fmt.Errorf("plan: %w", errPending), exitPending, ""},
		{"incomplete", &statusError{exitIncomplete, errors.New("1 failed")}, exitIncomplete, "error: 1 failed\n"},
		{"incomplete, and the tenant would not close", errors.Join(&statusError{exitIncomplete, errors.New("1 failed")}, errors.New("close")), exitIncomplete, "error: 1 failed\nerror: close\n"},
		{"incomplete, and nobody read the report", &statusError{exitIncomplete, errors.New("broken pipe")}, exitIncomplete, "error: broken pipe\n"},
		{"refused", refusedf("over a cap of %d", 3), exitRefused, "error: over a cap of 3\n"},
		{"refused, wrapped", fmt.Errorf("apply: %w", refusedf("stale")), exitRefused, "error: apply: stale\n"},
		{"usage", errors.New("unknown flag --x"), exitError, "error: unknown flag --x\n"},
		{"interrupted", errInterrupted, exitError, "error: interrupted\n"},
		{"any other", errors.New("no"), exitError, "error: no\n"},
		{"several", errors.Join(errors.New("one"), errors.New("two")), exitError, "error: one\nerror: two\n"},
		{"control characters", errors.New("a\x1b[31mb\rc"), exitError, "error: a\\u001b[31mb\\u000dc\n"},
		{
			"findings",
			&filesError{desired.Diagnostics{{File: "a.yaml", Line: 1, Column: 2, Message: "x"}, {File: "b.yaml", Line: 3, Column: 4, Message: "y"}}},
			exitError, "error: a.yaml:1:2: x\nerror: b.yaml:3:4: y\n",
		},
		{
			"no rights", fmt.Errorf("list: %w", forbidden), exitError,
			"error: list: GET /managed-clusters: 403 Forbidden\n",
		},
		{
			"no such address",
			&api.Error{Method: http.MethodGet, Path: api.InfoPath, Status: http.StatusNotFound},
			exitError, "error: GET /oauth/info: 404 Not Found (check the base URL)\n",
		},
		{
			"unreachable",
			&api.Unanswered{Method: http.MethodGet, Path: api.InfoPath, Err: errors.New("refused")},
			exitError, "error: GET /oauth/info: refused (check the base URL and the network: firewall, VPN, HTTPS_PROXY)\n",
		},
		{
			"a server without TLS",
			&api.Unanswered{Method: http.MethodGet, Path: api.InfoPath, Err: tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}},
			exitError, "error: GET /oauth/info: tls: first record does not look like a TLS handshake " +
				"(the server does not use TLS; check the base URL: http:// is only for a local sandbox)\n",
		},
		{
			"interrupted before anything was sent",
			&api.Unanswered{Method: http.MethodGet, Path: api.InfoPath, Err: errInterrupted},
			exitError, "error: GET /oauth/info: interrupted\n",
		},
		{
			"no API at this address",
			&api.Error{Method: http.MethodPost, Path: api.TokenPath, Status: http.StatusNotFound},
			exitError, "error: POST /oauth/token: 404 Not Found (check the base URL)\n",
		},
		{
			"cut off", // it was reached, then
			&api.Unanswered{Method: http.MethodGet, Path: api.InfoPath, Sent: true, Err: io.EOF},
			exitError, "error: GET /oauth/info: connection closed before a response (check the network and the proxy)\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stderr bytes.Buffer
			if code := reportError(newLogger(&stderr, logText, time.Now), tt.err); code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			if got := stderr.String(); got != tt.want {
				t.Errorf("reported\n%swant\n%s", got, tt.want)
			}
		})
	}
}
