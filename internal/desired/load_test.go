package desired

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/escape"
	"clusterctl/internal/testkit/sample"
)

func TestLoadSeveralFiles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		files  []string
		tenant string
		want   []string // the clusters, with their types
		found  string
	}{
		{name: "no file"},
		{
			name:   "clusters concatenate in the order of the files",
			files:  []string{"version: 1\nclusters: [{name: b}]", "version: 1\ntenant: acme\nclusters: [{name: a}, {name: c}]"},
			tenant: "acme",
			want:   []string{"b", "a", "c"},
		},
		{
			name:  "defaults are of their own file",
			files: []string{"version: 1\ndefaults: {type: iai}\nclusters: [{name: a}]", "version: 1\nclusters: [{name: b}]"},
			want:  []string{"a iai", "b"},
		},
		{
			name:   "the same tenant twice",
			files:  []string{"version: 1\ntenant: acme", "version: 1\ntenant: acme"},
			tenant: "acme",
		},
		{
			name:   "another tenant",
			files:  []string{"version: 1\ntenant: acme", "version: 1\ntenant: other"},
			tenant: "acme",
			found:  "error tenant-conflict f1:2:9: tenant \"other\" differs from tenant \"acme\" (set at f0:2:9; files that are read together must name the same tenant)\n",
		},
		{
			name:  "a name of another file",
			files: []string{"version: 1\nclusters: [{name: a}]", "version: 1\nclusters:\n- name: a\n"},
			want:  []string{"a", "a"},
			found: "error duplicate-name f1:3:3: duplicate cluster name \"a\" (first at f0:2:13; remove one, or give each entry its id if the tenant has several clusters of this name)\n",
		},
		{
			name:  "a name twice, each bound to a cluster of its own",
			files: []string{"version: 1\nclusters: [{name: a, id: x}, {name: a, id: y}]", "version: 1\nclusters: [{name: a, id: z}]"},
			want:  []string{"a", "a", "a"},
		},
		{
			name:  "a name twice, the first of them bound to nothing",
			files: []string{"version: 1\nclusters:\n- name: a\n- {name: a, id: y}\n- {name: a, id: z}"},
			want:  []string{"a", "a", "a"},
			found: "error duplicate-name f0:4:4: duplicate cluster name \"a\" (first at f0:3:3; remove one, or give each entry its id if the tenant has several clusters of this name)\n" +
				"error duplicate-name f0:5:4: duplicate cluster name \"a\" (first at f0:3:3; remove one, or give each entry its id if the tenant has several clusters of this name)\n",
		},
		{
			name:  "a name twice, the second of them bound to nothing",
			files: []string{"version: 1\nclusters:\n- {name: a, id: x}\n- name: a\n"},
			want:  []string{"a", "a"},
			found: "error duplicate-name f0:4:3: duplicate cluster name \"a\" (first at f0:3:4; remove one, or give each entry its id if the tenant has several clusters of this name)\n",
		},
		{
			name:  "two clusters that had the name of a third",
			files: []string{"version: 1\nclusters:\n- name: a\n- {name: b, renamedFrom: a}\n- {name: c, renamedFrom: a}"},
			want:  []string{"a", "b", "c"},
			found: "error renamed-from-taken f0:4:13: renamedFrom \"a\" is the name of another cluster (declared at f0:3:3; to move a name to another cluster or to swap names, give each cluster its id instead)\n" +
				"error renamed-from-taken f0:5:13: renamedFrom \"a\" is the name of another cluster (declared at f0:3:3; to move a name to another cluster or to swap names, give each cluster its id instead)\n",
		},
		{
			name:  "three clusters that had one name",
			files: []string{"version: 1\nclusters:\n- {name: b, renamedFrom: a}\n- {name: c, renamedFrom: a}\n- {name: d, renamedFrom: a}"},
			want:  []string{"b", "c", "d"},
			found: "error renamed-from-taken f0:4:13: renamedFrom \"a\" is also set on another cluster (first at f0:3:13; remove one)\n" +
				"error renamed-from-taken f0:5:13: renamedFrom \"a\" is also set on another cluster (first at f0:3:13; remove one)\n",
		},
		{
			name:  "each file needs its version, and findings keep the order of the files",
			files: []string{"clusters: []", "tenant: [", "tenant: []"},
			found: "error missing-version f0:1:1: version is missing (add version: 1)\n" +
				"error syntax-error f1:1:9: invalid YAML: did not find expected node content\n" +
				"error missing-version f2:1:1: version is missing (add version: 1)\n" +
				"error wrong-type f2:1:9: tenant must be a string, not a list\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var inputs []Input
			for i, text := range tc.files {
				inputs = append(inputs, Input{Name: fmt.Sprintf("f%d", i), Data: []byte(text)})
			}
			state, found := Load(inputs, Options{})
			if diff := cmp.Diff(tc.found, listing(found)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if state.Tenant != tc.tenant {
				t.Errorf("tenant %q, want %q", state.Tenant, tc.tenant)
			}
			if diff := cmp.Diff(tc.want, summaries(state.Clusters)); diff != "" {
				t.Errorf("clusters (-want +got):\n%s", diff)
			}
		})
	}
}

func summaries(clusters []cluster.Cluster) []string {
	var all []string
	for _, c := range clusters {
		s := c.Name
		if c.Type != nil {
			s += " " + *c.Type
		}
		all = append(all, s)
	}
	return all
}

// TestPositions checks lines and columns where editors and parsers may count differently.
// Every text has one unknown key or one bad character.
func TestPositions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"byte order mark", "\uFEFFversion: 1\nx: 1", "2:1"},
		{"byte order mark on the same line", "\uFEFF{version: 1, x: 1}", "1:14"},
		{"windows line ends", "version: 1\r\n# c\r\n\r\nx: 1\r\n", "4:1"},
		{"old mac line ends", "version: 1\r\rx: 1\r", "3:1"},
		{"characters of several bytes before", "{version: 1, tenant: é東🏢, x: 1}", "1:27"},
		{"comments of several bytes", "version: 1 # é東🏢\n# é東🏢\n\nx: 1", "4:1"},
		{"tab before", "{version: 1,\tx: 1}", "1:14"},
		{"quoted key", "version: 1\n\"x\": 1", "2:1"},
		{"key with an anchor", "version: 1\n&a x: 1", "2:1"},
		{"after a block scalar", "version: 1\ntenant: |-\n  é\n\nx: 1", "5:1"},
		{"after a multi-line quoted string", "version: 1\ntenant: \"a\n  b\"\nx: 1", "4:1"},
		{"second document", "version: 1\n--- # é\nx: 1", "3:1"},
		{"not UTF-8", "version: 1\n# é\xff", "2:4"},
		{"UTF-16", "\xff\xfev\x00", "1:1"},
		{"control character", "version: 1\r\ntenant: é\x1b[2J", "2:10"},
		{"line separator in a comment", "version: 1\n# a\u2028x: 1", "2:4"},
		{"byte order mark inside", "version: 1\ntenant: a\uFEFF", "2:10"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, found := Load([]Input{{Name: "f", Data: []byte(tc.text)}}, Options{})
			if len(found) != 1 {
				t.Fatalf("%d findings:\n%s", len(found), listing(found))
			}
			if got := fmt.Sprintf("%d:%d", found[0].Line, found[0].Column); got != tc.want {
				t.Errorf("%s, want %s", listing(found), tc.want)
			}
		})
	}
}

func TestExpirationIsUTC(t *testing.T) {
	t.Parallel()
	text := "version: 1\nclusters: [{name: a, logConfig: {rootLevel: INFO, expiration: 2026-11-23T19:00:00.5+01:00}}]"
	state, found := Load([]Input{{Name: "f", Data: []byte(text)}}, Options{})
	if len(found) > 0 {
		t.Fatal(listing(found))
	}
	got := state.Clusters[0].LogConfig.Expiration
	if want := time.Date(2026, 11, 23, 18, 0, 0, 5e8, time.UTC); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestDefaultsAreNotShared checks that clusters do not share the maps of their defaults.
func TestDefaultsAreNotShared(t *testing.T) {
	t.Parallel()
	text := "version: 1\ndefaults: {configuration: {k: v}, logConfig: {rootLevel: INFO, logLevels: {l: WARN}}}\n" +
		"clusters: [{name: a}, {name: b}]"
	state, found := Load([]Input{{Name: "f", Data: []byte(text)}}, Options{})
	if len(found) > 0 {
		t.Fatal(listing(found))
	}
	a, b := state.Clusters[0], state.Clusters[1]
	delete(a.Configuration, "k")
	delete(a.LogConfig.LogLevels, "l")
	a.LogConfig.RootLevel = "TRACE"
	if b.Configuration["k"] == nil || b.LogConfig.LogLevels["l"] != "WARN" || b.LogConfig.RootLevel != "INFO" {
		t.Errorf("changed through the other: %+v", b)
	}
}

// TestHostile checks that hostile files are rejected with a finding, long before the time
// limit of the test.
func TestHostile(t *testing.T) {
	t.Parallel()
	merges := "version: 1\nclusters:\n  - &c0 {name: c0, type: idn}\n"
	for i := 1; i <= 200; i++ {
		merges += fmt.Sprintf("  - &c%d {<<: *c%d, name: c%d}\n", i, i-1, i)
	}
	bomb := "tenant: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n" +
		"c: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n---\n"
	type hostile struct {
		name, text string
		code       Code
	}
	files := []hostile{
		{"flow lists 9,000 deep", strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "too-deep"},
		{"a very long key", strings.Repeat("x", 1<<20) + ": 1", "syntax-error"},
		{"flow maps 9,000 deep", strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000), "too-deep"},
		{"block lists 9,000 deep", strings.Repeat("- ", 9000) + "a", "too-deep"},
		{"block lists beyond the parser's limit", strings.Repeat("- ", 20_000), "syntax-error"},
		{"complex keys 9,000 deep", strings.Repeat("? ", 9000) + "a", "too-deep"},
		{"a chain of merges", merges, "too-deep"},
		{"a bomb in many documents", strings.Repeat(bomb, 1000), "alias-expansion"},
		{"a cycle through a merge key", "a: &a\n  <<: *a\n", "alias-cycle"},
		{"a cycle through a key", "&a {*a : b}", "alias-cycle"},
		{"very many unknown keys", "version: 1\n" + numbered("k%d: v\n", sample.Size(20_000)), "unknown-key"},
		{"very many equal keys", strings.Repeat("tenant: a\n", sample.Size(sample.Size(100_000))), "duplicate-key"},
		{"flow lists 10,000 deep", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "too-deep"},
		{"deep block maps", deepMap(sample.Size(2_000)), "too-deep"},
		{"a level of many MiB", "version: 1\nclusters: [{name: a, logConfig: {rootLevel: \"" + strings.Repeat("x", sample.Size(sample.Size(10<<20))) + "\"}}]", "unknown-level"},
		{"many MiB of NUL", strings.Repeat("\x00", sample.Size(10<<20)), "invalid-character"},
		{"many MiB that are not UTF-8", strings.Repeat("\xff", sample.Size(10<<20)), "invalid-character"},
		{"very many undefined variables", "version: 1\ntenant: " + strings.Repeat("${A}", sample.Size(100_000)), "undefined-variable"},
		{"variables that are never closed", "version: 1\ntenant: \"" + strings.Repeat("${", sample.Size(100_000)) + "\"", "bad-variable"},
		{"very many cycles", "version: 1\nx: &a [" + strings.Repeat("*a, ", sample.Size(100_000)) + "]", "alias-cycle"},
		{"very many anchors", "version: 1\n" + numbered("k%d: &a%[1]d v\n", sample.Size(100_000)), "unknown-key"},
		{"brackets that are never closed", strings.Repeat("[a, ", 9_000), "syntax-error"},
		{"a syntax error at the end of many MiB", "version: 1\n" + strings.Repeat("# a comment of some length\n", sample.Size(400_000)) + "x: [", "syntax-error"},
		{"flow lists beyond the parser's limit", strings.Repeat("[", 10_001), "syntax-error"},
		{"a long unknown key", strings.Repeat("x", 1000) + ": 1", "unknown-key"},
	}
	for _, tc := range sample.Covering(files, 12, func(h hostile) []Code { return []Code{h.code} }) {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			input := Input{Name: "f", Data: []byte(tc.text)}
			Format(input) // it returns, that is all
			_, found := Load([]Input{input}, Options{})
			for _, d := range found {
				if d.Code == tc.code {
					return
				}
			}
			t.Errorf("no %s among %d findings, the first of which %s", tc.code, len(found), listing(found[:min(1, len(found))]))
		})
	}
}

func deepMap(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// FuzzLoad checks what holds for any file: Load returns, and the same each time; positions
// are in the file; every finding is one printable line; accepted clusters are well formed;
// and reading entry by entry makes no difference.
func FuzzLoad(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		inputs := []Input{{Name: "f", Data: data}}
		state, found := Load(inputs, corpusOptions())
		again, foundAgain := Load(inputs, corpusOptions())
		if diff := cmp.Diff(found, foundAgain) + cmp.Diff(state, again); diff != "" {
			t.Fatalf("not the same twice:\n%s", diff)
		}
		checkFindings(t, data, found)
		if !found.HasErrors() {
			checkClusters(t, state.Clusters)
		}
		if !slices.ContainsFunc(found, func(d Diagnostic) bool { return d.Code == layout.SyntaxError }) {
			checkLong(t, inputs)
		}
	})
}

// seed adds the files of the corpus to a fuzz target, and some texts that no file has.
func seed(f *testing.F) {
	f.Helper()
	paths, err := filepath.Glob(corpus + "/*/*.yaml")
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
	for _, text := range []string{
		"", "\uFEFF", "version: 1\n", "version: 1\nclusters:\n  - name: a\n", "a: b: c", "[[[", "- ? a", "&a [*a]", "<<: {a: b}",
		"version: 1\nclusters: [{name: a, state: absent, removeClients: true}, {name: a}]",
		"version: 1\r\ndefaults: &d {type: x, configuration: {k: ~}}\r\nclusters:\r\n- <<: *d\r\n  name: é\r\n",
		"version: 1\nclusters:\n- {name: a, logConfig: {rootLevel: OFF, expiration: 2026-11-23T18:00:00Z, renewWithinMinutes: 5}}",
		"%YAML 1.1\n--- !!map\n? !x y\n: |2-\n   z\n...\n# c\n", "\"\\x", "'", "*a", "\t", "\xff", "a: \x00",
		"version: 1\rclusters:\r\r\x00",
	} {
		f.Add([]byte(text))
	}
}

func checkFindings(t *testing.T, data []byte, found Diagnostics) {
	t.Helper()
	normalized := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(data)) // a lone CR ends a line as well
	lines := strings.Count(strings.TrimSuffix(normalized, "\n"), "\n") + 2
	for i, d := range found {
		if d.Line < 1 || d.Line > lines || d.Column < 1 || d.Column > len(data)+1 {
			t.Errorf("outside the file: %s", d)
		}
		if s := d.String(); s != escape.Printable(s) {
			t.Errorf("not one printable line: %q", s)
		}
		if i > 0 && (d.Line < found[i-1].Line || d.Line == found[i-1].Line && d.Column < found[i-1].Column) {
			t.Errorf("not in order: %s after %s", d, found[i-1])
		}
	}
}

func checkClusters(t *testing.T, clusters []cluster.Cluster) {
	t.Helper()
	seen := map[string]bool{}
	for _, c := range clusters {
		if c.Name == "" || seen[c.Name] || c.State != cluster.Present && c.State != cluster.Absent || c.Source.Line < 1 {
			t.Errorf("taken: %+v", c)
		}
		seen[c.Name] = true
		if c.LogConfig != nil && c.LogConfig.RootLevel == "" {
			t.Errorf("taken without a root level: %+v", c)
		}
	}
}
