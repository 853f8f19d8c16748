package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
)

// withFaults serves a tenant whose faults are written as on the command line.
func withFaults(t *testing.T, faults ...string) *peer {
	t.Helper()
	var o Options
	for _, text := range faults {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	return serve(t, o)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	type test struct {
		done  bool
		check func(*testing.T, *peer, reply, error)
	}
	tests := map[string]test{
		"drop-before@1": {false, wantNoAnswer},
		"drop-after@1":  {true, wantNoAnswer},
		"500-before@1":  {false, wantStatus(http.StatusInternalServerError)},
		"500-after@1":   {true, wantStatus(http.StatusInternalServerError)},
		"503@1":         {false, wantStatus(http.StatusServiceUnavailable)},
		"429@1": {false, func(t *testing.T, _ *peer, r reply, _ error) {
			if r.status != http.StatusTooManyRequests || !strings.Contains(r.body, `"message"`) {
				t.Errorf("got %d %s", r.status, r.body)
			}
		}},
		"502@1": {false, func(t *testing.T, _ *peer, r reply, _ error) {
			if r.status != http.StatusBadGateway || !strings.HasPrefix(r.body, "<html>") {
				t.Errorf("got %d %s", r.status, r.body)
			}
		}},
		"truncate@1": {true, func(t *testing.T, _ *peer, r reply, err error) {
			if r.status != http.StatusOK || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.HasPrefix(r.body, `{"alertKey"`) {
				t.Errorf("got %d %s, %v", r.status, r.body, err)
			}
		}},
		"garbage@1": {true, func(t *testing.T, _ *peer, r reply, err error) {
			if r.status != http.StatusOK || err != nil || strings.HasPrefix(r.body, "{") {
				t.Errorf("got %d %s, %v", r.status, r.body, err)
			}
		}},
		"wrong-shape@1": {true, func(t *testing.T, _ *peer, r reply, _ error) {
			if r.status != http.StatusOK || r.body != "[]" {
				t.Errorf("got %d %s", r.status, r.body)
			}
		}},
		"other-id@1": {true, func(t *testing.T, _ *peer, r reply, _ error) { // there is no other
			if r.status != http.StatusOK || decode[served](t, r).Name != "a" {
				t.Errorf("got %d %s", r.status, r.body)
			}
		}},
	}
	for _, kind := range refusedKinds() {
		tests[string(kind)+"@1"] = test{false, wantStatus(kind.refused())}
	}
	for fault, test := range tests {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			p := withFaults(t, fault)
			r, err := p.try(http.MethodPost, "/v3/managed-clusters", api.ContentTypeJSON, `{"name": "a"}`)
			test.check(t, p, r, err)
			if busy := r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable; busy && r.header.Get("Retry-After") != "1" {
				t.Errorf("Retry-After is %q", r.header.Get("Retry-After"))
			}
			if done := p.tenantRows() == 1; done != test.done {
				t.Errorf("work done: %v, want %v", done, test.done)
			}
			p.want(p.get("/v3/managed-clusters"), http.StatusOK)
		})
	}
}

func wantNoAnswer(t *testing.T, _ *peer, r reply, err error) {
	t.Helper()
	if !errors.Is(err, io.EOF) {
		t.Errorf("got %d, %v", r.status, err)
	}
}

func wantStatus(status int) func(*testing.T, *peer, reply, error) {
	return func(t *testing.T, p *peer, r reply, _ error) {
		t.Helper()
		p.wantProblem(r, status, "")
	}
}

func TestWrongShapeOfAListing(t *testing.T) {
	t.Parallel()
	p := withFaults(t, "wrong-shape@1")
	if r := p.get("/v3/managed-clusters"); r.status != http.StatusOK || r.body != "{}" {
		t.Errorf("got %d %s", r.status, r.body)
	}
}

// Every response with a cluster shows another one, while the right one is changed.
func TestOtherID(t *testing.T) {
	t.Parallel()
	tests := map[string]func(p *peer, id string) reply{
		"create": func(p *peer, _ string) reply { return p.post(`{"name": "new"}`) },
		"get":    func(p *peer, id string) reply { return p.get(clusterPath(id)) },
		"patch": func(p *peer, id string) reply {
			return p.patch(id, `[{"op": "replace", "path": "/name", "value": "new"}]`)
		},
	}
	for name, send := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := withFaults(t, "other-id@3")
			id, other := p.create(`{"name": "a"}`).ID, p.create(`{"name": "b"}`).ID
			r := send(p, id)
			p.want(r, http.StatusOK)
			got := decode[served](t, r)
			if got.Name == "new" || name != "create" && got.ID != other {
				t.Errorf("got %s", r.body)
			}
			names := []string{}
			for _, c := range p.list("") {
				names = append(names, c.Name)
			}
			if done := slices.Contains(names, "new"); done != (name != "get") {
				t.Errorf("work done: %v", done)
			}
		})
	}
}

func TestOtherIDLeavesTheRest(t *testing.T) {
	t.Parallel()
	p := withFaults(t, "other-id:1")
	id := p.create(`{"name": "a"}`).ID
	p.create(`{"name": "b"}`)
	if rows := p.list(""); len(rows) != 2 {
		t.Errorf("rows: %+v", rows)
	}
	p.want(p.get(logPath(id)), http.StatusNoContent)
	p.want(p.putLog(id, `{"rootLevel": "WARN"}`), http.StatusOK)
	p.want(p.get(clusterPath("nobody")), http.StatusNotFound)
	p.want(p.delete(clusterPath(id)), http.StatusNoContent)
}

// Go's client treats the connection as upgraded, and waits for more.
func TestSwitchingProtocols(t *testing.T) {
	t.Parallel()
	p := withFaults(t, "101@1")
	ctx, leave := context.WithCancel(t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/v3/managed-clusters", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := p.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, ok := response.Body.(io.ReadWriteCloser); !ok || response.StatusCode != http.StatusSwitchingProtocols {
		t.Errorf("got %d, a body of type %T", response.StatusCode, response.Body)
	}
	leave()
	p.want(p.get("/v3/managed-clusters"), http.StatusOK)
}

// A response without a body cannot be cut: it is dropped.
func TestTruncatedNothingIsDropped(t *testing.T) {
	t.Parallel()
	p := withFaults(t, "truncate@2")
	id := p.create(`{"name": "a"}`).ID
	if r, err := p.try(http.MethodDelete, clusterPath(id), "", ""); !errors.Is(err, io.EOF) {
		t.Errorf("got %d, %v", r.status, err)
	}
	if p.tenantRows() != 0 {
		t.Error("the work was not done")
	}
}

func TestFaultHitsItsRequestAlone(t *testing.T) {
	t.Parallel()
	p := withFaults(t, "503@2", "429@3")
	var got []int
	for range 4 {
		p.get(api.InfoPath) // not counted
		got = append(got, p.get("/v3/managed-clusters").status)
	}
	if want := []int{200, 503, 429, 200}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestFaultsAtARateComeTheSameEachTime(t *testing.T) {
	t.Parallel()
	statuses := func() (got []int) {
		p := withFaults(t, "503:0.3", "429:0.3")
		for range 60 {
			got = append(got, p.get("/v3/managed-clusters").status)
		}
		return got
	}
	first := statuses()
	if !slices.Equal(first, statuses()) {
		t.Error("another run went wrong elsewhere")
	}
	for _, status := range []int{200, 503, 429} {
		if !slices.Contains(first, status) {
			t.Errorf("no %d among %v", status, first)
		}
	}
}

// faultyTenant returns a tenant with a fault on the first request. The test runs in a bubble,
// where a minute takes no time.
func faultyTenant(t *testing.T, kind faultKind) *Tenant {
	t.Helper()
	f, err := ParseFault(string(kind) + "@1")
	if err != nil {
		t.Fatal(err)
	}
	tenant, err := Open(Options{Dir: t.TempDir(), Faults: []Fault{f}})
	if err != nil {
		t.Fatal(err)
	}
	return tenant
}

func TestSlowAnswerComesLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant := faultyTenant(t, slow)
		began, w := time.Now(), httptest.NewRecorder()
		tenant.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v3/managed-clusters", nil))
		if took := time.Since(began); took != time.Minute || w.Code != http.StatusUnauthorized {
			t.Errorf("%d after %s", w.Code, took)
		}
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
}

// slowEnd is what a slow answer ends in once stop has been called, and when.
func slowEnd(ctx context.Context, t *testing.T, tenant *Tenant, stop func()) (any, time.Duration) {
	t.Helper()
	began := time.Now()
	ended := make(chan any)
	go func() {
		defer func() { ended <- recover() }()
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v3/managed-clusters", nil)
		tenant.ServeHTTP(httptest.NewRecorder(), r)
	}()
	synctest.Wait()
	stop()
	return <-ended, time.Since(began)
}

func TestLateAnswerEndsEarly(t *testing.T) {
	t.Parallel()
	stops := map[string]func(*Tenant, context.CancelFunc){
		"with the tenant": func(tenant *Tenant, _ context.CancelFunc) { _ = tenant.Close() },
		"with the client": func(_ *Tenant, leave context.CancelFunc) { leave() },
	}
	for _, kind := range []faultKind{slow, switching} {
		for name, stop := range stops {
			t.Run(string(kind)+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { wantEarlyEnd(t, kind, stop) })
			})
		}
	}
}

func wantEarlyEnd(t *testing.T, kind faultKind, stop func(*Tenant, context.CancelFunc)) {
	t.Helper()
	tenant := faultyTenant(t, kind)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	got, took := slowEnd(ctx, t, tenant, func() { stop(tenant, leave) })
	if err, _ := got.(error); !errors.Is(err, http.ErrAbortHandler) || took != 0 {
		t.Errorf("got %v after %s", got, took)
	}
	if err := tenant.Close(); err != nil {
		t.Error(err)
	}
}
