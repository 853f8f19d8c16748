package command

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"clusterctl/internal/escape"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// hostilePieces are parts of commands of CI systems, and hidden characters. Names and other
// values are made of them.
func hostilePieces() *rapid.Generator[string] {
	pieces := rapid.SampledFrom([]string{
		"::error::x", "::set-output name=x::y", "::", ":", "##vso[task.prependpath]/x", "##[add-mask]x", "##teamcity[x]",
		"##", "#", "[", "vso[", " ", "\n", "\r", "\t", "\x1b[31m", "section_start:1:x\r\x1b[0K", "\u202e", "\u2066", "\u200b",
		"\ufe0f", "\u034f", "\u3164", "\u009b", "\u2028", "\\", `"`, "'", "`", "|", "<b>", "&", "%0A", "%", ",", "${X}", "a", "é", "😀",
	})
	return rapid.Map(rapid.SliceOfN(pieces, 1, 8), func(s []string) string { return strings.Join(s, "") })
}

// hostileWorld is a file and a tenant in which every field is hostile.
type hostileWorld struct {
	dir    string
	tenant http.Handler
	names  []string // of the clusters of the file, and then of the tenant
	reason string   // of waivers
}

// hostileCluster is a cluster in JSON that both the tenant and a file accept.
func hostileCluster(t *rapid.T, name string) map[string]any {
	value := func(label string) string { return hostilePieces().Draw(t, label) }
	return map[string]any{
		"name": name, "type": "idn", "description": "declared " + value("description"),
		"configuration": map[string]string{"k" + value("key"): value("value")},
	}
}

// encoded returns a value as JSON that is also YAML.
func encoded(value any) string {
	text, err := jsonpatch.Encode(value)
	if err != nil {
		panic(err) // of strings alone
	}
	return string(escape.JSON(text))
}

func newHostileWorld(t *testing.T, rt *rapid.T) (w *hostileWorld, closeWorld func()) {
	dir := t.TempDir()
	tenant, err := sandbox.Open(sandbox.Options{Dir: filepath.Join(dir, "tenant"), RateLimit: -1})
	if err != nil {
		rt.Fatal(err)
	}
	w = &hostileWorld{dir: dir, tenant: tenant}
	var clusters []string
	for i := range 2 {
		name := fmt.Sprint("f", i, hostilePieces().Draw(rt, "declared name"))
		cluster := hostileCluster(rt, name)
		clusters, w.names = append(clusters, "  - "+encoded(cluster)), append(w.names, name)
		if i == 0 { // it is there, and differs
			cluster["description"] = "live " + hostilePieces().Draw(rt, "live description")
			wire.Ask(t, tenant, http.MethodPost, "/v3/managed-clusters", encoded(cluster))
		}
	}
	name := "l" + hostilePieces().Draw(rt, "live name")
	w.names = append(w.names, name)
	wire.Ask(t, tenant, http.MethodPost, "/v3/managed-clusters", encoded(hostileCluster(rt, name)))
	text := "version: 1\npolicy: {prune: true}\nclusters:\n" + strings.ReplaceAll(strings.Join(clusters, "\n"), "${", "$${") + "\n"
	wire.WriteFile(t, w.path("clusters.yaml"), []byte(text))
	w.reason = "R" + strings.ReplaceAll(hostilePieces().Draw(rt, "reason"), "${", "")
	wire.WriteFile(t, w.path("rules.yaml"), []byte(strings.Replace(text, "policy: {prune: true}", "policy:\n  rules:\n"+hostileRules(rt), 1)))
	wire.WriteFile(t, w.path("loose.yaml"), []byte("version:   1\n# "+strings.Map(printableOrNone, hostilePieces().Draw(rt, "remark"))+"\nclusters:  []\n"))
	wire.WriteFile(t, w.path("wrong.yaml"), []byte("version: 1\n"+encoded(hostilePieces().Draw(rt, "unknown key"))+": 1\nclusters: [{name: a, state: "+encoded(hostilePieces().Draw(rt, "state"))+"}]\n"))
	return w, func() { _ = tenant.Close() } // nothing is expected of it any more
}

// hostileRules are rules for every subject, of each level, with hostile messages.
func hostileRules(rt *rapid.T) (rules string) {
	for _, subject := range policy.Subjects() {
		for _, level := range policy.Levels() {
			rules += "    - " + strings.ReplaceAll(encoded(map[string]any{
				"name": fmt.Sprintf("%s-%s", subject, level), "for": subject, "level": level, "deny": "true", "message": "M" + hostilePieces().Draw(rt, "message"),
			}), "${", "$${") + "\n"
		}
	}
	return rules
}

// printableOrNone leaves out what YAML does not allow in a comment.
func printableOrNone(r rune) rune {
	if unicode.IsControl(r) || unicode.IsSpace(r) && r != ' ' {
		return -1
	}
	return r
}

func (w *hostileWorld) path(name string) string { return filepath.Join(w.dir, name) }

func (w *hostileWorld) run(words ...string) *trapped {
	args := []string{"clusterctl"}
	for _, word := range words {
		args = append(args, strings.NewReplacer("DIR", w.dir, "REASON", w.reason).Replace(word))
	}
	r := &trapped{}
	r.code = Run(args, Env{
		Stdin: strings.NewReader(""), Stdout: &r.stdout, Stderr: &r.stderr, Now: time.Now,
		Transport: wire.Transport{Handler: w.tenant, Before: func(*http.Request) error { return nil }},
		Getenv: func(name string) string {
			return map[string]string{
				"SAIL_BASE_URL": "http://127.0.0.1", "SAIL_CLIENT_ID": "me", "SAIL_CLIENT_SECRET": "any",
				"CLUSTERCTL_FILE": w.path("clusters.yaml"),
			}[name]
		},
	})
	return r
}

var (
	// foreignCommand is what some CI system takes for a command.
	foreignCommand = regexp.MustCompile(`^\s*::|##[A-Za-z]*\[`)
	// ownCommand begins a line of the github format.
	ownCommand = regexp.MustCompile(`^::(error|warning|notice) [^:]*::`)
)

// danger returns the first dangerous line, or nothing.
func danger(text string, isGitHub bool) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if isGitHub {
			line = ownCommand.ReplaceAllString(line, "")
		}
		if foreignCommand.MatchString(line) || strings.ContainsFunc(line, escape.IsHidden) {
			return line
		}
	}
	return ""
}

// hostileLines are command lines whose output contains hostile values.
func hostileLines() [][]string {
	lines := [][]string{
		{"fmt", "--diff", "-f", "DIR/loose.yaml"}, {"fmt", "--check", "-f", "DIR/loose.yaml"},
		{"status", "-v"}, {"ping"}, {"status", "--output", "json"}, {"ping", "--output", "json"},
		{"plan", "-v", "--log-format", "json"}, {"plan", "-f", "DIR/::nowhere"}, {"plan", "-f", "DIR/##vso[x]", "--log-format", "json"},
		{"plan", "-f", "DIR/wrong.yaml"}, {"plan", "-f", "DIR/wrong.yaml", "--log-format", "json"},
		{"plan", "--::x"}, {"::x"}, {"schema", "--of", "::x"}, {"export", "--with-log-config"}, {"export", "--output", "json"},
		{"plan", "--out", "DIR/plan.json", "--allow-empty"}, {"show", "DIR/plan.json"},
	}
	for _, of := range []struct {
		line    []string
		formats []string
	}{
		{[]string{"plan"}, formatsOf("plan")},
		{[]string{"drift", "--strict"}, formatsOf("drift")},
		{[]string{"show", "DIR/plan.json"}, formatsOf("plan")},
		{[]string{"validate", "-f", "DIR/wrong.yaml"}, formatsOf("validate")},
		{[]string{"validate"}, formatsOf("validate")},
		{[]string{"validate", "-f", "DIR/rules.yaml"}, formatsOf("validate")},
		{[]string{"plan", "-f", "DIR/rules.yaml", "--waive", "delete-error=REASON"}, formatsOf("plan")},
		{append([]string{"plan", "-f", "DIR/rules.yaml"}, waiveAll()...), formatsOf("plan")},
	} {
		for _, format := range of.formats {
			lines = append(lines, append(slices.Clone(of.line), "--output", format))
		}
	}
	lines = append(lines, []string{"apply", "-f", "DIR/rules.yaml", "--auto-approve", "--receipt", "DIR/none.jsonl"},
		append([]string{"apply", "-f", "DIR/rules.yaml", "--auto-approve", "--receipt", "DIR/receipt.jsonl"}, waiveAll()...))
	return append(lines, []string{"apply", "--auto-approve", "--receipt", "DIR/receipt.jsonl"}, []string{"show", "DIR/receipt.jsonl"},
		[]string{"show", "DIR/receipt.jsonl", "--output", "json"}, []string{"undo", "DIR/receipt.jsonl"})
}

// waiveAll waives the rules of level error.
func waiveAll() (flags []string) {
	for _, subject := range policy.Subjects() {
		flags = append(flags, "--waive", string(subject)+"-error=REASON")
	}
	return flags
}

// parts is the number of parts of the command lines. Each world runs only one part, and
// what that needs, because running all of them takes long.
const parts = 12

// Whatever a file or a tenant contains, no line of output is a command for a CI system or
// has a hidden character, and JSON reads back the same.
func TestNothingIsInjected(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		if sample.LeavesOut(rt, 4) {
			return
		}
		w, closeWorld := newHostileWorld(t, rt)
		defer closeWorld()
		part := rapid.IntRange(0, parts-1).Draw(rt, "part of the command lines")
		for i, line := range hostileLines() {
			if i%parts != part && !strings.Contains(strings.Join(line, " "), "DIR/receipt") && !slices.Contains(line, "--out") {
				continue
			}
			r := w.run(line...)
			isGitHub := line[len(line)-1] == formatGitHub
			for _, text := range []string{r.stdout.String(), r.stderr.String()} {
				if found := danger(text, isGitHub); found != "" {
					rt.Fatalf("%q puts out %q", line, found)
				}
			}
			isJSON := strings.HasSuffix(strings.Join(line, " "), "--output "+formatJSON)
			if isJSON && line[0] != "validate" && line[0] != "ping" {
				w.expectNames(rt, line, r)
			}
		}
		for _, name := range []string{"plan.json", "receipt.jsonl"} {
			if data, err := os.ReadFile(w.path(name)); err != nil || danger(string(data), false) != "" {
				rt.Fatalf("%s: %v: %s", name, err, data)
			}
		}
		for _, form := range []string{"text", "json"} {
			exported := w.run("export", "--output", form)
			wire.WriteFile(t, w.path("export.yaml"), exported.stdout.Bytes())
			if r := w.run("plan", "--detailed-exitcode", "-f", w.path("export.yaml")); r.code != exitDone {
				rt.Fatalf("export as %s plans to changes: %s%s%s", form, &exported.stdout, &r.stdout, &r.stderr)
			}
		}
	})
}

// expectNames expects names in JSON, unchanged.
func (w *hostileWorld) expectNames(rt *rapid.T, line []string, r *trapped) {
	var document any
	if err := json.Unmarshal(r.stdout.Bytes(), &document); err != nil {
		rt.Fatalf("%q: %v: %s%s", line, err, &r.stdout, &r.stderr)
	}
	held := stringsIn(document)
	known := w.names
	if line[0] == "status" || line[0] == "export" {
		known = []string{w.names[0], w.names[2]}
	}
	for _, name := range known {
		if !slices.Contains(held, name) && !slices.Contains(held, strings.ReplaceAll(name, "${", "$${")) {
			rt.Fatalf("%q does not hold %q: %s", line, name, &r.stdout)
		}
	}
}

// stringsIn returns all strings in a JSON value.
func stringsIn(value any) []string {
	var all []string
	switch v := value.(type) {
	case string:
		all = append(all, v)
	case []any:
		for _, item := range v {
			all = append(all, stringsIn(item)...)
		}
	case map[string]any:
		for _, item := range v {
			all = append(all, stringsIn(item)...)
		}
	}
	return all
}
