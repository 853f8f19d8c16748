package command

import (
	"io"
	"strings"
	"testing"
)

func TestColors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		flag        string
		environment map[string]string
		want        bool
	}{
		{"terminal", "auto", nil, true},
		{"dumb terminal", "auto", map[string]string{"TERM": "dumb"}, false},
		{"dumb terminal, by flag", "always", map[string]string{"TERM": "dumb"}, true},
		{"dumb terminal, forced", "auto", map[string]string{"TERM": "dumb", "CLICOLOR_FORCE": "1"}, true},
		{"no colour", "auto", map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		{"never", "never", map[string]string{"CLICOLOR_FORCE": "1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := env{Env: Env{Getenv: func(name string) string { return tt.environment[name] }}}
			if got := (output{color: tt.flag}).colors(e, &screen{columns: 80, rows: 24}); got != tt.want {
				t.Errorf("%t", got)
			}
		})
	}
}

// If a command cannot write to standard output, it fails: that is neither success nor
// drift.
func TestABrokenOutputIsAnError(t *testing.T) {
	t.Parallel()
	files := trappedFiles(t)
	files["odd.yaml"] = []byte("clusters: [ {name: va-a} ]\nversion: 1\n")
	lines := append(everyCommand(), [][]string{
		{"fmt", "--check", "-f", "odd.yaml"}, {"fmt", "--diff", "-f", "odd.yaml"}, {"version", "--output", "json"},
		{"export", "--output", "json"}, {"validate", "--output", "json"}, {"drift", "-f", "more.yaml", "--output", "sarif"},
	}...)
	for _, line := range lines {
		t.Run(strings.Join(line, " "), func(t *testing.T) {
			t.Parallel()
			if files.run(t, t.TempDir(), line, func(*Env) {}).stdout.Len() == 0 {
				return
			}
			pipe, broken := io.Pipe()
			if err := pipe.Close(); err != nil {
				t.Fatal(err)
			}
			r := files.run(t, t.TempDir(), line, func(e *Env) { e.Stdout = broken })
			if r.code != exitError && r.code != exitIncomplete || !strings.Contains(r.stderr.String(), io.ErrClosedPipe.Error()) {
				t.Errorf("exit code %d, standard error %q", r.code, &r.stderr)
			}
		})
	}
}
