package desired

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/escape"
)

func TestDiagnosticString(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		d    Diagnostic
		want string
	}{
		{"with a hint", Diagnostic{File: "a.yaml", Line: 12, Column: 7, Message: "no", Hint: "yes"}, "a.yaml:12:7: no (yes)"},
		{"about a flag", Diagnostic{Message: "no", Hint: "yes"}, "no (yes)"},
		{"without", Diagnostic{File: "<stdin>", Line: 1, Column: 1, Message: "no"}, "<stdin>:1:1: no"},
		{"file name with a line break", Diagnostic{File: "a\nb", Line: 1, Column: 1, Message: "no"}, `a\nb:1:1: no`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := tc.d.String(); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

func TestDiagnosticJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(Diagnostic{File: "f", Line: 1, Column: 2, Severity: Warning, Code: "c", Message: "m"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"file":"f","line":1,"column":2,"severity":"warning","code":"c","message":"m"}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDiagnosticsBySeverity(t *testing.T) {
	t.Parallel()
	e, w := Diagnostic{Severity: Error, Code: "e"}, Diagnostic{Severity: Warning, Code: "w"}
	both := Diagnostics{w, e}
	if diff := cmp.Diff(Diagnostics{e}, both.Errors()) + cmp.Diff(Diagnostics{w}, both.Warnings()); diff != "" {
		t.Error(diff)
	}
	if !both.HasErrors() || both.Warnings().HasErrors() || Diagnostics(nil).HasErrors() {
		t.Error("HasErrors is wrong")
	}
}

func TestQuoteShortens(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 80)
	for _, tc := range []struct{ name, in, want string }{
		{"as it is", long, `"` + long + `"`},
		{"cut", long + "é", `"` + long + `…"`},
		{"control characters", "a\x1b[2J\n", `"a\x1b[2J\n"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := escape.Quote(tc.in); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	known := []string{"name", "description", "type", "WARN", "DISABLED"}
	for _, tc := range []struct{ word, want string }{
		{"nmae", `did you mean "name"?`},
		{"Name", `did you mean "name"?`},
		{"descripton", `did you mean "description"?`},
		{"typ", `did you mean "type"?`},
		{"WARNING", `did you mean "WARN"?`},
		{"ENABLED", "use one of name, description, type, WARN, DISABLED"},
		{"x", "use one of name, description, type, WARN, DISABLED"},
		{"", "use one of name, description, type, WARN, DISABLED"},
		{strings.Repeat("name", 1000), "use one of name, description, type, WARN, DISABLED"},
	} {
		t.Run(tc.word[:min(len(tc.word), 12)], func(t *testing.T) {
			t.Parallel()
			if got := suggest(tc.word, known); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}
