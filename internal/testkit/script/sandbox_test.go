package script

import (
	"os"
	"strings"
	"testing"
)

// TestSandboxOfItsOwn runs clusterctl sandbox without --state: it prints how to connect, and
// removes its state at the end.
func TestSandboxOfItsOwn(t *testing.T) {
	tests := []struct {
		name  string
		flags []string
		want  string
	}{
		{"default", nil, "serving tenant acme; in another terminal, run:\n  export SAIL_BASE_URL=http://127.0.0.1:"},
		{"quiet", []string{"--quiet"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			s := &script{harness: newHarness(t)}
			if err := s.startTenant(append(tt.flags, "--listen", "127.0.0.1:0")); err != nil {
				t.Fatal(err)
			}
			tenant := s.tenant
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Errorf("%d entries while it runs (%v), want its state", len(left), err)
			}
			if err := s.stopTenant(); err != nil {
				t.Fatal(err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%v is left behind (%v)", left, err)
			}
			if got := tenant.stderr.String(); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
				t.Errorf("standard error is %q, want %q", got, tt.want)
			}
		})
	}
}
