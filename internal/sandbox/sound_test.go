package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Clusters that need several pages, and the gaps after deleting them, are not damage.
func TestSoundStateOpens(t *testing.T) {
	t.Parallel()
	o := Options{Dir: t.TempDir(), Seed: 30}
	for size := range 12 {
		p := serve(t, o)
		text := strings.Repeat("x,\xf0\x9f\x98\x80", 1<<size)
		ids := []string{}
		for range 5 {
			ids = append(ids, p.create(`{"name": "large", "description": "`+text+`"}`).ID)
		}
		p.want(p.delete(clusterPath(ids[size%5])), http.StatusNoContent)
		if err := p.tenant.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if p := serve(t, o); p.tenantRows() != 30+12*4 {
		t.Errorf("%d clusters", p.tenantRows())
	}
}

// stateOfTenant is the state file of a tenant with some pages of clusters.
func stateOfTenant(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	tenant, err := Open(Options{Dir: dir, Seed: 24, ListLag: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// openState opens a tenant with that state file.
func openState(t testing.TB, state []byte) (*Tenant, string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, stateFile), state, 0o600); err != nil {
		t.Fatal(err)
	}
	tenant, err := Open(Options{Dir: dir})
	return tenant, dir, err
}

func TestTruncatedStateIsRefused(t *testing.T) {
	t.Parallel()
	whole := stateOfTenant(t)
	pages := len(whole) / os.Getpagesize()
	for page := range pages {
		for _, more := range []int{0, 1, 100, os.Getpagesize() - 1} {
			size := page*os.Getpagesize() + more
			t.Run(fmt.Sprint(size), func(t *testing.T) {
				t.Parallel()
				tenant, dir, err := openState(t, whole[:size])
				if err == nil { // what is missing was free
					if got := wholeTenant(t, tenant); got != 24 {
						t.Errorf("%d clusters", got)
					}
					return
				}
				if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("got %v", err)
				}
				if want := "state directory " + dir + ": the state file is damaged: "; !strings.HasPrefix(err.Error(), want) {
					t.Errorf("got %v", err)
				}
				if _, again := Open(Options{Dir: dir}); errors.Is(again, ErrInUse) {
					t.Error("the file is still locked")
				}
			})
		}
	}
}

// wholeTenant reads and writes all of a tenant, and returns the number of clusters that it found.
func wholeTenant(t testing.TB, tenant *Tenant) int {
	t.Helper()
	defer func() {
		if err := tenant.Close(); err != nil {
			t.Error(err)
		}
	}()
	count := 0
	err := tenant.store.update(func(s state) error {
		ids, err := snapshot{state: s}.matching(nil)
		count = len(ids)
		for _, id := range ids {
			r, recordErr := s.record(id)
			err = errors.Join(err, recordErr, s.put("x"+id, r.doc))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return count
}

// With a lost, overwritten or misplaced page, or a wrong byte in a page header, the tenant opens
// and works, or Open returns a one-line error. It never panics or hangs.
func TestDamagedStateIsRefused(t *testing.T) {
	t.Parallel()
	whole := stateOfTenant(t)
	size := os.Getpagesize()
	damages := map[string]func(page []byte){
		"zeros":        func(page []byte) { clear(page) },
		"ones":         func(page []byte) { fill(page, 0xff) },
		"text":         func(page []byte) { fill(page, 'x') },
		"another page": func(page []byte) { copy(page, whole[2*size:3*size]) },
		"its tail":     func(page []byte) { clear(page[size/2:]) },
	}
	for at := range 16 {
		damages[fmt.Sprintf("byte %d", at)] = func(page []byte) { page[at] ^= 0xff }
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused := 0
			for at := 0; at < len(whole); at += size {
				damaged := slices.Clone(whole)
				damage(damaged[at : at+size])
				tenant, _, err := openState(t, damaged)
				switch {
				case err == nil:
					wholeTenant(t, tenant)
					continue
				case strings.Contains(err.Error(), "\n") || !errors.Is(err, ErrDamaged):
					t.Errorf("page %d: %v", at/size, err)
				}
				refused++
			}
			if refused == 0 {
				t.Error("nothing was refused")
			}
		})
	}
}

func fill(page []byte, b byte) {
	for i := range page {
		page[i] = b
	}
}

func TestPanicIsAnAnswer(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{Serve: func(json.RawMessage) json.RawMessage { panic("odd") }})
	p.wantProblem(p.post(`{"name": "a"}`), http.StatusInternalServerError, "panic: odd")
	p.wantProblem(p.get("/v3/managed-clusters"), http.StatusInternalServerError, "panic: odd")
	if p.tenantRows() != 1 {
		t.Errorf("%d clusters", p.tenantRows())
	}
}
