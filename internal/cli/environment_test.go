package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVariable(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]string{
		"file": "CLUSTERCTL_FILE", "client-secret-file": "CLUSTERCTL_CLIENT_SECRET_FILE",
	} {
		if got := Variable(flag); got != want {
			t.Errorf("Variable(%q) = %q, want %q", flag, got, want)
		}
	}
}

func TestPeek(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line     []string
		variable string
		want     string
	}{
		"nothing said":       {line: []string{"clusterctl", "plan"}},
		"a flag":             {line: []string{"clusterctl", "plan", "--log-format", "json"}, want: "json"},
		"assigned":           {line: []string{"clusterctl", "plan", "--log-format=json"}, want: "json"},
		"with one dash":      {line: []string{"clusterctl", "plan", "-log-format=json"}, want: "json"},
		"behind what is bad": {line: []string{"clusterctl", "plan", "--bad", "--log-format=json"}, want: "json"},
		"the last counts":    {line: []string{"clusterctl", "plan", "--log-format=text", "--log-format=json"}, want: "json"},
		"a variable":         {line: []string{"clusterctl", "plan"}, variable: "json", want: "json"},
		"the flag wins":      {line: []string{"clusterctl", "plan", "--log-format=text"}, variable: "json", want: "text"},
		"an argument":        {line: []string{"clusterctl", "show", "--", "--log-format=json"}},
		"no flag":            {line: []string{"clusterctl", "show", "log-format=json"}},
		"without a value":    {line: []string{"clusterctl", "plan", "--log-format"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Peek(tt.line, func(string) string { return tt.variable }, "log-format")
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestValuesIn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, value string
		to          Value
		want        []string
	}{
		{"one", "a", Strings(nil), []string{"a"}},
		{"commas", "a, b,,c ", Strings(nil), []string{"a", "b", "c"}},
		{"line feeds", "a=1,2\nb\n", Strings(nil), []string{"a=1,2", "b"}},
		{"not repeatable", "a,b\nc", String(nil), []string{"a,b\nc"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, (&Flag{To: tt.to}).valuesIn(tt.value)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMisspelledVariables checks that a variable which is almost that of any command has a
// warning, without its value, and that scripts of the shell do not get one.
func TestMisspelledVariables(t *testing.T) {
	t.Parallel()
	var got []string
	s := newSample(nil)
	s.Environment = []string{"CLUSTERCTL_STATE_DIR  directory"}
	s.Warn = func(message string) { got = append(got, message) }
	s.Environ = func() []string {
		return []string{
			"PATH=x", "CLUSTERCTL_RETRYS", "CLUSTERCTL_RETRIE=7", "CLUSTERCTL_OUT_PUT=secret", "CLUSTERCTL_STATEDIR=a=b", "CLUSTERCTL_retries=1",
			"CLUSTERCTL_OUTPUT=json", "CLUSTERCTL_STATE_DIR=x", "CLUSTERCTL_VAR_OUTPUTS=x", "CLUSTERCTL_MINE=x", "CLUSTERCTL_=", "SAIL_RETRIE=1",
		}
	}
	if message := s.run(t, "__complete", "--", ""); len(got) > 0 {
		t.Errorf("%s: completion warns: %q", message, got)
	}
	_ = s.run(t, "version")
	want := []string{
		`unknown environment variable "CLUSTERCTL_OUT_PUT" (did you mean "CLUSTERCTL_OUTPUT"?)`,
		`unknown environment variable "CLUSTERCTL_RETRIE" (did you mean "CLUSTERCTL_RETRIES"?)`,
		`unknown environment variable "CLUSTERCTL_STATEDIR" (did you mean "CLUSTERCTL_STATE_DIR"?)`,
		`unknown environment variable "CLUSTERCTL_retries" (did you mean "CLUSTERCTL_RETRIES"?)`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
