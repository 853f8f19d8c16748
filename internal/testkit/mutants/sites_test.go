package main

import (
	"go/token"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMutants(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, src string
		want      []string
	}{
		{
			name: "condition of an if",
			src:  "func f(a bool) {\nif a {\n}\n}",
			want: []string{"condition: if a { → if !(a) {"},
		},
		{
			name: "condition of an if and of a loop, over two lines",
			src:  "func f(a, b bool) {\nfor a ||\nb {\n}\n}",
			want: []string{"condition: for a || b { → for !(a || b) {", "operator: for a || → for a &&"},
		},
		{
			name: "loop without a condition",
			src:  "func f() {\nfor {\n}\n}",
		},
		{
			name: "condition of a case",
			src:  "func f(a, b, c bool) {\nswitch {\ncase a, b:\ncase c:\ndefault:\n}\n}",
			want: []string{
				"condition: case a, b: → case !(a), b:",
				"condition: case a, b: → case a, !(b):",
				"condition: case c: → case !(c):",
			},
		},
		{
			name: "value of a case",
			src:  "func f(a, b bool) {\nswitch a {\ncase b:\n}\n}",
		},
		{
			name: "equality, which negates its condition",
			src:  "func f(a, b string) {\nif a == b {\n}\nif a != b {\n}\n}",
			want: []string{"operator: if a == b { → if a != b {", "operator: if a != b { → if a == b {"},
		},
		{
			name: "operators",
			src:  "var a, b = 5, 6\nvar (\nl = a < b\nle = a <= b\ng = a > b\nge = a >= b\nand = l && g\nor = l || g\nplus = a + b\nminus = a - b\ntimes = a * b\n)",
			want: []string{
				"operator: l = a < b → l = a <= b", "operator: le = a <= b → le = a < b",
				"operator: g = a > b → g = a >= b", "operator: ge = a >= b → ge = a > b",
				"operator: and = l && g → and = l || g", "operator: or = l || g → or = l && g",
				"operator: plus = a + b → plus = a - b", "operator: minus = a - b → minus = a + b",
			},
		},
		{
			name: "operators of assignments, which can be dropped as well",
			src:  "func f(a int) {\na += 5\na -= 5\na++\na--\n}",
			want: []string{
				"statement: a += 5 → (dropped)", "statement: a -= 5 → (dropped)", "statement: a++ → (dropped)", "statement: a-- → (dropped)",
				"operator: a += 5 → a -= 5", "operator: a -= 5 → a += 5", "operator: a++ → a--", "operator: a-- → a++",
			},
		},
		{
			name: "texts have no difference",
			src:  "func f(a, b string) string { return a + b }",
			want: []string{`result: func f(a, b string) string { return a + b } → func f(a, b string) string { return "" }`},
		},
		{
			name: "constants",
			src:  "var (\na = 0\nb = 1\nc = 2\nd = 1.0\ne = -1\n)",
			want: []string{"constant: a = 0 → a = 1", "constant: b = 1 → b = 2"},
		},
		{
			name: "statements",
			src: "func g() {}\nfunc f(a int, c chan int) {\nb := a\nb = 7\n_ = b\ndefer g()\ngo g()\n" +
				"c <- b\nfor {\nif <-c == b {\nbreak\n}\nselect {\ncase <-c:\ng()\n}\nswitch a {\ncase b:\ng()\nreturn\n}\n}\n}",
			want: []string{
				"statement: b = 7 → (dropped)", "statement: defer g() → (dropped)", "statement: go g() → (dropped)",
				"statement: c <- b → (dropped)", "operator: if <-c == b { → if <-c != b {", "statement: break → (dropped)",
				"statement: g() → (dropped)", "statement: g() → (dropped)", "statement: return → (dropped)",
			},
		},
		{
			name: "the only use of a variable",
			src:  "func g(int) {}\nfunc f() {\na := 5\ng(a)\n}",
			want: []string{"statement: g(a) → (dropped)"},
		},
		{
			name: "early return",
			src:  "func f(a bool) int {\nif a {\nreturn 5\n}\nreturn 6\n}",
			want: []string{
				"condition: if a { → if !(a) {", "statement: return 5 → (dropped)",
				"result: return 5 → return 0", "result: return 6 → return 0",
			},
		},
		{
			name: "zero values",
			src: "type s struct{ a int }\ntype m map[string]int\n" +
				"func f(e error, p *s, x any) (bool, float64, m, []int, [2]int, s, *s, func(), any, error) {\n" +
				"return true, 5.5, m{}, []int{5}, [2]int{}, s{5}, p, func() {}, x, e\n}",
			want: zeros("return true, 5.5, m{}, []int{5}, [2]int{}, s{5}, p, func() {}, x, e",
				"true", "false", "5.5", "0", "m{}", "nil", "[]int{5}", "nil", "s{5}", "s{}", "p", "nil", "func() {}", "nil", " x", " nil", "e", "nil"),
		},
		{
			name: "zero value of a type parameter",
			src:  "func f[T any](a T) T {\nreturn a\n}",
			want: []string{"result: return a → return *new(T)"},
		},
		{
			name: "zero values already",
			src:  "func f() (int, error) {\nreturn 0, nil\n}\nfunc g() {\nreturn\n}",
			want: []string{"constant: return 0, nil → return 1, nil", "statement: return → (dropped)"},
		},
		{
			name: "results of one call",
			src:  "func f() (int, error) {\nreturn f()\n}",
			want: []string{"result: return f() → return 0, nil"},
		},
		{
			name: "results of a function in another",
			src:  "func f() {\n_ = func() int {\nreturn 5\n}\n}",
			want: []string{"result: return 5 → return 0"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			s := parsed(t, tt.src)
			for _, m := range s.mutants() {
				if s.compiles(m) {
					got = append(got, string(m.kind)+": "+m.String())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// zeros returns the mutants of a line in which one of several results is
// replaced; pairs are what each is replaced by.
func zeros(line string, pairs ...string) []string {
	var mutants []string
	for i := 0; i < len(pairs); i += 2 {
		at := strings.LastIndex(line, pairs[i])
		mutants = append(mutants, "result: "+line+" → "+line[:at]+pairs[i+1]+line[at+len(pairs[i]):])
	}
	return mutants
}

// parsed returns a package of one file that imports nothing.
func parsed(t *testing.T, src string) *source {
	t.Helper()
	s := &source{files: token.NewFileSet()}
	if err := s.add("p.go", []byte("package p\n"+src)); err != nil {
		t.Fatal(err)
	}
	if err := s.check("p"); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDrawIsRepeatable(t *testing.T) {
	t.Parallel()
	const src = "func f(a, b, c, d int) []bool { return []bool{a < b, a < c, a < d, b < c, b < d, c < d, a > b, a > c, a > d, b > c, b > d, c > d} }"
	draw := func(n int, seed uint64) []string {
		var drawn []string
		for _, m := range parsed(t, src).draw(n, seed) {
			drawn = append(drawn, m.String())
		}
		return drawn
	}
	six := draw(6, 1)
	if diff := cmp.Diff(six, draw(6, 1)); diff != "" || len(six) != 6 {
		t.Errorf("the same seed gives other mutants:\n%s", diff)
	}
	if cmp.Equal(six, draw(6, 2)) {
		t.Error("another seed gives the same mutants")
	}
	if diff := cmp.Diff(six[:3], draw(3, 1)); diff != "" {
		t.Errorf("fewer mutants are not the first ones:\n%s", diff)
	}
	if got := draw(100, 1); len(got) != 13 {
		t.Errorf("drawn %d mutants of 13: %q", len(got), got)
	}
}
