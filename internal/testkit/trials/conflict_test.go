package trials

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/wire"
)

// meddling is a change by someone else to what an apply is about to write.
type meddling struct {
	// file declares va, which exists already: see meddledTenant.
	file string
	// Someone else sends this request. {va} is the id of va.
	method, path, body string
	// attaches attaches a client to va instead, which no request can do.
	attaches bool
	// at is the request of the apply before which this happens, the last one that guards the
	// write: method and path below /managed-clusters.
	at string
	// stale is the refusal of a saved plan, and conflict the report of a running apply.
	stale, conflict []string
}

func meddlings() map[string]meddling {
	const file = "version: 1\nclusters: [{name: va, "
	patch := func(ops string) meddling {
		return meddling{method: http.MethodPatch, path: "/{va}", body: "[" + ops + "]"}
	}
	with := func(m meddling, file, at string, stale, conflict []string) meddling {
		m.file, m.at, m.stale, m.conflict = file, at, stale, conflict
		return m
	}
	return map[string]meddling{
		"a field is replaced": with(patch(`{"op":"replace","path":"/configuration/gmtOffset","value":"7"}`),
			file+`configuration: {gmtOffset: "-6"}}]`, "PATCH /{va}",
			[]string{"update va ({va}): changed since the plan was made: /configuration/gmtOffset: expected \"-5\", found \"7\"\n"},
			[]string{"update va ({va}): conflict: changed by someone else: /configuration/gmtOffset: expected \"-5\", found \"7\"\n"}),
		"a field is removed": with(patch(`{"op":"replace","path":"/configuration/debug","value":"false"}`),
			file+`configuration: {debug: null}}]`, "PATCH /{va}",
			[]string{"update va ({va}): changed since the plan was made: /configuration/debug: expected \"true\", found \"false\"\n"},
			[]string{"update va ({va}): conflict: changed by someone else: /configuration/debug: expected \"true\", found \"false\"\n"}),
		"it is renamed": with(patch(`{"op":"replace","path":"/name","value":"vb"}`),
			"version: 1\nclusters: [{name: vc, renamedFrom: va}]", "PATCH /{va}",
			[]string{"update vc ({va}): changed since the plan was made: /name: expected \"va\", found \"vb\"\n"},
			[]string{"update vc ({va}): conflict: changed by someone else: /name: expected \"va\", found \"vb\"\n"}),
		// No test can check the absence of a key, so its object is tested. Without test support,
		// the cluster is read right before.
		"a key is added": with(patch(`{"op":"add","path":"/configuration/added","value":"theirs"}`),
			file+`configuration: {added: "ours"}}]`, "PATCH /{va}",
			[]string{"update va ({va}): changed since the plan was made: /configuration/added: expected nothing, found \"theirs\"\n"},
			[]string{"update va ({va}): conflict: changed by someone else: /configuration/added: expected nothing, found \"theirs\"\n"}),
		// There is no test for a log configuration: nothing guards the time between the read and
		// the PUT.
		"a log configuration is set": {
			file: file + `logConfig: {rootLevel: WARN, durationMinutes: 600}}]`, at: "GET /{va}/log-config",
			method: http.MethodPut, path: "/{va}/log-config", body: `{"rootLevel":"TRACE","durationMinutes":30}`,
			stale:    []string{"set log config va ({va}): changed since the plan was made: log configuration: expected none, found rootLevel TRACE"},
			conflict: []string{"set log config va ({va}): conflict: log configuration changed by someone else: expected none, found rootLevel TRACE"},
		},
		// If a client is attached between the read and the DELETE, the tenant refuses the DELETE,
		// which lacks removeClients.
		"a client comes": {
			file: file + `state: absent}]`, at: "GET /{va}", attaches: true,
			stale:    []string{"delete va ({va}): changed since the plan was made: attached: expected 0 clients and 0 services, found 1 client and 0 services\n"},
			conflict: []string{"delete va ({va}): conflict: attached: expected 0 clients and 0 services, found 1 client and 0 services\n"},
		},
		"what is to be deleted is renamed": with(patch(`{"op":"replace","path":"/name","value":"vb"}`),
			file+`state: absent}]`, "GET /{va}",
			[]string{"delete va ({va}): renamed to \"vb\" since the plan was made\n"},
			[]string{"delete va ({va}): conflict: cluster {va} was renamed to \"vb\" by someone else\n"}),
		"the name comes before it is looked up": {
			file: "version: 1\nclusters: [{name: new, description: ours}]", at: "GET ",
			method: http.MethodPost, body: `{"name":"new","description":"theirs"}`,
			stale:    []string{"create new: a cluster of this name now exists: "},
			conflict: []string{"create new (", "): conflict: another cluster of this name now exists: "},
		},
		// The run's cluster is the younger one, and is withdrawn. If the other one comes later,
		// from another tool, there are two, and the run reports it.
		"the name comes right before the creation": {
			file: "version: 1\nclusters: [{name: new, description: ours}]", at: "POST ",
			method: http.MethodPost, body: `{"name":"new","description":"theirs"}`,
			stale:    []string{"create new: a cluster of this name now exists: "},
			conflict: []string{"create new (", "): conflict: another cluster of this name, "},
		},
	}
}

// meddledTenant has va in its state before every meddling.
func meddledTenant(t *testing.T, options sandbox.Options, play func(t *testing.T, s *stage, id string)) {
	t.Helper()
	options.InlineAllLogs = true // a look at one by itself is a guard
	inBubble(t, options, func(t *testing.T, s *stage) {
		const va = `{"name":"va","description":"before","configuration":{"gmtOffset":"-5","debug":"true"}}`
		play(t, s, idIn(t, wire.Ask(t, s.tenant, http.MethodPost, "/v3/managed-clusters", va)))
	})
}

// meddle makes the change, a moment before the next request.
func (m meddling) meddle(t *testing.T, s *stage, id string) {
	t.Helper()
	if m.attaches {
		s.inUse = "va"
		return
	}
	wire.Ask(t, s.tenant, m.method, "/v3/managed-clusters"+strings.ReplaceAll(m.path, "{va}", id), m.body)
	time.Sleep(time.Millisecond)
}

func withID(fragments []string, id string) []string {
	var with []string
	for _, f := range fragments {
		with = append(with, strings.ReplaceAll(f, "{va}", id))
	}
	return with
}

// eachMeddling tests every meddling, on a tenant with and one without support for test
// operations.
func eachMeddling(t *testing.T, try func(*testing.T, meddling, sandbox.Options)) {
	t.Helper()
	for name, m := range meddlings() {
		for tests, options := range map[string]sandbox.Options{"tests taken": {}, "tests refused": {RefuseTests: true}} {
			t.Run(name+", "+tests, func(t *testing.T) {
				t.Parallel()
				try(t, m, options)
			})
		}
	}
}

// Someone else writes between plan and apply: the plan is stale, nothing is written, and the
// report names the place, the expected and the found value.
func TestSomebodyBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	eachMeddling(t, func(t *testing.T, m meddling, options sandbox.Options) {
		meddledTenant(t, options, func(t *testing.T, s *stage, id string) {
			saved := filepath.Join(t.TempDir(), "plan.json")
			s.run("plan", "--file", wire.WriteClusters(t, m.file), "--out", saved).expect(t, exitDone)
			m.meddle(t, s, id)
			theirs := documents(t, s.tenant)
			s.onRequest = func(req *http.Request) error {
				if req.Method != http.MethodGet {
					t.Errorf("%s %s of a stale plan", req.Method, req.URL)
				}
				return nil
			}
			s.run("apply", saved).expect(t, exitRefused, append(withID(m.stale, id), "stale, so nothing was applied")...)
			if diff := cmp.Diff(theirs, documents(t, s.tenant)); diff != "" {
				t.Errorf("written over:\n%s", diff)
			}
		})
	})
}

// Someone else writes between the last read and the write: their change is kept, and the report
// names the place, the expected and the found value.
func TestSomebodyBetweenReadAndWrite(t *testing.T) {
	t.Parallel()
	eachMeddling(t, func(t *testing.T, m meddling, options sandbox.Options) {
		meddledTenant(t, options, func(t *testing.T, s *stage, id string) {
			saved := filepath.Join(t.TempDir(), "plan.json")
			s.run("plan", "--file", wire.WriteClusters(t, m.file), "--out", saved).expect(t, exitDone)
			var theirs map[string]string
			listings := 0
			s.onRequest = func(req *http.Request) error {
				request := req.Method + " " + strings.TrimPrefix(req.URL.Path, "/v3/managed-clusters")
				if request == "GET " {
					listings++
				}
				isRecheck := request == "GET " && listings == 1
				if theirs == nil && !isRecheck && request == strings.ReplaceAll(m.at, "{va}", id) {
					m.meddle(t, s, id)
					theirs = documents(t, s.tenant)
				}
				return nil
			}
			s.run("apply", saved).expect(t, exitIncomplete, append(withID(m.conflict, id), "Apply incomplete: 0 applied, 1 failed, 0 skipped.\n")...)
			if diff := cmp.Diff(theirs, documents(t, s.tenant)); diff != "" {
				t.Errorf("written over:\n%s", diff)
			}
		})
	})
}

// A create takes two requests if it sets fields that a POST does not accept. A change by someone
// else between the two is not overwritten.
func TestSomebodyBetweenCreationAndCompletion(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]sandbox.Options{"with tests": {}, "without": {RefuseTests: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, options, func(t *testing.T, s *stage) {
				var theirs map[string]string
				s.onRequest = func(req *http.Request) error {
					if req.Method == http.MethodPatch && theirs == nil {
						wire.Ask(t, s.tenant, http.MethodPatch, req.URL.Path, `[{"op":"replace","path":"/updatePreferences/updateState","value":"DISABLED"}]`)
						theirs = documents(t, s.tenant)
					}
					return nil
				}
				file := wire.WriteClusters(t, "version: 1\nclusters: [{name: new, updatePreferences: {updateState: AUTO}}]")
				s.run("apply", "--auto-approve", "--file", file).expect(t, exitIncomplete,
					"create new (", "): conflict: changed by someone else: /updatePreferences/updateState: expected null, found \"DISABLED\"\n")
				if diff := cmp.Diff(theirs, documents(t, s.tenant)); diff != "" {
					t.Errorf("written over:\n%s", diff)
				}
			})
		})
	}
}
