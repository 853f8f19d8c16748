package remote_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"clusterctl/internal/api"
	"clusterctl/internal/cluster"
)

// A log configuration that cannot be read is a Problem of its cluster only.
func TestAnOddLogConfiguration(t *testing.T) {
	t.Parallel()
	answers := map[string]http.HandlerFunc{
		"no object":        writing(200, `[]`),
		"no time":          writing(200, `{"rootLevel":"INFO","expiration":"tomorrow"}`),
		"a time in epoch":  writing(200, `{"rootLevel":"INFO","expiration":1767323045000}`),
		"levels no object": writing(200, `{"rootLevel":"INFO","logLevels":"all"}`),
		"a level no text":  writing(200, `{"rootLevel":"INFO","logLevels":{"a":7}}`),
		"a root no text":   writing(200, `{"rootLevel":7}`),
		"a page":           writing(200, `<html>`),
		"refused":          writing(403, ``),
		"gone":             writing(404, ``),
		"a bad request":    writing(400, ``),
		"a server's fault": writing(500, ``),
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := list(t, logsOf(t, answer), needLog(func(cluster.Live) bool { return true }))
			if err != nil || len(s.Clusters) != 2 {
				t.Fatalf("%v: %d clusters", err, len(s.Clusters))
			}
			if odd := s.Clusters[0].Log; odd.Known || odd.Config != nil || !strings.HasPrefix(odd.Problem, "GET /managed-clusters/0/log-config: ") {
				t.Errorf("the odd one is %+v", odd)
			}
			if whole := s.Clusters[1].Log; !whole.Known || whole.Problem != "" {
				t.Errorf("the whole one is %+v", whole)
			}
		})
	}
}

// A failure that does not concern one cluster only is an error.
func TestWhatNoClusterIsToBlameFor(t *testing.T) {
	t.Parallel()
	answers := map[string]http.HandlerFunc{
		"the token is refused": writing(401, ``),
		"too many requests":    writing(429, ``),
		"a gateway":            writing(502, ``),
		"a connection lost":    func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := logsOf(t, answer)
			f.Config.ErrorLog = silent()
			if s, err := list(t, f, needLog(func(cluster.Live) bool { return true })); err == nil || len(s.Clusters) > 0 {
				t.Errorf("err = %v with %d clusters", err, len(s.Clusters))
			}
		})
	}
	t.Run("refused for all", func(t *testing.T) {
		t.Parallel()
		f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/log-config") {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			fmt.Fprint(w, rows(0, 2))
		})
		if _, err := list(t, f, needLog(func(cluster.Live) bool { return true })); api.StatusOf(err) != http.StatusForbidden {
			t.Errorf("err = %v", err)
		}
	})
}

func writing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// logsOf is a tenant of two clusters; the log configuration of the first is
// answered by a function.
func logsOf(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	return newFake(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v3/managed-clusters/0/log-config":
			answer(w, r)
		case "/v3/managed-clusters/1/log-config":
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set(api.TotalCountHeader, "2")
			fmt.Fprint(w, rows(0, 2))
		}
	})
}

// After an unreadable response to a PUT, the log configuration is unknown: it was accepted, and
// can be read back.
func TestAnOddAnswerToSetLogConfig(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`[]`, `"x"`, `7`, `{"rootLevel":7}`, `{"rootLevel":"WARN","logLevels":[]}`, `{"rootLevel":"WARN","expiration":7}`} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, writing(200, body))
			a, err := newClient(t, config(t, f.URL)).SetLogConfig(t.Context(), "1", []byte(`{"rootLevel":"WARN"}`))
			if err != nil || a.Now.Known || a.Now.Config != nil || a.Now.Problem == "" || a.Exchange.Status != http.StatusOK {
				t.Errorf("%v: %+v", err, a)
			}
		})
	}
}
