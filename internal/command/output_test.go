package command

import "testing"

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
			e := env{Getenv: func(name string) string { return tt.environment[name] }}
			if got := (output{color: tt.flag}).colors(e, &screen{columns: 80, rows: 24}); got != tt.want {
				t.Errorf("%t", got)
			}
		})
	}
}
