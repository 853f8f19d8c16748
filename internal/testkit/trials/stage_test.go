package trials

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/command"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// The trials of apply: runs are killed, overlap, or meet changes by someone else, and are undone.
// They share a tenant and a file that changes it in every possible way.

// trialFile creates clusters, adds, replaces and removes fields, renames, sets log configurations
// and deletes.
const trialFile = `version: 1
clusters:
  - {name: new-1, description: made, configuration: {gmtOffset: "1"}, updatePreferences: {updateState: AUTO}, logConfig: {rootLevel: WARN, durationMinutes: 600}}
  - {name: new-2, type: iai, updatePreferences: {notificationEmail: a@b.example}}
  - {name: new-3, logConfig: {rootLevel: ERROR, durationMinutes: 600}}
  - {name: fields, description: after, configuration: {gmtOffset: "-6", debug: null, added: "yes"}}
  - {name: renamed, renamedFrom: old-name, description: null}
  - {name: preferences, updatePreferences: {updateState: DISABLED}}
  - {name: log-none, logConfig: {rootLevel: WARN, logLevels: {a.B: OFF}, durationMinutes: 600}}
  - {name: log-some, description: x, logConfig: {rootLevel: INFO, durationMinutes: 600}}
  - {name: gone, state: absent}
`

// populate creates the initial clusters of the tenant.
func populate(t *testing.T, tenant http.Handler) {
	t.Helper()
	var id string
	for _, body := range []string{
		`{"name":"fields","description":"before","configuration":{"gmtOffset":"-5","debug":"true","theirs":"x"}}`,
		`{"name":"old-name","description":"theirs"}`,
		`{"name":"preferences"}`, `{"name":"log-none"}`, `{"name":"gone"}`, `{"name":"bystander"}`, `{"name":"log-some"}`,
	} {
		id = idIn(t, wire.Ask(t, tenant, http.MethodPost, "/v3/managed-clusters", body))
	}
	wire.Ask(t, tenant, http.MethodPut, "/v3/managed-clusters/"+id+"/log-config", `{"rootLevel":"TRACE","logLevels":{"c.D":"WARN"},"durationMinutes":1200}`)
}

func idIn(t *testing.T, doc []byte) string {
	t.Helper()
	var c api.Cluster
	if err := json.Unmarshal(doc, &c); err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// stage is a tenant with hooks for the requests of runs.
type stage struct {
	tenant *sandbox.Tenant
	// onRequest is called before each request; nil does nothing.
	onRequest func(*http.Request) error
	// inUse is the name of a cluster that is returned with a client, which no request can attach.
	inUse      string
	interrupts chan os.Signal
}

// openStage opens a new tenant.
func openStage(t *testing.T, options sandbox.Options) *stage {
	t.Helper()
	options.Dir, options.RateLimit = t.TempDir(), -1
	tenant, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
	return &stage{tenant: tenant, interrupts: make(chan os.Signal, 2)}
}

// inBubble plays on a new stage in virtual time.
func inBubble(t *testing.T, options sandbox.Options, play func(*testing.T, *stage)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { play(t, openStage(t, options)) })
}

func (s *stage) RoundTrip(req *http.Request) (*http.Response, error) {
	isAPI := !strings.HasPrefix(req.URL.Path, "/oauth/")
	if isAPI && s.onRequest != nil {
		if err := s.onRequest(req); err != nil {
			return nil, err
		}
	}
	wire.NoteSent(req)
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, req)
	resp := w.Result()
	if isAPI && s.inUse != "" {
		resp.Body = io.NopCloser(bytes.NewReader(s.withClient(w.Body.Bytes())))
	}
	return resp, nil
}

// withClient adds a client to the cluster in use, in every body that shows it.
func (s *stage) withClient(body []byte) []byte {
	var docs []map[string]json.RawMessage
	isOne := json.Unmarshal(body, &docs) != nil
	if isOne {
		docs = make([]map[string]json.RawMessage, 1)
		if json.Unmarshal(body, &docs[0]) != nil {
			return body
		}
	}
	for _, doc := range docs {
		if string(doc["name"]) == `"`+s.inUse+`"` {
			doc["clientIds"] = json.RawMessage(`["somebody"]`)
		}
	}
	list, err := json.Marshal(docs)
	if err != nil {
		return body
	}
	if isOne {
		return bytes.Trim(list, "[]")
	}
	return list
}

// The exit codes, as in clusterctl --help.
const (
	exitDone       = 0
	exitError      = 1
	exitPending    = 2
	exitIncomplete = 3
	exitRefused    = 4
)

// ran is the result of a command line.
type ran struct {
	code           int
	stdout, stderr string
}

// run runs a command line on the stage.
func (s *stage) run(args ...string) ran { return runOn(s, s.interrupts, args...) }

// runOn runs a command line whose requests take a transport.
func runOn(transport http.RoundTripper, interrupts <-chan os.Signal, args ...string) ran {
	var stdout, stderr bytes.Buffer
	code := command.Run(append([]string{"clusterctl"}, args...), command.Env{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now,
		Transport: transport, Interrupts: interrupts, Getenv: strangersEnv,
	})
	return ran{code, stdout.String(), stderr.String()}
}

// strangersEnv is an environment with access and an unreachable rate limit.
func strangersEnv(name string) string {
	return map[string]string{
		"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any",
		"CLUSTERCTL_RATE_LIMIT": "100000/1s",
	}[name]
}

// expect checks the exit code, and fragments of both streams together in order.
func (r ran) expect(t *testing.T, code int, fragments ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d:\n%s%s", r.code, code, r.stdout, r.stderr)
	}
	if len(fragments) > 0 {
		wire.ExpectInOrder(t, "the output", r.stdout+r.stderr, fragments)
	}
}

// documents returns the clusters by id, without fields that every write changes, and with the
// current log configuration. One that an undo ends counts as none.
func documents(t *testing.T, tenant http.Handler) map[string]string {
	t.Helper()
	var served []map[string]any
	if err := json.Unmarshal(wire.Ask(t, tenant, http.MethodGet, "/v3/managed-clusters", ""), &served); err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, doc := range served {
		id := doc["id"].(string)
		delete(doc, "updatedAt")
		delete(doc, "logConfiguration")
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		docs[id] = fmt.Sprintf("%s\nlog: %s", text, logInForce(t, tenant, id))
	}
	return docs
}

// logInForce is a log configuration with its expiration, which an undo keeps.
func logInForce(t *testing.T, tenant http.Handler, id string) string {
	t.Helper()
	body := wire.Ask(t, tenant, http.MethodGet, "/v3/managed-clusters/"+id+"/log-config", "")
	if len(body) == 0 {
		return "none"
	}
	var log api.LogConfig
	if err := json.Unmarshal(body, &log); err != nil {
		t.Fatal(err)
	}
	if log.RootLevel == "INFO" && len(log.LogLevels) == 0 && *log.DurationMinutes == 5 {
		return "none"
	}
	return fmt.Sprint(log.RootLevel, log.LogLevels, log.Expiration)
}

// without returns a map without some keys.
func without[V any](m map[string]V, keys ...string) map[string]V {
	rest := maps.Clone(m)
	for _, key := range keys {
		delete(rest, key)
	}
	return rest
}
