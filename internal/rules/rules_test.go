package rules_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
	"clusterctl/internal/rules"
)

func noon() time.Time { return time.Date(2026, time.November, 26, 12, 0, 0, 0, time.UTC) }

func entry() json.RawMessage {
	minutes := 30
	return rules.EntryOf(cluster.Cluster{
		Name: "va-a", Description: new(string), Configuration: cluster.Settings{"gmtOffset": new("-6"), "debug": nil},
		UpdatePreferences: cluster.Settings{"notificationEmail": new("a@b.example")},
		LogConfig: &cluster.LogConfig{
			RootLevel: "INFO", LogLevels: map[string]cluster.Level{"a.B": "DEBUG"}, Expiration: noon().Add(9 * time.Hour), RenewWithinMinutes: &minutes,
		},
	})
}

func change(action string) rules.Change {
	return rules.Change{
		Action: action, Name: "va-a", ID: "1", Entry: entry(), Live: json.RawMessage(`{"name":"va-a","ccg":{"n":1.5,"big":1e400},"clients":2}`),
		Diff: []jsonpatch.Edit{{Path: "/description", Before: json.RawMessage(`"x"`), After: json.RawMessage(`null`)}, {Path: "/new", After: json.RawMessage(`7`)}},
	}
}

// decide evaluates one expression as a rule for a subject.
func decide(subject policy.Subject, expression string, c rules.Context) []rules.Denial {
	set := rules.Compile([]policy.Rule{{Name: "r", For: subject, Deny: expression, Message: "refused"}})
	switch subject {
	case policy.ForCluster:
		return set.Entry(entry(), c)
	case policy.ForPlan:
		return set.Plan(rules.Plan{Changes: []rules.Change{change("update")}, Summary: json.RawMessage(`{"update":1,"delete":0}`)}, c)
	case policy.ForCreate, policy.ForUpdate, policy.ForSetLog, policy.ForDelete:
	}
	return set.Change(change(string(subject)), c)
}

// TestRules has what expressions can read, and how what is not set looks: absent, null and empty
// are the same.
func TestRules(t *testing.T) {
	t.Parallel()
	const allowed, denied = "", "refused"
	for _, tt := range []struct {
		subject          policy.Subject
		expression, want string
	}{
		{"cluster", `cluster.name == "va-a"`, denied},
		{"cluster", `cluster.name == "va-b"`, allowed},
		{"cluster", `has(cluster.description)`, allowed},
		{"cluster", `has(cluster.configuration.debug)`, allowed},
		{"cluster", `has(cluster.updatePreferences.processGroups)`, allowed},
		{"cluster", `cluster.?type.orValue("idn") == "idn"`, denied},
		{"cluster", `cluster.configuration.gmtOffset == "-6"`, denied},
		{"cluster", `cluster.logConfig.expiration - now > duration("8h")`, denied},
		{"cluster", `has(cluster.logConfig.durationMinutes)`, allowed},
		{"cluster", `cluster.logConfig.renewWithinMinutes == 30`, denied},
		{"cluster", `cluster.logConfig.logLevels.exists(c, cluster.logConfig.logLevels[c] in ["DEBUG", "TRACE"])`, denied},
		{"cluster", `tenant.org == "acme" && tenant.pod == "useast1"`, denied},
		{"cluster", `now.getHours("America/Chicago") == 6`, denied},
		{"update", `change.action == "update" && cluster.name == change.name`, denied},
		{"update", `change.diff.exists(e, e.path == "/description" && e.before == "x" && !has(e.after))`, denied},
		{"update", `change.diff.exists(e, !has(e.before) && e.after == 7)`, denied},
		{"update", `change.live.clients == 2 && change.live.ccg.n > 1.4`, denied},
		{"update", `has(change.live.nothing)`, allowed},
		{"create", `change.action != "create"`, allowed},
		{"set-log", `change.action == "set-log"`, denied},
		{"delete", `change.name.startsWith("va-")`, denied},
		{"plan", `size(plan.changes) == 1 && plan.summary.update == 1 && plan.summary.delete == 0`, denied},
		{"plan", `plan.changes.exists(c, c.action == "delete")`, allowed},

		// What cannot be evaluated denies.
		{"cluster", `cluster.description == ""`, "refused (the rule cannot be evaluated: description is not set; test it with has(…) first)"},
		{"cluster", `cluster.configuration.debug == "x"`, "refused (the rule cannot be evaluated: debug is not set; test it with has(…) first)"},
		{"cluster", `now.getHours("Mars/Olympus") == 1`, `refused (the rule cannot be evaluated: unknown time zone "Mars/Olympus" (use one such as America/Chicago, or -06:00))`},
		{"cluster", `int(cluster.name) > 1`, "refused (the rule cannot be evaluated: type conversion error from 'string' to 'int')"},
		{"cluster", `10 / size(cluster.configuration.filter(k, k == "x")) > 1`, "refused (the rule cannot be evaluated: division by zero)"},
		{"update", `change.live.clients`, "refused (the rule cannot be evaluated: expected true or false, found int)"},
		{"update", `change.nme == "x"`, "refused (the rule cannot be evaluated: unknown field \"nme\" (did you mean name?))"},
	} {
		got := ""
		for _, d := range decide(tt.subject, tt.expression, rules.Context{Org: "acme", Pod: "useast1", Now: noon()}) {
			got += d.Message
		}
		if got != tt.want {
			t.Errorf("%s: %s: %q, want %q", tt.subject, tt.expression, got, tt.want)
		}
	}
}

// TestTenants checks that offline, a rule is not decided if it depends on what is not known of the
// tenant. Otherwise what is not known denies.
func TestTenants(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		expression      string
		context         rules.Context
		wantDenied, why bool
	}{
		{`tenant.org == "acme"`, rules.Context{Offline: true}, false, false},
		{`tenant.org == "acme"`, rules.Context{Offline: true, Org: "acme"}, true, false},
		{`tenant.org == "acme" || cluster.name == "va-a"`, rules.Context{Offline: true}, true, false},
		{`tenant.org == "acme" && cluster.name == "va-b"`, rules.Context{Offline: true}, false, false},
		{`tenant.pod == "x"`, rules.Context{Offline: true, Org: "acme"}, false, false},
		{`!has(tenant.pod)`, rules.Context{Offline: true, Org: "acme"}, false, false},
		{`!has(tenant.pod)`, rules.Context{Org: "acme"}, true, false},
		{`!has(tenant.org)`, rules.Context{Offline: true, Org: "acme"}, false, false},
		{`tenant.?org.orValue("") != "acme"`, rules.Context{Offline: true}, false, false},
		{`tenant.?org.orValue("") != "acme"`, rules.Context{Offline: true, Org: "other"}, true, false},
		{`[tenant].all(t, !has(t.org))`, rules.Context{Offline: true, Pod: "x"}, false, false},
		{`cluster.description == "" || tenant.org == "acme"`, rules.Context{Offline: true}, false, false},
		{`tenant.pod == "x"`, rules.Context{Org: "acme"}, true, true},
		{`tenant.org == "acme"`, rules.Context{Pod: "x"}, true, true},
	} {
		got := decide(policy.ForCluster, tt.expression, tt.context)
		if (len(got) > 0) != tt.wantDenied || len(got) > 0 && strings.Contains(got[0].Message, "cannot be evaluated") != tt.why {
			t.Errorf("%s with %+v: %v", tt.expression, tt.context, got)
		}
	}
}

// TestHostileRules checks that no expression takes forever, or the memory of the machine: it is
// refused when it is compiled, or denies.
func TestHostileRules(t *testing.T) {
	t.Parallel()
	nested := func(macro string, depth int) (expression string) {
		expression = "1"
		for i := range depth {
			expression = "[1,2,3,4,5,6,7,8,9,10]." + macro + "(" + string(rune('a'+i)) + ", " + expression + ")"
		}
		return expression
	}
	for name, expression := range map[string]string{
		"nested loops":         "size(" + nested("map", 9) + ") > 0",
		"loops that find none": strings.ReplaceAll(nested("exists", 8), ", 1)", ", a > 10)") + " ",
		"text that doubles":    `["aaaaaaaaaaaaaaaa"]` + strings.Repeat(".map(x, x+x)", 60) + ".size() > 0",
		"a list that doubles":  "[[1,2,3,4,5,6,7,8]]" + strings.Repeat(".map(x, x+x)", 60) + ".size() > 0",
		"lists in lists":       "[[1]]" + strings.Repeat(".map(x, [x,x,x,x])", 60) + ".size() > 0",
		"a long text":          `"` + strings.Repeat("a", rules.MaxExpression) + `" == ""`,
		"parentheses":          strings.Repeat("(", 1500) + "true" + strings.Repeat(")", 1500),
		"deep lists":           strings.Repeat("[", 1500) + strings.Repeat("]", 1500) + " == []",
		"negations":            strings.Repeat("-", 1500) + "1 > 0 && 1 / 0 > 0",
		"a huge pattern":       `cluster.name.matches("((((a{1,100}){1,100}){1,100}){1,100})")`,
		"a pattern of its own": `cluster.name.matches(cluster.name + "(((a{1,30}){1,30}){1,30})" + "*")`,
		"patterns in loops":    "!" + strings.Repeat(`[1,2,3,4,5,6,7,8,9,10].all(a, `, 5) + `!cluster.name.matches(cluster.name + "a{900}b{900}")` + strings.Repeat(")", 5),
		"macros in macros":     strings.Repeat("[1,2].all(x, ", 60) + "x > 0" + strings.Repeat(")", 60) + " && 1 / 0 > 0",
		"ternaries":            strings.Repeat("cluster.name == '' ? true : ", 140) + "1 / 0 > 0",
		"brackets without end": strings.Repeat("[", 3000),
		"not an expression":    "\x00\xff{{{",
		"only white space":     " \n\t ",
		"a type":               "cluster",
		"another package":      "google.protobuf.Struct{} == null",
		"an object of ours":    "clusterctl.cluster{name: 'x'}.name == 'x'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := decide(policy.ForCluster, expression, rules.Context{Now: noon()}); len(got) != 1 {
				t.Errorf("%d denials of %.80q", len(got), expression)
			}
		})
	}
}

// TestTotalCost checks that many evaluations are bounded together.
func TestTotalCost(t *testing.T) {
	t.Parallel()
	const loop = `[1,2,3,4,5,6,7,8,9,10]`
	expensive := loop + `.all(a, ` + loop + `.all(b, ` + loop + `.all(c, ` + loop + `.all(d, ` + loop + `.all(e, a + b + c + d + e < 0 || true)))))  == false`
	set := rules.Compile([]policy.Rule{{Name: "r", For: policy.ForCluster, Deny: expensive, Message: "refused"}})
	for i := range 1000 {
		if got := set.Entry(entry(), rules.Context{Now: noon()}); len(got) > 0 {
			if !strings.Contains(got[0].Message, "all rules together take too many steps") {
				t.Errorf("after %d evaluations: %v", i, got)
			}
			return
		}
	}
	t.Error("a thousand evaluations are not bounded")
}

// TestManyRules checks that the number of rules and of evaluations is bounded, however little each
// one takes. Beyond the bound, everything is denied.
func TestManyRules(t *testing.T) {
	t.Parallel()
	list := slices.Repeat([]policy.Rule{{Name: "r", For: policy.ForCluster, Deny: "false", Message: "refused"}}, rules.MaxRules)
	set, e, n := rules.Compile(list), entry(), 0
	for len(set.Entry(e, rules.Context{Now: noon()})) == 0 {
		if n++; n > 1000 {
			t.Fatal("a million evaluations are not bounded")
		}
	}
	set = rules.Compile(append(list, list...))
	for _, subject := range policy.Subjects() {
		if !set.Has(subject) {
			t.Errorf("beyond the bound, nothing is decided for %s", subject)
		}
	}
	if got := set.Change(change("delete"), rules.Context{Now: noon()}); len(got) != 1 || !strings.Contains(got[0].Message, "more than") {
		t.Errorf("beyond the bound: %v", got)
	}
}

// TestCheckPlaces checks the offsets of problems, in characters.
func TestCheckPlaces(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]int{
		`cluster.nme == ""`:                    7,
		"cluster.name == \"é\"\n && cluster.x": 31,
		`"€€" == cluster.y`:                    15,
		`cluster.name ==`:                      15,
		`cluster.name`:                         0,
	} {
		problems := rules.Check(policy.Rule{For: policy.ForCluster, Deny: expression})
		if len(problems) != 1 || problems[0].Offset != want {
			t.Errorf("%q: %v, want one at %d", expression, problems, want)
		}
	}
}

// TestSyntaxErrors checks that errors of the parser are in words of users.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`cluster.name ==`:        "the expression ends too early",
		`cluster.name == "a`:     `unexpected '"a'`,
		`cluster.name = "a"`:     "unexpected = (use == to compare)",
		`(cluster.name == "a"))`: "unexpected ')'",
		`a b`:                    "unexpected 'b'",
		`[1, 2`:                  "the expression ends too early",
		`#`:                      "unexpected '#'",
		`)`:                      "unexpected ')'",
	} {
		problems := rules.Check(policy.Rule{For: policy.ForCluster, Deny: expression})
		if len(problems) == 0 || problems[0].Message != want {
			t.Errorf("%s: %v, want %q", expression, problems, want)
		}
	}
}

// FuzzRule checks that no expression makes the program panic.
func FuzzRule(f *testing.F) {
	for _, seed := range []string{`cluster.name == "x"`, `size(cluster.configuration) > 1`, `now.getHours("UTC") < 8`, `cluster.?type.orValue("")`, `[1].map(x, x)`, `{"a": 1}.a`} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, expression string) {
		decide(policy.ForCluster, expression, rules.Context{Now: noon()})
		rules.Check(policy.Rule{For: policy.ForPlan, Deny: expression})
	})
}

// TestLargePlan checks that the limits leave room for a large plan, and that a rule that reads it
// again for each change ends soon.
func TestLargePlan(t *testing.T) {
	t.Parallel()
	plan := rules.Plan{Summary: json.RawMessage(`{"update":5000}`)}
	for range 5000 {
		plan.Changes = append(plan.Changes, change("update"))
	}
	decide := func(expression string) (message string) {
		set := rules.Compile([]policy.Rule{{Name: "r", For: policy.ForPlan, Deny: expression, Message: "refused"}})
		for _, d := range set.Plan(plan, rules.Context{Now: noon()}) {
			message += d.Message
		}
		return message
	}
	if got := decide(`plan.changes.exists(c, c.diff.exists(e, e.path == "/nowhere") || c.live.clients > 2)`); got != "" {
		t.Errorf("a plain rule: %q", got)
	}
	if got := decide(`plan.changes.exists(c, plan.changes.exists(d, c.name != d.name))`); !strings.Contains(got, "too many steps") {
		t.Errorf("a rule that compares all changes: %q", got)
	}
}

// TestProblemsHelp checks that a mistake of a beginner is answered with what to write instead.
func TestProblemsHelp(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`cluster.nmae == ""`:                         `unknown field "nmae" (did you mean name?)`,
		`cluster.logConfig.durationMinute > 1`:       `unknown field "durationMinute" (did you mean durationMinutes?)`,
		`cluster.name.startswith("x")`:               `unknown function "startswith" (did you mean startsWith?)`,
		`sizeof(cluster.name) > 1`:                   `unknown function "sizeof" (did you mean size?)`,
		`change.name == ""`:                          `unknown name "change" (a rule for cluster can use cluster, tenant, now)`,
		`now > "2026-12-18"`:                         `cannot use > with timestamp and string`,
		`cluster.name.startsWith(1)`:                 `cannot call startsWith(int) of string`,
		`now > timestamp("2026-12-18")`:              `invalid timestamp (use a time such as 2026-12-18T00:00:00Z)`,
		`now.getHours("Amerika/Chicago") < 8`:        `unknown time zone "Amerika/Chicago" (use one such as America/Chicago, or -06:00)`,
		`now.getDayOfWeek('CST') < 8`:                `unknown time zone "CST" (use one such as America/Chicago, or -06:00)`,
		`cluster.name == "a" and cluster.name == ""`: `unexpected and (use &&)`,
	} {
		problems := rules.Check(policy.Rule{For: policy.ForCluster, Deny: expression})
		if len(problems) == 0 || problems[0].Message != want {
			t.Errorf("%s: %v, want %q", expression, problems, want)
		}
	}
	for _, zone := range []string{"America/Chicago", "UTC", "-06:00", "02:30"} {
		if problems := rules.Check(policy.Rule{For: policy.ForCluster, Deny: `now.getHours("` + zone + `") < 8`}); len(problems) > 0 {
			t.Errorf("%s: %v", zone, problems)
		}
	}
}
