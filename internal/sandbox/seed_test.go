package sandbox

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"clusterctl/internal/api"
)

func TestSeedFollowsFromItsCount(t *testing.T) {
	t.Parallel()
	later := newClock()
	later.advance(1000 * time.Hour)
	first := serve(t, Options{Seed: 40, OmitInlineLogs: true}).get("/v3/managed-clusters").body
	second := serve(t, Options{Seed: 40, OmitInlineLogs: true, Now: later.Now}).get("/v3/managed-clusters").body
	if first != second {
		t.Error("the same count made other clusters")
	}
	other := serve(t, Options{Seed: 40, OmitInlineLogs: true, Org: "globex"})
	if other.get("/v3/managed-clusters").body == first {
		t.Error("another org has the same clusters")
	}
}

func TestSeedLeavesAStateAlone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare func(*peer)
		want    int
	}{
		"never used":  {func(*peer) {}, 5},
		"in use":      {func(p *peer) { p.create(`{"name": "mine"}`) }, 1},
		"emptied":     {func(p *peer) { p.delete(clusterPath(p.create(`{"name": "mine"}`).ID)) }, 0},
		"only looked": {func(p *peer) { p.list("") }, 5},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			before := serve(t, Options{Dir: dir})
			test.prepare(before)
			if err := before.tenant.Close(); err != nil {
				t.Fatal(err)
			}
			if rows := serve(t, Options{Dir: dir, Seed: 5}).tenantRows(); rows != test.want {
				t.Errorf("%d clusters, want %d", rows, test.want)
			}
		})
	}
}

// seeded is all that a seeded tenant has, as JSON members.
func seeded(t *testing.T, n int) []map[string]json.RawMessage {
	t.Helper()
	p := serve(t, Options{Seed: n, InlineAllLogs: true})
	return decode[[]map[string]json.RawMessage](t, p.get("/v3/managed-clusters"))
}

// A small seed has every oddity that a client must handle.
func TestSeedIsVaried(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	names := map[string]bool{}
	for _, row := range seeded(t, 60) {
		for _, member := range []string{"configuration", "description", "updatePreferences", "alertKey"} {
			switch value, ok := row[member]; {
			case !ok:
				seen[member+" absent"]++
			case string(value) == "null":
				seen[member+" null"]++
			case string(value) == `""`:
				seen[member+" empty"]++
			}
		}
		seen["type "+string(row["type"])]++
		seen["status "+string(row["status"])]++
		if string(row["clientIds"]) != "[]" {
			seen["clients"]++
		}
		if string(row[logMember]) != "null" {
			seen["log"]++
		}
		names[string(row["name"])] = true
	}
	if len(names) != 60 {
		t.Errorf("%d names for 60 clusters", len(names))
	}
	for _, want := range []string{
		"configuration absent", "description absent", "description null", "description empty",
		"updatePreferences absent", "updatePreferences null", "alertKey absent", "alertKey null",
		`type "idn"`, `type "iai"`, `type "standard"`, `type "pag"`, `type "spConnectCluster"`, `type "sqsCluster"`,
		`status "NORMAL"`, `status "WARNING"`, `status "FAILED"`, `status "NO_CLIENTS"`, "clients", "log",
	} {
		if seen[want] == 0 {
			t.Errorf("nothing with %s; there is %v", want, seen)
		}
	}
	if seen[`type "spConnectCluster"`] != 1 || seen[`type "sqsCluster"`] != 1 || seen["clients"] != 30 {
		t.Errorf("got %v", seen)
	}
}

func TestSeedCountsTheSystemsClusters(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 0, 2: 0, 3: 1, 9: 1, 10: 2, 100: 2} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			rows, system := seeded(t, n), 0
			for _, row := range rows {
				var kind string
				if err := json.Unmarshal(row["type"], &kind); err != nil {
					t.Fatal(err)
				}
				if isSystemType(kind) {
					system++
				}
			}
			if len(rows) != n || system != want {
				t.Errorf("%d clusters, %d of them the system's, want %d and %d", len(rows), system, n, want)
			}
		})
	}
}

func TestSeedHasLogsInForceAndEnded(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Seed: 5})
	got := map[string]int{}
	for _, c := range p.list("") {
		got[c.Name] = p.get(logPath(c.ID)).status
	}
	if got["va-boston"] != 200 || got["va-dublin"] != 204 || p.show(digest("cluster", DefaultOrg+" 4")).LogConfiguration == nil {
		t.Errorf("got %v", got)
	}
}

// The API would accept every seeded cluster: every name and type, except system types, passes the
// checks of a create.
func TestSeedIsValid(t *testing.T) {
	t.Parallel()
	for _, row := range seeded(t, 200) {
		if err := checkMembers(row); err != nil {
			t.Errorf("%s: %v", row["name"], err)
		}
		var c api.Cluster
		data, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &c); err != nil {
			t.Errorf("%s: %v", row["name"], err)
		}
	}
}
