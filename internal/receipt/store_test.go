package receipt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clusterctl/internal/cluster"
	"clusterctl/internal/receipt"
)

// keep records a run in a store at a time, and returns the path of its receipt.
func keep(t *testing.T, s receipt.Store, at time.Time) string {
	t.Helper()
	file, err := s.Create(at)
	if err != nil {
		t.Fatal(err)
	}
	path := file.Path()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	appendRun(t, path)
	return path
}

func pathsOf(t *testing.T, s receipt.Store) []string {
	t.Helper()
	paths, err := s.Paths()
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// Whatever a tenant calls itself, its directory is a plain name directly below the given one.
func TestStoreStaysInside(t *testing.T) {
	t.Parallel()
	plain := regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}-[0-9a-f]{16}$`)
	expectPlain := func(t rapid.TB, tenant cluster.Tenant) {
		dir := receipt.StoreIn("/state/receipts", tenant).Dir()
		if filepath.Dir(dir) != filepath.FromSlash("/state/receipts") || !plain.MatchString(filepath.Base(dir)) {
			t.Errorf("%+v: %s", tenant, dir)
		}
	}
	for _, name := range []string{"", ".", "..", "../..", "/etc", `..\\..\\x`, "a/b", "CON", "con.txt", "nul\x00", "\u202e", "~", "-rf", strings.Repeat("x", 5000), "ÄÖÜ", "a\nb", "%2e%2e"} {
		expectPlain(t, cluster.Tenant{Org: name, BaseURL: "https://" + name})
		expectPlain(t, cluster.Tenant{Sandbox: name})
	}
	rapid.Check(t, func(t *rapid.T) {
		expectPlain(t, cluster.Tenant{Org: rapid.String().Draw(t, "org"), BaseURL: rapid.String().Draw(t, "url"), Sandbox: rapid.String().Draw(t, "sandbox")})
	})
}

// Each tenant has a directory of its own, whatever the API version.
func TestStoresOfTenants(t *testing.T) {
	t.Parallel()
	dirOf := func(tenant cluster.Tenant) string { return receipt.StoreIn("d", tenant).Dir() }
	acme := cluster.Tenant{Org: "acme", BaseURL: "https://acme.api.identitynow.com/v3", Pod: "stg"}
	for _, same := range []cluster.Tenant{
		{Org: "acme", BaseURL: "https://acme.api.identitynow.com/v2025"},
		{Org: "acme", BaseURL: "https://acme.api.identitynow.com/managed-clusters/v1"},
		{Org: "acme", BaseURL: "https://ACME.api.identitynow.com/v3"},
	} {
		if dirOf(same) != dirOf(acme) {
			t.Errorf("%+v has another directory", same)
		}
	}
	seen := map[string]cluster.Tenant{}
	for _, tenant := range []cluster.Tenant{
		acme,
		{Org: "Acme", BaseURL: acme.BaseURL},
		{BaseURL: acme.BaseURL},
		{Org: "a/cme", BaseURL: acme.BaseURL},
		{Org: "a-cme", BaseURL: acme.BaseURL},
		{Org: "acme", BaseURL: "https://acme.api.identitynow-demo.com/v3"},
		{Org: "acme", BaseURL: "http://127.0.0.1:1/v3"},
		{Org: "acme", BaseURL: "http://127.0.0.1:2/v3"},
		{Org: "acme", BaseURL: acme.BaseURL, Sandbox: "a"},
		{Org: "acme", BaseURL: acme.BaseURL, Sandbox: "b"},
	} {
		if other, taken := seen[dirOf(tenant)]; taken {
			t.Errorf("%+v and %+v have one directory", tenant, other)
		}
		seen[dirOf(tenant)] = tenant
	}
	absolute, err := filepath.Abs("a")
	if err != nil {
		t.Fatal(err)
	}
	if dirOf(cluster.Tenant{Sandbox: "a"}) != dirOf(cluster.Tenant{Sandbox: absolute}) {
		t.Error("the directory of an embedded tenant depends on how it is spelled")
	}
}

// The names sort in the order of the runs, also within an instant and after the clock was set back.
func TestReceiptsSortByRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := receipt.StoreIn(filepath.Join(dir, "state", "receipts"), cluster.Tenant{Org: "acme"})
	if paths := pathsOf(t, s); len(paths) != 0 {
		t.Errorf("before the first run: %v", paths)
	}
	var want []string
	for _, at := range []time.Time{noon(), noon(), noon().Add(time.Second), noon().Add(-time.Hour), noon().Add(time.Minute)} {
		want = append([]string{keep(t, s, at)}, want...)
	}
	if diff := cmp.Diff(want, pathsOf(t, s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !slices.IsSortedFunc(want, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("%v", want)
	}
	for _, path := range []string{filepath.Join(dir, "state"), s.Dir(), want[0]} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// Only the oldest receipts are deleted, none that another run has locked, and nothing else.
func TestPrune(t *testing.T) {
	t.Parallel()
	s := receipt.StoreIn(t.TempDir(), cluster.Tenant{Org: "acme"})
	var paths []string
	for i := range receipt.Keep + 3 {
		paths = append(paths, keep(t, s, noon().Add(time.Duration(i)*time.Second)))
	}
	locked, _, err := receipt.Open(paths[1])
	if err != nil {
		t.Fatal(err)
	}
	var others []string
	for name, content := range map[string]string{
		"notes.jsonl": start, "20200101T000000.000000000Z-aaaaaaaa.jsonl": "mine", "20200101T000000.000000000Z-bbbbbbbb.jsonl": "",
		"20200101T000000.000000000Z-aaaaaaaa.txt": start, "20200101T000000Z-aaaaaaaa.jsonl": start,
	} {
		others = append(others, filepath.Join(s.Dir(), name))
		if err := os.WriteFile(others[len(others)-1], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(s.Dir(), "20200101T000000.000000000Z-cccccccc.jsonl"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Prune(); err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		if _, err := os.Stat(path); (err == nil) != (i == 1 || i >= 3) {
			t.Errorf("receipt %d of %d: %v", i, len(paths), err)
		}
	}
	for _, path := range others {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if err := locked.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Prune(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(paths[1]); !os.IsNotExist(err) {
		t.Errorf("once it is unlocked: %v", err)
	}
}

// Runs that begin at the same instant have receipts of their own.
func TestReceiptsDoNotCollide(t *testing.T) {
	t.Parallel()
	s := receipt.StoreIn(t.TempDir(), cluster.Tenant{Org: "acme"})
	failed := make(chan error)
	const runs = 20
	for range runs {
		go func() {
			file, err := s.Create(noon())
			if err == nil {
				err = file.Close()
			}
			failed <- err
		}()
	}
	for range runs {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if paths := pathsOf(t, s); len(paths) != runs {
		t.Error(fmt.Sprint(paths))
	}
}

// A receipt that is not kept leaves nothing behind.
func TestDiscard(t *testing.T) {
	t.Parallel()
	s := receipt.StoreIn(t.TempDir(), cluster.Tenant{Org: "acme"})
	file, err := s.Create(noon())
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Discard(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(s.Dir()); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}
