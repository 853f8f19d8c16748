package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"clusterctl/internal/api"
	"clusterctl/internal/testkit/sample"
)

const lag = 2 * time.Second

// listed is what a listing shows of each cluster, by name and sorted: its name,
// description and root level.
func (p *peer) listed(filters string) []string {
	p.t.Helper()
	r := p.get("/v3/managed-clusters?count=true&filters=" + url.QueryEscape(filters))
	p.want(r, http.StatusOK)
	rows := []string{}
	for _, c := range decode[[]served](p.t, r) {
		row := c.Name
		if c.Description != nil {
			row += " " + *c.Description
		}
		if c.LogConfiguration != nil {
			row += " " + c.LogConfiguration.RootLevel
		}
		rows = append(rows, row)
	}
	if got, want := r.header.Get(api.TotalCountHeader), fmt.Sprint(len(rows)); got != want {
		p.t.Errorf("%s is %s, want %s", api.TotalCountHeader, got, want)
	}
	slices.Sort(rows)
	return rows
}

func (p *peer) wantListed(filters string, want ...string) {
	p.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), p.listed(filters)); diff != "" {
		p.t.Error(diff)
	}
}

func TestListingLags(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p := serve(t, Options{ListLag: lag, Now: clock.Now, InlineAllLogs: true})
	old, gone := p.create(`{"name": "old"}`).ID, p.create(`{"name": "gone"}`).ID
	p.wantListed("")
	clock.advance(lag)
	p.wantListed("", "gone", "old")

	p.create(`{"name": "new"}`)
	p.want(p.delete(clusterPath(gone)), http.StatusNoContent)
	p.want(p.patch(old, `[{"op": "add", "path": "/name", "value": "renamed"}]`), http.StatusOK)
	clock.advance(lag / 2)
	p.want(p.patch(old, `[{"op": "add", "path": "/description", "value": "described"}]`), http.StatusOK)
	p.want(p.putLog(old, `{"rootLevel": "WARN"}`), http.StatusOK)
	p.wantListed("", "gone", "old")
	p.wantListed(`name eq "old"`, "old")
	p.wantListed(`name eq "gone"`, "gone")
	p.wantListed(`name eq "new"`)
	p.wantListed(`name eq "renamed"`)

	clock.advance(lag / 2)
	p.wantListed("", "new", "renamed")
	p.wantListed(`name eq "old"`)
	clock.advance(lag / 2)
	p.wantListed("", "new", "renamed described WARN")
}

func TestGetDoesNotLag(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{ListLag: lag})
	id := p.create(`{"name": "a"}`).ID
	if got := p.show(id).Name; got != "a" {
		t.Errorf("name %q", got)
	}
	p.want(p.putLog(id, `{"rootLevel": "WARN"}`), http.StatusOK)
	p.want(p.get(logPath(id)), http.StatusOK)
	p.want(p.delete(clusterPath(id)), http.StatusNoContent)
	p.want(p.get(clusterPath(id)), http.StatusNotFound)
}

func TestListingLagsAcrossARestart(t *testing.T) {
	t.Parallel()
	clock := newClock()
	o := Options{Dir: t.TempDir(), ListLag: lag, Now: clock.Now}
	p := serve(t, o)
	p.create(`{"name": "a"}`)
	if err := p.tenant.Close(); err != nil {
		t.Fatal(err)
	}
	p = serve(t, o)
	p.wantListed("")
	clock.advance(lag)
	p.wantListed("", "a")
}

func TestListLagOfOneCluster(t *testing.T) {
	t.Parallel()
	clock := newClock()
	late := ""
	p := serve(t, Options{Now: clock.Now, ListLagOf: func(id string) (d time.Duration) {
		if id == late {
			d = lag
		}
		return d
	}})
	late = p.create(`{"name": "old"}`).ID
	p.want(p.patch(late, `[{"op": "add", "path": "/name", "value": "late"}]`), http.StatusOK)
	p.create(`{"name": "prompt"}`)
	p.wantListed("", "old", "prompt")
	clock.advance(lag)
	p.wantListed("", "late", "prompt")
}

// Earlier states are kept only while listings show them, and not at all without a lag.
func TestPastIsForgotten(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]int{0: 0, lag: 1} {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			p := serve(t, Options{ListLag: d, Now: clock.Now})
			for i := range 3 {
				p.create(fmt.Sprintf(`{"name": "c%d"}`, i))
				clock.advance(lag)
			}
			kept := 0
			err := p.tenant.store.db.View(func(tx *bbolt.Tx) error {
				kept = tx.Bucket([]byte(pastBucket)).Stats().KeyN
				return nil
			})
			if err != nil || kept != want {
				t.Errorf("%d kept, want %d; %v", kept, want, err)
			}
		})
	}
}

// A listing is always equal to a listing without a lag at the earlier time.
func TestListingIsThatOfThePast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		if sample.LeavesOut(rt, 2) {
			return
		}
		const steps = 12
		clock := newClock()
		p := serve(t, Options{ListLag: 3, Now: clock.Now, InlineAllLogs: true})
		history := [][]string{{}, {}, {}}
		var ids []string
		for i := range steps {
			ids = p.changeAtRandom(rt, i, ids)
			p.tenant.options.ListLag = 0
			history = append(history, p.listed(""))
			p.tenant.options.ListLag = 3
			if diff := cmp.Diff(history[i], p.listed("")); diff != "" {
				rt.Fatal(diff)
			}
			clock.advance(1)
		}
	})
}

// changeAtRandom changes one cluster and returns the ids of all.
func (p *peer) changeAtRandom(rt *rapid.T, step int, ids []string) []string {
	if len(ids) == 0 || rapid.Bool().Draw(rt, "create") {
		return append(ids, p.create(fmt.Sprintf(`{"name": "c%d"}`, step)).ID)
	}
	i := rapid.IntRange(0, len(ids)-1).Draw(rt, "which")
	switch rapid.IntRange(0, 2).Draw(rt, "change") {
	case 0:
		p.want(p.delete(clusterPath(ids[i])), http.StatusNoContent)
		return slices.Delete(ids, i, i+1)
	case 1:
		p.want(p.putLog(ids[i], fmt.Sprintf(`{"rootLevel": %q}`, logLevels()[step%7])), http.StatusOK)
	default:
		p.want(p.patch(ids[i], fmt.Sprintf(`[{"op": "add", "path": "/description", "value": "%d"}]`, step)), http.StatusOK)
	}
	return ids
}

func TestServeReplacesWhatIsShown(t *testing.T) {
	t.Parallel()
	odd := func(doc json.RawMessage) json.RawMessage {
		return json.RawMessage(strings.Replace(string(doc), `"clientIds":[]`, `"clientIds":7`, 1))
	}
	p := serve(t, Options{Serve: odd})
	r := p.post(`{"name": "a"}`)
	id := decode[struct{ ID string }](t, r).ID
	shown := map[string]reply{
		"create": r, "get": p.get(clusterPath(id)), "list": p.get("/v3/managed-clusters"),
		"patch": p.patch(id, `[{"op": "test", "path": "/clientIds", "value": []}]`),
	}
	for name, r := range shown {
		if r.status != http.StatusOK || !strings.Contains(r.body, `"clientIds":7`) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}
