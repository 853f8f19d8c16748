package command

import (
	"bytes"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/testkit/wire"
)

// A certificate that the system does not trust is refused, unless --ca-file has its issuer.
// Even then it is verified.
func TestCAFile(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !wire.Grant(w, r, "a-token") {
			w.Header().Set("X-Total-Count", "0")
			_, _ = io.WriteString(w, "[]") // to a client that is there
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	dir := t.TempDir()
	file, good, bad := filepath.Join(dir, "clusters.yaml"), filepath.Join(dir, "ca.pem"), filepath.Join(dir, "no.pem")
	wire.WriteFile(t, file, []byte("version: 1\nclusters: [{name: va}]\n"))
	wire.WriteFile(t, good, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	wire.WriteFile(t, bad, []byte("no certificate"))
	tests := map[string]struct {
		flags []string
		code  int
		want  string
	}{
		"unknown":    {nil, exitError, "failed to verify certificate"},
		"the hint":   {nil, exitError, "--ca-file)"},
		"trusted":    {[]string{"--ca-file", good}, exitDone, ""},
		"no such":    {[]string{"--ca-file", filepath.Join(dir, "x")}, exitError, "error: --ca-file: open "},
		"none in it": {[]string{"--ca-file", bad}, exitError, "no certificates found"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := http.DefaultTransport.(*http.Transport).Clone()
			transport.DisableKeepAlives = true
			var stdout, stderr bytes.Buffer
			code := Run(append([]string{"clusterctl", "plan", "-f", file, "--retries", "0"}, tt.flags...), Env{
				Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, Transport: transport,
				Getenv: func(name string) string {
					return map[string]string{"SAIL_BASE_URL": server.URL, "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any"}[name]
				},
			})
			if code != tt.code || !strings.Contains(stderr.String(), tt.want) {
				t.Errorf("exit code %d, %s", code, stderr.String())
			}
		})
	}
}
