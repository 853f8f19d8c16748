package desired

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/cluster"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/rules"
)

// TestBounds checks the smallest and largest accepted values, and their neighbors.
func TestBounds(t *testing.T) {
	t.Parallel()
	log := func(format string, args ...any) string {
		return "clusters: [{name: a, logConfig: {rootLevel: INFO, " + fmt.Sprintf(format, args...) + "}}]"
	}
	offset := func(s string) string { return `clusters: [{name: a, configuration: {gmtOffset: "` + s + `"}}]` }
	rulesOf := func(n int) string {
		var list strings.Builder
		for i := range n {
			fmt.Fprintf(&list, "{name: r%d, for: plan, deny: 'false', message: x}, ", i)
		}
		return "policy: {rules: [" + list.String() + "]}"
	}
	noon := corpusOptions().Now
	for _, tc := range []struct {
		text string
		want Code
	}{
		{log("durationMinutes: %d", cluster.MinDurationMinutes), ""},
		{log("durationMinutes: %d", cluster.MinDurationMinutes-1), codeOutOfRange},
		{log("durationMinutes: %d", cluster.MaxDurationMinutes), ""},
		{log("durationMinutes: %d", cluster.MaxDurationMinutes+1), codeOutOfRange},
		{log("renewWithinMinutes: 0"), ""},
		{log("renewWithinMinutes: -1"), codeOutOfRange},
		{log("renewWithinMinutes: 60, durationMinutes: 60"), ""},
		{log("renewWithinMinutes: 61, durationMinutes: 60"), codeRenewOverDuration},
		{log("renewWithinMinutes: %d, durationMinutes: %[1]d", cluster.MaxDurationMinutes), ""},
		{log("renewWithinMinutes: %d", cluster.MaxDurationMinutes+1), codeOutOfRange},
		{log("expiration: %s", noon.Add(time.Second).Format(time.RFC3339)), ""},
		{log("expiration: %s", noon.Format(time.RFC3339)), codeWindowPast},
		{log("logLevels: {a: INFO, b: DEBUG, c: WARN}"), codeVerboseWithoutEnd},
		{log("logLevels: {a: INFO, b: WARN}"), ""},
		{offset("-12"), ""},
		{offset("-13"), codeBadGMTOffset},
		{offset("14"), ""},
		{offset("15"), codeBadGMTOffset},
		{"policy: {maxDeletes: 0}", ""},
		{"policy: {maxDeletes: -1}", codeOutOfRange},
		{rulesOf(rules.MaxRules), ""},
		{rulesOf(rules.MaxRules + 1), codeOutOfRange},
	} {
		_, found := Load([]Input{{Name: "f", Data: []byte("version: 1\n" + tc.text)}}, corpusOptions())
		if isFound := len(found) == 1 && found[0].Code == tc.want; !isFound && (tc.want != "" || len(found) > 0) {
			t.Errorf("%.80s: %s", tc.text, listing(found))
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-11-23T18:00:00Z":      "2026-11-23T18:00:00Z",
		"2026-11-23t18:00:00.5z":    "2026-11-23T18:00:00.5Z",
		"2026-11-23T18:00:00+23:59": "2026-11-22T18:01:00Z",
		"2026-11-23T18:00:00-23:59": "2026-11-24T17:59:00Z",
		"2026-11-23T18:00:00+24:00": "",
		"2026-11-23T18:00:00-24:00": "",
		"2026-11-23T8:00:00Z":       "",
		"2026-11-23T18:00:00,5Z":    "",
		"2026-11-23":                "",
		"0001-01-01T00:00:00Z":      "",
	} {
		got, ok := ParseTime(text)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %v, %t", text, got, ok)
		}
	}
}

func TestVariableNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"azAZ_09": true, "_": true, "a": true, "": false, "0a": false, "9": false, "a-b": false,
		"a`": false, "a{": false, "a@": false, "a[": false, "a/": false, "a:": false, "é": false,
	} {
		if isVariableName(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}

// TestVariableHint checks that the hint does not depend on the order of a map: if several
// names are equally near, the first in the alphabet is suggested.
func TestVariableHint(t *testing.T) {
	t.Parallel()
	v := Variables{Given: map[string]string{}, Listed: map[string]string{"REGION0": ""}}
	for i := range 9 {
		v.Given[fmt.Sprint("REGION", i+1)] = ""
	}
	if got := v.hint("REGIONX"); got != `did you mean "REGION0"?` {
		t.Error(got)
	}
	if got := v.hint("OTHER"); got != "set it with --var OTHER=VALUE, --var-file or CLUSTERCTL_VAR_OTHER, or write ${OTHER:-default}" {
		t.Error(got)
	}
}

func TestJSONPointers(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"/a": true, "/a/b": true, "/~0~1": true, "/a~1b": true,
		"": false, "a": false, "/": false, "/a/": false, "//a": false, "/a//b": false, "/~": false, "/~2": false, "/~~0": false,
	} {
		if isPointer(path) != want {
			t.Errorf("%q: %t", path, !want)
		}
	}
}

// TestUndeclarable checks which log configurations a file can contain.
func TestUndeclarable(t *testing.T) {
	t.Parallel()
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	valid := cluster.LiveLogConfig{RootLevel: "INFO", Expiration: last, LogLevels: map[string]cluster.Level{"a": "OFF", "b": "TRACE"}}
	for want, change := range map[string]func(*cluster.LiveLogConfig){
		"": func(*cluster.LiveLogConfig) {},
		"the tenant does not return when it expires": func(c *cluster.LiveLogConfig) { c.Expiration = time.Time{} },
		"it expires after the year 9999":             func(c *cluster.LiveLogConfig) { c.Expiration = last.Add(time.Second) },
		`its rootLevel "LOUD" is unknown`:            func(c *cluster.LiveLogConfig) { c.RootLevel = "LOUD" },
		`log level "LOUD" of "b" is unknown`: func(c *cluster.LiveLogConfig) {
			c.LogLevels = map[string]cluster.Level{"a": "OFF", "b": "LOUD", "c": "LOUDER"}
		},
		"a logger name is blank, or too long for a YAML key": func(c *cluster.LiveLogConfig) {
			c.LogLevels = map[string]cluster.Level{"a": "OFF", " ": "OFF"}
		},
	} {
		live := valid
		change(&live)
		if diff := cmp.Diff(want, undeclarable(live)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLongestKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"a": true, strings.Repeat("a", 998): true, strings.Repeat("a", 999): false, "": false, " ": false} {
		if layout.IsWritableKey(key) != want {
			t.Errorf("%d characters: %t", len(key), !want)
		}
	}
}
