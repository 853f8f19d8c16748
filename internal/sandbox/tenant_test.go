package sandbox

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"clusterctl/internal/api"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	garbled := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbled, stateFile), []byte("not a state at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		options Options
		want    string
	}{
		"no directory":       {Options{}, "no state directory given"},
		"a file for one":     {Options{Dir: file}, "cannot be created: mkdir "},
		"a garbled state":    {Options{Dir: garbled}, "the state file is damaged"},
		"a negative seed":    {Options{Dir: t.TempDir(), Seed: -1}, "seed -1 is negative"},
		"a negative lag":     {Options{Dir: t.TempDir(), ListLag: -1}, "list lag -1ns is negative"},
		"a negative latency": {Options{Dir: t.TempDir(), Latency: -1}, "latency -1ns is negative"},
		"a negative span":    {Options{Dir: t.TempDir(), RateSpan: -1}, "rate span -1ns is negative"},
		"a long token":       {Options{Dir: t.TempDir(), TokenLifetime: 13 * time.Hour}, "token lifetime 13h0m0s"},
		"a short token":      {Options{Dir: t.TempDir(), TokenLifetime: time.Millisecond}, "token lifetime 1ms"},
		"contrary listings":  {Options{Dir: t.TempDir(), OmitInlineLogs: true, InlineAllLogs: true}, "set either OmitInlineLogs or InlineAllLogs"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tenant, err := Open(test.options)
			if err == nil {
				t.Fatal(tenant.Close(), "opened")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q does not contain %q", err, test.want)
			}
		})
	}
}

func TestStateIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "state")
	serve(t, Options{Dir: dir})
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, stateFile): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

func TestOrg(t *testing.T) {
	t.Parallel()
	unnamed, named := t.TempDir(), t.TempDir()
	steps := []struct{ dir, org, want, err string }{
		{dir: unnamed, want: DefaultOrg},
		{dir: unnamed, want: DefaultOrg},
		{dir: unnamed, org: DefaultOrg, want: DefaultOrg},
		{dir: named, org: "globex", want: "globex"},
		{dir: named, want: "globex"},
		{dir: named, org: "initech", err: `it belongs to another tenant: "globex", not "initech"`},
	}
	for _, step := range steps {
		tenant, err := Open(Options{Dir: step.dir, Org: step.org})
		if step.err != "" {
			if err == nil || !strings.Contains(err.Error(), step.err) {
				t.Errorf("org %q: error %v, want %q", step.org, err, step.err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if tenant.Org() != step.want {
			t.Errorf("org %q, want %q", tenant.Org(), step.want)
		}
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSecondOpenIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		first, err := Open(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		_, err = Open(Options{Dir: dir})
		if !errors.Is(err, ErrInUse) || err.Error() != "state directory "+dir+" is in use by another process (stop it, or use another directory)" {
			t.Errorf("error %v, want ErrInUse", err)
		}
		if waited := time.Since(began); waited > time.Second {
			t.Errorf("it took %s to say so", waited)
		}
		if err := errors.Join(first.Close(), first.Close()); err != nil {
			t.Error(err)
		}
		again, err := Open(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestClosedTenantAnswers500(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	if err := p.tenant.Close(); err != nil {
		t.Fatal(err)
	}
	p.wantProblem(p.get("/v3/managed-clusters"), http.StatusInternalServerError, "database not open")
}

func TestRequestsCountsTheAPIAlone(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	p.get(api.InfoPath)
	p.get("/nowhere")
	p.get("/v3/managed-clusters")
	p.get("/beta/managed-clusters/none")
	if got := p.tenant.Requests(); got != 2 {
		t.Errorf("%d requests, want 2", got)
	}
}

func TestLatencyIsAddedToEveryAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tenant, err := Open(Options{Dir: t.TempDir(), Latency: 3 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{api.InfoPath, "/v3/managed-clusters", "/nowhere"} {
			began := time.Now()
			tenant.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
			if took := time.Since(began); took != 3*time.Second {
				t.Errorf("%s took %s", path, took)
			}
		}
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	})
}
