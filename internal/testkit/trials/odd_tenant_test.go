package trials

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// wholeEntries changes intact clusters in every possible way.
const wholeEntries = `version: 1
policy: {prune: true, maxDeletes: 100}
clusters:
  - {name: h-same}
  - {name: h-update, description: after, configuration: {gmtOffset: "-6"}}
  - {name: h-log, logConfig: {rootLevel: WARN, durationMinutes: 600}}
  - {name: h-renamed, renamedFrom: h-old}
  - {name: h-new}
  - {name: h-gone, state: absent}
`

// oddEntries has an entry of each kind for odd clusters: by name, by id, and
// to be deleted with and without what is attached. One odd cluster has no entry.
const oddEntries = `  - {name: odd-named, description: after, configuration: {gmtOffset: "-6"}, updatePreferences: {updateState: AUTO}, logConfig: {rootLevel: WARN, durationMinutes: 600}}
  - {name: odd-pinned, id: %[1]q, description: after, configuration: {debug: null}}
  - {name: odd-renamed, renamedFrom: odd-old, description: null}
  - {name: odd-gone, state: absent}
  - {name: odd-gone-all, state: absent, removeClients: true}
  - {name: odd-gone-pinned, id: %[2]q, state: absent}
  - {name: odd-gone-pinned-all, id: %[3]q, state: absent, removeClients: true}
`

func wholeNames() []string {
	return []string{"h-same", "h-update", "h-log", "h-old", "h-gone", "h-stray"}
}

func oddNames() []string {
	return []string{"odd-named", "odd-pinned", "odd-old", "odd-gone", "odd-gone-all", "odd-gone-pinned", "odd-gone-pinned-all", "odd-stray"}
}

// oddStage is a tenant some of whose clusters are served odd.
type oddStage struct {
	*stage
	file   string
	ids    []string // of the odd clusters, in the order of oddNames
	served atomic.Pointer[map[string]json.RawMessage]
	whole  map[string]string // what each command reports of whole clusters without odd ones
}

// openOddStage opens a tenant with intact clusters and clusters that can be malformed. The file
// declares both.
func openOddStage(t *testing.T) *oddStage {
	t.Helper()
	o := &oddStage{}
	o.serve(nil)
	o.stage = openStage(t, sandbox.Options{Serve: o.replace})
	for _, name := range wholeNames() {
		o.create(t, name)
	}
	var err error
	if o.whole, err = o.reports(wire.WriteClusters(t, wholeEntries)); err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, name := range oddNames() {
		ids[name] = o.create(t, name)
		o.ids = append(o.ids, ids[name])
	}
	o.file = wire.WriteClusters(t, wholeEntries+fmt.Sprintf(oddEntries, ids["odd-pinned"], ids["odd-gone-pinned"], ids["odd-gone-pinned-all"]))
	return o
}

func (o *oddStage) create(t *testing.T, name string) (id string) {
	t.Helper()
	return idIn(t, wire.Ask(t, o.tenant, http.MethodPost, "/v3/managed-clusters", `{"name":"`+name+`","description":"before","configuration":{"gmtOffset":"-5","debug":"true"}}`))
}

// serve replaces the bodies of odd clusters, by index.
func (o *oddStage) serve(bodies map[int]string) {
	served := map[string]json.RawMessage{}
	for i, body := range bodies {
		served[o.ids[i]] = json.RawMessage(body)
	}
	o.served.Store(&served)
}

func (o *oddStage) replace(doc json.RawMessage) json.RawMessage {
	var cluster struct{ ID string }
	if json.Unmarshal(doc, &cluster) != nil {
		return doc
	}
	if odd, ok := (*o.served.Load())[cluster.ID]; ok {
		return odd
	}
	return doc
}

// reports are the reports of plan, drift, status and export about the intact clusters.
func (o *oddStage) reports(file string) (map[string]string, error) {
	reports := map[string]string{}
	for command, tt := range map[string]struct {
		args  []string
		codes []int
	}{
		"plan":   {[]string{"plan", "--file", file, "--output", "json"}, []int{exitDone, exitRefused}},
		"drift":  {[]string{"drift", "--file", file, "--output", "json"}, []int{exitPending}},
		"status": {[]string{"status", "--output", "json"}, []int{exitDone}},
		"export": {[]string{"export", "--with-log-config"}, []int{exitDone}},
	} {
		r := o.run(tt.args...)
		if !slices.Contains(tt.codes, r.code) {
			return nil, fmt.Errorf("%s: exit code %d:\n%s%s", command, r.code, r.stdout, r.stderr)
		}
		if command == "export" {
			reports[command] = wholeEntriesOf(r.stdout)
			continue
		}
		var err error
		if reports[command], err = wholeItemsOf(r.stdout); err != nil {
			return nil, fmt.Errorf("%s: %w:\n%s", command, err, r.stdout)
		}
		if err := o.checkDeletes(r.stdout); err != nil {
			return nil, err
		}
	}
	return reports, nil
}

// wholeEntriesOf are the entries of an export that are about whole clusters.
func wholeEntriesOf(export string) string {
	entries := strings.Split(strings.TrimSpace(export), "\n  - ")
	return strings.Join(slices.DeleteFunc(entries, func(entry string) bool { return !strings.HasPrefix(entry, "name: h-") }), "\n")
}

// wholeItemsOf are the items of a JSON document that are about whole clusters,
// by the key of their list.
func wholeItemsOf(document string) (string, error) {
	var lists map[string]json.RawMessage
	if err := json.Unmarshal([]byte(document), &lists); err != nil {
		return "", err
	}
	whole := map[string][]map[string]any{}
	for key, list := range lists {
		var items []map[string]any
		if json.Unmarshal(list, &items) != nil {
			continue
		}
		for _, item := range items {
			if name, _ := item["name"].(string); strings.HasPrefix(name, "h-") {
				whole[key] = append(whole[key], withoutFile(item))
			}
		}
	}
	text, err := json.MarshalIndent(whole, "", " ")
	return string(text), err
}

// withoutFile returns an item without the name of its file.
func withoutFile(item map[string]any) map[string]any {
	if source, ok := item["source"].(map[string]any); ok {
		delete(source, "file")
	}
	return item
}

// checkDeletes checks the deletes of a plan: nothing is attached and the type is known, unless
// the entry allows otherwise.
func (o *oddStage) checkDeletes(document string) error {
	var plan struct {
		Changes []struct{ Action, Name, ID string }
	}
	if err := json.Unmarshal([]byte(document), &plan); err != nil {
		return err
	}
	for _, c := range plan.Changes {
		body, isOdd := (*o.served.Load())[c.ID]
		if c.Action != "delete" || !isOdd {
			continue
		}
		// The entry is that of the name, or the one pinned to the id.
		entries := []string{c.Name, oddNames()[slices.Index(o.ids, c.ID)]}
		var known map[string]json.RawMessage // a struct would take "CLIENTIDS" for "clientIds"
		if err := json.Unmarshal(body, &known); err != nil {
			return err
		}
		if !slices.ContainsFunc(entries, removesAll) && (string(known["clientIds"]) != "[]" || string(known["serviceCount"]) != "0") {
			return fmt.Errorf("deletes %s although it may have clients or services: %s", c.Name, body)
		}
		if !strings.HasPrefix(string(known["type"]), `"`) && !slices.ContainsFunc(entries, isPinned) {
			return fmt.Errorf("deletes %s although its type is not known: %s", c.Name, body)
		}
	}
	return nil
}

// removesAll reports whether the entry of this name has removeClients.
func removesAll(entry string) bool { return strings.HasSuffix(entry, "-all") }

// isPinned reports whether the entry of this name has an id.
func isPinned(entry string) bool { return strings.Contains(entry, "pinned") }

// check compares the reports about intact clusters with and without malformed ones.
func (o *oddStage) check(bodies map[int]string) error {
	o.serve(bodies)
	reports, err := o.reports(o.file)
	if err == nil {
		if diff := cmp.Diff(o.whole, reports); diff != "" {
			err = fmt.Errorf("whole clusters are reported differently (-without odd ones, +with them):\n%s", diff)
		}
	}
	if err != nil {
		return fmt.Errorf("%w\nserved: %v", err, bodies)
	}
	return nil
}

// Malformed clusters do not affect plan, drift, status and export of the others, and none of them
// is deleted unless its attached clients and services are known, or its entry allows it.
func TestOddClustersChangeNothingForWholeOnes(t *testing.T) {
	t.Parallel()
	o := openOddStage(t)
	if err := o.check(nil); err != nil {
		t.Fatal(err)
	}
	served := odd(t)
	for _, name := range sample.Of(slices.Sorted(maps.Keys(served)), 6) {
		body, bodies := served[name], map[int]string{}
		for i, slot := range oddNames() {
			bodies[i] = inSlot(body, slot, o.ids[i])
		}
		if err := o.check(bodies); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		if sample.LeavesOut(t, 4) {
			return
		}
		bodies := map[int]string{}
		for i, name := range oddNames() {
			if rapid.Bool().Draw(t, name+" is odd") {
				bodies[i] = oddBody(name, o.ids[i]).Draw(t, name)
			}
		}
		if err := o.check(bodies); err != nil {
			t.Fatal(err)
		}
	})
}
