package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const sample = "./testdata/sample"

func TestRun(t *testing.T) {
	t.Parallel()
	mutants := func(boundary verdict) []string {
		return []string{
			"killed     testdata/sample/sample.go:8  condition  if n > 0 { → if !(n > 0) {",
			padded(boundary) + "  testdata/sample/sample.go:8  operator   if n > 0 { → if n >= 0 {",
			"killed     testdata/sample/sample.go:8  constant   if n > 0 { → if n > 1 {",
			"killed     testdata/sample/sample.go:9  statement  return true, nil → (dropped)",
			"killed     testdata/sample/sample.go:9  result     return true, nil → return false, nil",
			`survived   testdata/sample/sample.go:11  result     return false, problems.New("not positive") → return false, nil`,
		}
	}
	tests := []struct {
		name    string
		args    []string
		want    []string // in any order
		wantErr string
	}{
		{
			name:    "all mutants of a package, some of its tests",
			args:    []string{"-tests", sample + " -run Sign", "-min", "67", sample},
			want:    append(mutants(survived), "4 of 6 noticed (66 %)"),
			wantErr: "less than 67 % noticed: add tests for the mutants that survived",
		},
		{
			name: "other tests for the survivors, two at a time",
			args: []string{"-p", "2", "-min", "83", "-tests", sample + " -run Sign", "-then", sample + " -run Zero", sample},
			want: append(mutants(killed), "5 of 6 noticed (83 %)"),
		},
		{
			name:    "tests that fail without a mutant",
			args:    []string{"-tests", "./testdata/failing", sample},
			wantErr: `["./testdata/failing"]: fails without a mutant`,
		},
		{
			name:    "tests that cannot run",
			args:    []string{"-tests", "./testdata/none", sample},
			wantErr: "go test:",
		},
		{
			name:    "no such package",
			args:    []string{"./testdata/none"},
			wantErr: "go list ./testdata/none: exit status 1",
		},
		{
			name:    "several packages",
			args:    []string{"./testdata/..."},
			wantErr: "./testdata/...: 0 packages; name one",
		},
		{
			name:    "no package",
			wantErr: "name one package, such as ./internal/planner",
		},
		{
			name:    "no mutants",
			args:    []string{"-n", "0", sample},
			wantErr: "-n and -p must be at least 1",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var stdout strings.Builder
			err := run(t.Context(), tt.args, &stdout)
			if (err == nil) != (tt.wantErr == "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("error %v, want %q", err, tt.wantErr)
			}
			got := slices.Sorted(strings.Lines(stdout.String()))
			slices.Sort(tt.want)
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), strings.TrimSpace(strings.Join(got, ""))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func padded(v verdict) string { return string(v) + strings.Repeat(" ", len("timed out")-len(v)) }

func TestEndlessMutantTimesOut(t *testing.T) {
	t.Parallel()
	s, err := load(t.Context(), "./testdata/endless")
	if err != nil {
		t.Fatal(err)
	}
	mutants := s.mutants()
	i := slices.IndexFunc(mutants, func(m mutant) bool { return m.String() == "n-- → (dropped)" })
	if i < 0 {
		t.Fatalf("not among %v", mutants)
	}
	second := func() (time.Duration, error) { return time.Second, nil }
	endless := trial{t.TempDir(), []stage{{args: []string{"./testdata/endless"}, limit: second}}}
	if got, err := endless.try(t.Context(), mutants[i]); got != timedOut || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, output string
		passed       bool
		want         verdict
		wantErr      string
	}{
		{name: "passed", output: "ok  \tp\t0.002s\n", passed: true, want: survived},
		{name: "failed", output: "--- FAIL: TestX (0.00s)\nFAIL\nFAIL\tp\t0.002s\nFAIL\n", want: killed},
		{name: "crashed", output: "panic: index out of range\nFAIL\tp\t0.002s\nFAIL\n", want: killed},
		{name: "timed out", output: "panic: test timed out after 1s\nFAIL\tp\t1.002s\nFAIL\n", want: timedOut},
		{name: "one package of two failed", output: "ok  \tp\t0.002s\nFAIL\tq\t0.002s\nFAIL\n", want: killed},
		{name: "build failed", output: "p.go:1:1: undefined: x\nFAIL\tp [build failed]\nFAIL\n", wantErr: "go test: p.go:1:1: undefined: x\nFAIL\tp [build failed]\nFAIL"},
		{name: "wrong arguments", output: "flag provided but not defined: -x\n", wantErr: "go test: flag provided but not defined: -x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := judge([]byte(tt.output), tt.passed)
			if got != tt.want || (err == nil) != (tt.wantErr == "") || err != nil && err.Error() != tt.wantErr {
				t.Errorf("got %q, %v; want %q, %s", got, err, tt.want, tt.wantErr)
			}
		})
	}
}
