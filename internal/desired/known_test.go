package desired

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/testkit/sample"
)

// knownCorpus is the directory of the known-drift files.
const knownCorpus = "../known/"

// TestKnownInvalid compares the diagnostics of each invalid known-drift file with its
// golden file.
func TestKnownInvalid(t *testing.T) {
	t.Parallel()
	eachCase(t, knownCorpus+"invalid", func(t *testing.T, path string) {
		_, found := LoadKnown(readCase(t, path))
		if !found.HasErrors() {
			t.Error("the file is accepted")
		}
		checkGolden(t, path, listing(found))
	})
}

// TestKnownValid compares the entries of each valid file with its golden file.
func TestKnownValid(t *testing.T) {
	t.Parallel()
	eachCase(t, knownCorpus+"valid", func(t *testing.T, path string) {
		known, found := LoadKnown(readCase(t, path))
		if len(found) > 0 {
			t.Errorf("found:\n%s", listing(found))
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(known); err != nil {
			t.Fatal(err)
		}
		checkGolden(t, path, out.String())
	})
}

func TestUntil(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		"2026-12-31":                time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
		"2028-02-28":                time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC),
		"2026-12-31T18:00:00+01:00": time.Date(2026, 12, 31, 17, 0, 0, 0, time.UTC),
		"2026-12-31t18:00:00z":      time.Date(2026, 12, 31, 18, 0, 0, 0, time.UTC),
		"9999-12-31":                time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		if got, ok := parseUntil(text); !ok || !got.Equal(want) {
			t.Errorf("%s: %v, %t", text, got, ok)
		}
	}
}

// Entries keep the order of the files, and every file needs its version.
func TestKnownOfSeveralFiles(t *testing.T) {
	t.Parallel()
	const entry = ", reason: x, until: 2026-12-31}]"
	known, found := LoadKnown([]Input{
		{Name: "b", Data: []byte("version: 1\nknown: [{name: z" + entry)},
		{Name: "a", Data: []byte("known: [{name: y" + entry)},
	})
	if len(known) != 2 || known[0].Name != "z" || known[1].Source != (cluster.Source{File: "a", Line: 1, Column: 10}) {
		t.Errorf("%+v", known)
	}
	if want := "error missing-version a:1:1: version is missing (add version: 1)\n"; listing(found) != want {
		t.Errorf("got %s", listing(found))
	}
}

// TestKnownHostile checks that hostile files are rejected quickly.
func TestKnownHostile(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		code       Code
	}{
		{"flow lists 9,000 deep", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), layout.TooDeep},
		{"a cycle", "version: 1\nknown: &a [*a]", layout.AliasCycle},
		{"a bomb", "version: 1\nknown:\n" + "- &a [x, x, x, x, x, x, x, x, x, x]\n- &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n" +
			strings.Repeat("- [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n", 1000), layout.AliasExpansion},
		{"very many bad kinds", "version: 1\nknown:\n" + numbered("- {kind: k%d}\n", sample.Size(20_000)), codeUnknownKind},
		{"a long path", "version: 1\nknown: [{path: \"" + strings.Repeat("x", sample.Size(1<<20)) + "\"}]", codeBadPointer},
		{"a long kind", "version: 1\nknown: [{kind: \"" + strings.Repeat("x", sample.Size(1<<20)) + "\"}]", codeUnknownKind},
		{"a long end", "version: 1\nknown: [{until: \"" + strings.Repeat("9", sample.Size(1<<20)) + "\"}]", codeBadExpiration},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, found := LoadKnown([]Input{{Name: "f", Data: []byte(tc.text)}})
			if !slices.ContainsFunc(found, func(d Diagnostic) bool { return d.Code == tc.code }) {
				t.Errorf("no %s among %d findings", tc.code, len(found))
			}
		})
	}
}

// FuzzLoadKnown checks what holds for any file: the findings are the same each time, have
// places in the file and are one printable line; accepted entries are complete and can be
// encoded as JSON.
func FuzzLoadKnown(f *testing.F) {
	seed(f)
	paths, err := filepath.Glob("../../testdata/known/*/*.yaml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no corpus: %v", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		inputs := []Input{{Name: "f", Data: data}}
		known, found := LoadKnown(inputs)
		again, foundAgain := LoadKnown(inputs)
		if diff := cmp.Diff(found, foundAgain) + cmp.Diff(known, again); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
		checkFindings(t, data, found)
		if found.HasErrors() {
			return
		}
		for _, k := range known {
			if k.Name == "" || isBlank(k.Reason) || k.Until.IsZero() || k.Source.Line < 1 {
				t.Errorf("taken: %+v", k)
			}
		}
		if _, err := json.Marshal(known); err != nil {
			t.Error(err)
		}
	})
}
