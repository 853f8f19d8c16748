package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
	"clusterctl/internal/testkit/wire"
)

// rulesPage is the page with the rules that teams use.
const rulesPage = "docs/how-to/rules.md"

// pageRule is a rule of the page, as the items of a list.
type pageRule struct{ name, subject, message, item string }

// pageRules returns the rules of the page: the blocks that are an item of a list.
func pageRules(t *testing.T) (found []pageRule) {
	t.Helper()
	valueOf := func(block, key string) string {
		_, rest, _ := strings.Cut(block, key+": ")
		value, _, _ := strings.Cut(rest, "\n")
		return value
	}
	for _, part := range strings.Split(read(t, rulesPage), "```yaml\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		if strings.HasPrefix(block, "- ") {
			found = append(found, pageRule{valueOf(block, "name"), valueOf(block, "for"), valueOf(block, "message"), block})
		}
	}
	return found
}

// ruleCase is what a rule of the page denies, and what passes: entries, and times at which they are
// planned. The tenant has the clusters of live.
type ruleCase struct {
	live             string
	denied, passes   string
	deniedAt, passAt string // noon if empty
}

// ruleNoon is noon in Austin, on a Thursday.
const ruleNoon = "2026-11-26T18:00:00Z"

func ruleCases() map[string]ruleCase {
	const austin, prod = "  - {name: va-austin}\n", "  - {name: va-prod-austin}\n"
	many := func(n int) (entries string) {
		for i := range n {
			entries += fmt.Sprintf("  - {name: va-cluster-number-%c}\n", 'a'+i)
		}
		return entries
	}
	return map[string]ruleCase{
		"holiday-freeze":     {denied: austin, deniedAt: "2026-12-18T00:00:00Z", passes: austin, passAt: "2027-01-04T00:00:00Z"},
		"office-hours":       {denied: austin, deniedAt: "2026-11-26T13:59:59Z", passes: austin, passAt: "2026-11-26T22:59:59Z"},
		"create-on-weekdays": {denied: austin, deniedAt: "2026-11-29T18:00:00Z", passes: austin, passAt: "2026-11-27T18:00:00Z"},
		"production-deletes": {
			live: prod + "  - {name: va-test-austin}\n", denied: "  - {name: va-prod-austin, state: absent}\n", passes: "  - {name: va-test-austin, state: absent}\n",
		},
		"production-names": {
			live: prod + "  - {name: va-test-austin}\n", denied: "  - {name: va-new, renamedFrom: va-prod-austin}\n", passes: "  - {name: va-new, renamedFrom: va-test-austin}\n",
		},
		"naming":       {denied: austin, passes: prod},
		"described":    {denied: "  - {name: va-austin, description: \"\"}\n", passes: "  - {name: va-austin, description: Austin}\n"},
		"company-mail": {denied: "  - {name: a, updatePreferences: {notificationEmail: a@acme.example.net}}\n", passes: "  - {name: a, updatePreferences: {notificationEmail: a@acme.example}}\n"},
		"production-levels": {
			denied: "  - {name: va-prod-a, logConfig: {rootLevel: INFO, durationMinutes: 60, logLevels: {sailpoint.connector.A: TRACE}}}\n",
			passes: "  - {name: va-prod-a, logConfig: {rootLevel: INFO, durationMinutes: 60}}\n  - {name: va-test-b, logConfig: {rootLevel: DEBUG, durationMinutes: 60}}\n",
		},
		"short-log-windows": {
			denied: "  - {name: va-prod-a, logConfig: {rootLevel: INFO, expiration: 2026-11-27T02:00:01Z}}\n",
			passes: "  - {name: va-prod-a, logConfig: {rootLevel: INFO, expiration: 2026-11-27T02:00:00Z}}\n  - {name: va-prod-b, logConfig: {rootLevel: INFO, durationMinutes: 480}}\n",
		},
		"disabled-until": {
			denied: "  - {name: a, description: no updates, updatePreferences: {updateState: DISABLED}}\n",
			passes: "  - {name: a, description: no updates until 2027-03-31, updatePreferences: {updateState: DISABLED}}\n",
		},
		"small-plans": {denied: many(11), passes: many(10)},
	}
}

// TestRulesOfThePage denies, waives and passes each rule of the page as it stands there.
func TestRulesOfThePage(t *testing.T) {
	t.Parallel()
	cases, rules := ruleCases(), pageRules(t)
	if len(rules) < 12 {
		t.Errorf("the page has %d rules", len(rules))
	}
	for _, rule := range rules {
		c, isKnown := cases[rule.name]
		if delete(cases, rule.name); !isKnown {
			t.Errorf("%s: the rule %s has no case", rulesPage, rule.name)
			continue
		}
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			d := ruleDir{t, t.TempDir(), rule}
			if c.live != "" {
				d.write("", c.live)
				d.run(exitDone, "apply --auto-approve --receipt none --sandbox DIR/tenant -f DIR/clusters.yaml --now "+ruleNoon)
			}
			d.denies(c.denied, cmp.Or(c.deniedAt, ruleNoon))
			d.waives(c.denied, cmp.Or(c.deniedAt, ruleNoon))
			d.passes(c.passes, cmp.Or(c.passAt, ruleNoon))
		})
	}
	for name := range cases {
		t.Errorf("%s has no rule %s", rulesPage, name)
	}
}

// ruleDir is a directory with a sandbox, and files with one rule.
type ruleDir struct {
	*testing.T
	dir  string
	rule pageRule
}

// write writes the file with a rule, as the page has it, and entries.
func (d ruleDir) write(rule, entries string) {
	text := "version: 1\n"
	if rule != "" {
		text += "policy:\n  rules:\n    " + strings.TrimRight(strings.ReplaceAll(rule, "\n", "\n    "), " ")
	}
	wire.WriteFile(d.T, filepath.Join(d.dir, "clusters.yaml"), []byte(text+"clusters:\n"+entries))
}

// run runs a command line, in which DIR is the directory.
func (d ruleDir) run(want int, line string, more ...string) string {
	d.Helper()
	args := append([]string{"clusterctl"}, append(strings.Fields(strings.ReplaceAll(line, "DIR", d.dir)), more...)...)
	var out bytes.Buffer
	e := quietEnv()
	e.Stdout, e.Stderr = &out, &out
	if code := Run(args, e); code != want {
		d.Fatalf("%s: exit code %d, want %d:\n%s", line, code, want, &out)
	}
	return out.String()
}

const planOfRule = "plan --sandbox DIR/tenant -f DIR/clusters.yaml --out DIR/plan.json -o text -o json=DIR/out.json -o markdown=DIR/out.md --now "

// validate validates the entries. Only a rule for clusters is decided there.
func (d ruleDir) validate(at string, isDenied bool) {
	d.Helper()
	want := exitDone
	if isDenied && d.rule.subject == string(policy.ForCluster) {
		want = exitError
	}
	if out := d.run(want, "validate -f DIR/clusters.yaml --now "+at); want == exitError {
		d.expectIn("validate", out, d.rule.message+" (rule "+d.rule.name+")")
	}
}

func (d ruleDir) denies(entries, at string) {
	d.Helper()
	d.write(d.rule.item, entries)
	d.validate(at, true)
	d.expectIn("the text", d.run(exitRefused, planOfRule+at), "denied", d.rule.message+" (rule "+d.rule.name+")", "1 denied")
	if f := d.finding(); f.Kind != planner.Denied || f.Rule != d.rule.name || f.Message != d.rule.message {
		d.Errorf("%+v", f)
	}
	d.run(exitRefused, "apply --auto-approve --receipt DIR/none.jsonl --sandbox DIR/tenant -f DIR/clusters.yaml --now "+at)
	if _, err := os.Stat(filepath.Join(d.dir, "none.jsonl")); err == nil {
		d.Error("a denied apply wrote a receipt")
	}
}

// waives waives the rule in a saved plan, and applies it to a copy of the tenant.
func (d ruleDir) waives(entries, at string) {
	d.Helper()
	const reason = "approved by Kim"
	d.write(d.rule.item, entries)
	out := d.run(exitDone, planOfRule+at, "--waive", d.rule.name+"="+reason)
	d.expectIn("the text", out, "waived", d.rule.message+"; waived: "+reason+" (rule "+d.rule.name+")")
	if f := d.finding(); f.Kind != planner.Waived || f.Rule != d.rule.name || !strings.HasSuffix(f.Message, "; waived: "+reason) {
		d.Errorf("%+v", f)
	}
	d.expectIn("the comment", strings.ReplaceAll(d.file("out.md"), "`", ""), d.rule.message, "waived: "+reason)
	copied := filepath.Join(d.dir, "copy")
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(d.dir, "tenant"))); err != nil {
		d.Fatal(err)
	}
	d.run(exitDone, "apply DIR/plan.json --auto-approve --sandbox DIR/copy --receipt DIR/receipt.jsonl --now "+at)
	d.expectIn("the receipt", d.file("receipt.jsonl"), `"waivers":[{"rule":"`+d.rule.name+`","reason":"`+reason+`"}]`)
}

func (d ruleDir) passes(entries, at string) {
	d.Helper()
	d.write(d.rule.item, entries)
	d.validate(at, false)
	out := d.run(exitDone, "apply --auto-approve --receipt none --sandbox DIR/tenant -f DIR/clusters.yaml --now "+at)
	if strings.Contains(out, d.rule.message) {
		d.Errorf("denied:\n%s", out)
	}
}

// finding returns the only finding of a rule in the JSON report, which is the saved plan, too.
func (d ruleDir) finding() planner.Finding {
	d.Helper()
	var found []planner.Finding
	for _, name := range []string{"out.json", "plan.json"} {
		var p planner.Plan
		if err := json.Unmarshal([]byte(d.file(name)), &p); err != nil {
			d.Fatal(err)
		}
		found = slices.DeleteFunc(p.Findings, func(f planner.Finding) bool { return f.Rule == "" })
		if len(found) != 1 {
			d.Fatalf("%s: findings of rules: %+v", name, found)
		}
	}
	return found[0]
}

func (d ruleDir) file(name string) string {
	d.Helper()
	data, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.Fatal(err)
	}
	return string(data)
}

func (d ruleDir) expectIn(what, text string, parts ...string) {
	d.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			d.Errorf("%s lacks %q:\n%s", what, part, text)
		}
	}
}
