package desired

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/desired/layout"
)

// TestRulesAreAllCodes checks that each constant of type Code is in Rules exactly once.
func TestRulesAreAllCodes(t *testing.T) {
	t.Parallel()
	var declared, listed []string
	for _, name := range []string{"code.go", "layout/text.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if typ, typed := specType(spec); ok && typed && typ == "Code" {
				code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				declared = append(declared, code)
			}
			return true
		})
	}
	for _, rule := range Rules() {
		listed = append(listed, string(rule.Code))
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if diff := cmp.Diff(declared, listed); diff != "" || len(declared) < 50 {
		t.Errorf("(-declared +listed):\n%s", diff)
	}
}

// specType returns the name of the declared type of a constant.
func specType(spec *ast.ValueSpec) (name string, ok bool) {
	if spec == nil {
		return "", false
	}
	typ, ok := spec.Type.(*ast.Ident)
	if !ok {
		return "", false
	}
	return typ.Name, true
}

// TestCorpusHasEachCode checks that some golden file has each code, with the severity of
// its rule. The codes that cannot be in the corpus have tests of their own.
func TestCorpusHasEachCode(t *testing.T) {
	t.Parallel()
	expected := map[string]bool{
		string(Error) + " " + string(layout.FileTooLarge):  true, // TestTooLarge
		string(Error) + " " + string(layout.Unformattable): true, // TestFormatRefuses
		string(Warning) + " " + string(codeUnusedVariable): true, // TestUnusedVariables
	}
	paths, err := filepath.Glob(corpus + "/../*/*valid/*.golden") // those of known drift, too
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range regexp.MustCompile(`(?m)^(?:error|warning) [a-z-]+`).FindAll(data, -1) {
			expected[string(match)] = true
		}
	}
	for _, rule := range Rules() {
		finding := string(rule.Severity) + " " + string(rule.Code)
		if !expected[finding] {
			t.Errorf("no file of the corpus has: %s", finding)
		}
		delete(expected, finding)
	}
	for finding := range expected {
		t.Errorf("in the corpus, but not a rule: %s", finding)
	}
}

// TestCorpusIsLarge checks the minimum size of the corpus.
func TestCorpusIsLarge(t *testing.T) {
	t.Parallel()
	for dir, least := range map[string]int{"invalid": 80, "valid": 40} {
		if n := len(cases(t, dir)); n < least {
			t.Errorf("%d %s cases, want at least %d", n, dir, least)
		}
	}
}

// TestDocumentation checks docs/reference/diagnostics.md: each rule has a section, in
// the order of Rules, with its severity, a message, a cause and a fix if the message does
// not say them, and an example that is reported with that message.
func TestDocumentation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n### ")[1:]
	if len(sections) != len(Rules()) {
		t.Errorf("%d sections for %d rules", len(sections), len(Rules()))
	}
	for i, rule := range Rules()[:min(len(sections), len(Rules()))] {
		t.Run(string(rule.Code), func(t *testing.T) {
			t.Parallel()
			pattern := fmt.Sprintf("(?s)^`%s`\n\n\\*%s: %s\\*\n\n```text\n([^\n]+)\n```\n\n(?:\\*\\*Cause:\\*\\* .+?\n\n)?(?:\\*\\*Fix:\\*\\* .+?\n\n)?(?:Other messages?: .+?\n\n)?(?:```yaml\n(.+?)```\n|$)",
				rule.Code, rule.Severity, regexp.QuoteMeta(rule.Summary))
			match := regexp.MustCompile(pattern).FindStringSubmatch(sections[i] + "\n\n")
			if match == nil {
				t.Fatalf("want a section like\n%s\ngot\n### %s", pattern, sections[i])
			}
			message, example := match[1], match[2]
			if rule.Code == layout.FileTooLarge {
				example = strings.Repeat(" ", layout.MaxBytes+1)
			}
			if found := findingsOf(rule.Code, example); !slices.Contains(found, message) {
				t.Errorf("the message\n%s\nis not among those of the example:\n%s", message, strings.Join(found, "\n"))
			}
		})
	}
}

// TestDocumentationIndex checks the table of messages in docs/reference/diagnostics.md:
// each is in the section of its code, and no code is missing.
func TestDocumentationIndex(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/reference/diagnostics.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sections, _ := strings.Cut(string(text), "\n### ")
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(.+)` \\| \\[(.+)\\]\\(#(.+)\\) \\|$").FindAllStringSubmatch(string(text), -1) {
		message, code := row[1], row[2]
		listed[code] = true
		_, section, _ := strings.Cut("\n### "+sections, "\n### `"+code+"`\n")
		section, _, _ = strings.Cut(section, "\n### ")
		for part := range strings.SplitSeq(message, "…") {
			if !strings.Contains(section, part) || row[3] != code {
				t.Errorf("%q is not in the section of %s", part, code)
			}
		}
	}
	for _, rule := range Rules() {
		if !listed[string(rule.Code)] {
			t.Errorf("no message of %s", rule.Code)
		}
	}
}

// findingsOf returns what is found in an example of a rule, each as one line.
func findingsOf(code Code, example string) (lines []string) {
	input := Input{Name: "clusters.yaml", Data: []byte(example)}
	_, found := Load([]Input{input}, corpusOptions())
	if code == codeUnusedVariable {
		variables, _ := LoadVariables([]Input{{Name: "vars.yaml", Data: input.Data}})
		_, found = Load([]Input{{Name: "clusters.yaml", Data: []byte(leastFile)}}, Options{Variables: variables, ReportUnused: true})
	}
	if slices.Contains(ofKnownDrift(), code) {
		input.Name = "known.yaml"
		_, found = LoadKnown([]Input{input})
	}
	if slices.Contains(ofProjects(), code) {
		input.Name = "clusterctl.yaml"
		_, found = LoadProject(input)
	}
	_, ofLayout := Format(input)
	for _, d := range slices.Concat(found, ofLayout) {
		if d.Code == code {
			lines = append(lines, d.String())
		}
	}
	return lines
}

// ofKnownDrift returns the codes that only known-drift files have.
func ofKnownDrift() []Code {
	return []Code{codeMissingKey, codeUnknownKind, codeBadPointer, codeUselessPath}
}

// ofProjects returns the codes that only project files have.
func ofProjects() []Code {
	return []Code{codeBadTenant, codeDuplicateTenant, codeBadOrigin, codeUnknownVersion}
}
