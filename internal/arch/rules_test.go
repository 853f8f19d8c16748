package arch

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const module = "clusterctl/"

// testkit holds what only tests import, which may import what only tests may.
const testkit = "internal/testkit"

// command is the one package that may import all of ours.
const command = "internal/command"

// mayImport says who may import whom of ours. A package that is not in it may
// not exist, and what a row does not list may not be imported.
func mayImport() map[string][]string {
	table := map[string][]string{
		"internal/atomicfile": {},
		"internal/cluster":    {},
		"internal/jsonscan":   {},
		"internal/api":        {"internal/jsonscan"},
		"internal/jsonread":   {}, // whatever the document is
		"internal/jsonpatch":  {"internal/jsonread", "internal/jsonscan"},
		"internal/metrics":    {},                    // of whatever there is to measure
		"internal/spelling":   {},                    // files and command lines are mistyped alike
		"internal/gitfile":    {},                    // whatever is in the files
		"internal/escape":     {},                    // which text is dangerous
		"internal/mask":       {},                    // which text is secret
		"internal/crash":      {},                    // of every goroutine
		"internal/cli":        {"internal/spelling"}, // command lines, whatever they are about
		"internal/pause":      {},                    // for how long, whatever for
		"internal/progress":   {"internal/crash"},
		"internal/policy":     {"internal/cluster"},
		"internal/rules":      {"internal/cluster", "internal/jsonpatch", "internal/policy", "internal/spelling"},
		"internal/desired":    {"internal/desired/layout", "internal/escape", "internal/jsonpatch", "internal/cluster", "internal/policy", "internal/project", "internal/rules", "internal/spelling"},
		"internal/project":    {"internal/cluster", "internal/spelling"},
		"internal/planner":    {"internal/api", "internal/cluster", "internal/policy", "internal/rules", "internal/jsonpatch", "internal/jsonread"},
		"internal/drift":      {"internal/planner", "internal/cluster", "internal/jsonpatch", "internal/jsonread", "internal/receipt"},
		"internal/compare":    {"internal/planner", "internal/cluster", "internal/jsonpatch"},
		"internal/undo":       {"internal/planner", "internal/cluster", "internal/jsonpatch", "internal/receipt"},
		"internal/remote":     {"internal/crash", "internal/pause", "internal/api", "internal/cluster", "internal/jsonpatch", "internal/jsonscan"},
		"internal/receipt":    {"internal/atomicfile", "internal/planner", "internal/cluster", "internal/jsonpatch", "internal/jsonread", "internal/api"},
		"internal/applier":    {"internal/crash", "internal/pause", "internal/planner", "internal/receipt", "internal/cluster", "internal/jsonpatch", "internal/api"},
		"internal/rehearsal":  {"internal/api", "internal/applier", "internal/cluster", "internal/crash", "internal/jsonpatch", "internal/jsonscan", "internal/pause", "internal/planner", "internal/progress", "internal/receipt", "internal/remote", "internal/sandbox", "internal/undo"},
		"internal/report":     {"internal/escape", "internal/mask", "internal/planner", "internal/drift", "internal/compare", "internal/receipt", "internal/applier", "internal/desired", "internal/cluster", "internal/jsonpatch", "internal/jsonread"},

		// A format renders what the document says, and decides nothing.
		"internal/report/text":     {"internal/report", "internal/escape"},
		"internal/report/markdown": {"internal/report"},
		"internal/report/html":     {"internal/report"},
		"internal/report/ci":       {"internal/report"},

		"internal/sandbox": {"internal/api", "internal/jsonpatch", "internal/jsonread"},

		// The pure packages are tested on the same tenants.
		"internal/testkit/fixture": {"internal/api", "internal/planner", "internal/cluster", "internal/jsonpatch"},

		"internal/desired/layout": {"internal/escape"}, // text, whatever it means

		// The tests of the formats report the same.
		"internal/testkit/documents": {"internal/report", "internal/planner", "internal/drift", "internal/compare", "internal/receipt", "internal/applier", "internal/desired", "internal/cluster", "internal/jsonpatch"},

		"internal/testkit/docstest":  {},                 // runs the pages of the documentation
		"internal/testkit/mutants":   {"internal/crash"}, // a command for `make mutants`
		"internal/testkit/pipelines": {},                 // reads the shell of examples/ci
		"internal/testkit/sample":    {},                 // how much of a grid is tested
		"internal/testkit/terminal":  {},                 // draws what a program prints
		"internal/testkit/messages":  {},                 // reads the texts in the sources
	}
	table[command] = slices.Sorted(maps.Keys(table))
	table["cmd/clusterctl"] = []string{command}

	// These run command lines, so that command cannot import them.
	table["internal/testkit/wire"] = nil // a network within the process
	table["internal/testkit/script"] = []string{command, "internal/crash", "internal/jsonpatch", "internal/planner", "internal/receipt", "internal/sandbox", "internal/testkit/pipelines", "internal/testkit/wire"}
	table["internal/testkit/trials"] = nil     // tests alone
	table["internal/testkit/bench"] = nil      // tests alone
	table["internal/testkit/simulation"] = nil // tests alone
	table["internal/arch"] = nil
	return table
}

// testsMayImport says what the tests of a package may import beyond its row.
// Client and sandbox meet over HTTP alone, so it is the client's tests
// that bring them together, and never those of the tenant.
func testsMayImport() map[string][]string {
	allowed := map[string][]string{
		"internal/mask":    {"internal/escape"},
		"internal/desired": {"internal/testkit/sample"},
		"internal/report":  {"internal/testkit/documents", "internal/api", "internal/report/text", "internal/report/markdown", "internal/report/html", "internal/report/ci"},
		"internal/remote":  {"internal/sandbox", "internal/testkit/sample", "internal/testkit/wire"},
		"internal/applier": {"internal/undo", "internal/remote", "internal/sandbox", "internal/testkit/sample"},
		"internal/sandbox": {"internal/testkit/sample"},
		"internal/receipt": {"internal/undo"},
		"internal/planner": {"internal/drift", "internal/receipt", "internal/undo", "internal/testkit/fixture"}, // odd clusters are nobody else's trouble
		"internal/drift":   {"internal/testkit/fixture"},
		"internal/undo":    {"internal/testkit/fixture"},
		command:            {"internal/testkit/wire"},

		"internal/testkit/pipelines":  {"internal/testkit/script"},
		"internal/testkit/bench":      {command, "internal/sandbox", "internal/testkit/wire"},
		"internal/testkit/simulation": {command, "internal/applier", "internal/planner", "internal/sandbox", "internal/testkit/wire"},
		"internal/testkit/trials": {
			command, "internal/api", "internal/applier", "internal/desired", "internal/planner", "internal/receipt", "internal/sandbox",
			"internal/testkit/sample", "internal/testkit/script", "internal/testkit/wire",
		},
	}
	// A format is tested on reports of whatever there is to report.
	for _, format := range []string{"text", "markdown", "html", "ci"} {
		allowed["internal/report/"+format] = slices.Concat(mayImport()["internal/report"], []string{"internal/testkit/documents", "internal/testkit/sample", "internal/api"})
	}
	return allowed
}

// soleImporter names the one package that may import a library, tests included,
// with what is below it. Besides it, pipelines reads YAML, which is none of ours.
func soleImporter() map[string]string {
	return map[string]string{
		"gopkg.in/yaml.v3":               "internal/desired",
		"github.com/wI2L/jsondiff":       "internal/jsonpatch",
		"github.com/evanphx/json-patch/": "internal/jsonpatch",
		"github.com/urfave/cli/":         "internal/cli",
		"cel.dev/cel-go":                 "internal/rules",
	}
}

// testOnly is what only tests may import.
func testOnly() []string {
	return []string{
		module + testkit,
		"github.com/itchyny/gojq",
		"github.com/google/go-cmp",
		"github.com/santhosh-tekuri/jsonschema",
		"github.com/prometheus/common",
		"github.com/rogpeppe/go-internal/testscript",
		"pgregory.net/rapid",
		"go.uber.org/goleak",
		"golang.org/x/net/html",
		"github.com/chromedp",
	}
}

// standardLibraryOnly are the packages that need no library but the standard one.
func standardLibraryOnly() []string {
	return []string{"internal/api", "internal/jsonscan", "internal/metrics", "internal/spelling", "internal/escape", "internal/jsonread"}
}

// pure are the packages whose results follow from their input alone.
func pure() []string {
	return []string{"internal/policy", "internal/rules", "internal/planner", "internal/drift", "internal/compare", "internal/undo", "internal/report"}
}

// isPure reports whether a package is one of those, or below one.
func (p pkg) isPure() bool {
	return slices.ContainsFunc(pure(), func(parent string) bool { return isWithin(p.name(), parent) })
}

// impure are what a pure package has no use for.
func impure() []string { return []string{"context", "os", "net/http", "log"} }

// pkg is the output of go list for a package.
type pkg struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module) }

// testImports are the imports of both kinds of tests.
func (p pkg) testImports() []string { return slices.Concat(p.TestImports, p.XTestImports) }

// check holds packages against the rules and returns every violation, in order.
func check(packages []pkg) []string {
	var c checker
	table := mayImport()
	for _, p := range packages {
		c.ours(p, table)
		c.libraries(p)
		c.purity(p)
		delete(table, p.name())
	}
	for _, missing := range slices.Sorted(maps.Keys(table)) {
		c.failf("%s: is in the table of packages, but does not exist", missing)
	}
	slices.Sort(c.violations)
	return slices.Compact(c.violations)
}

type checker struct{ violations []string }

func (c *checker) failf(format string, args ...any) {
	c.violations = append(c.violations, fmt.Sprintf(format, args...))
}

// ours checks the imports of our own packages.
func (c *checker) ours(p pkg, table map[string][]string) {
	allowed, known := table[p.name()]
	if !known {
		c.failf("%s: is not in the table of packages", p.name())
		return
	}
	for _, path := range p.Imports {
		if name, ok := strings.CutPrefix(path, module); ok && !slices.Contains(allowed, name) {
			c.failf("%s: imports %s, which the table does not allow", p.name(), name)
		}
	}
	// A test in a package of its own imports the package that it tests.
	allowed = slices.Concat(allowed, testsMayImport()[p.name()], []string{p.name()})
	for _, path := range p.testImports() {
		if name, ok := strings.CutPrefix(path, module); ok && !slices.Contains(allowed, name) {
			c.failf("%s: its tests import %s, which the table does not allow", p.name(), name)
		}
	}
}

// libraries checks the imports of what is neither ours nor of the standard
// library.
func (c *checker) libraries(p pkg) {
	for library, owner := range soleImporter() {
		for _, path := range slices.Concat(p.Imports, p.testImports()) {
			if isWithin(path, library) && !isWithin(p.name(), owner) && !readsPipelines(p, library) {
				c.failf("%s: imports %s, which only %s may", p.name(), path, owner)
			}
		}
	}
	for _, path := range p.Imports {
		if !isWithin(p.name(), testkit) && slices.ContainsFunc(testOnly(), func(library string) bool { return isWithin(path, library) }) {
			c.failf("%s: imports %s, which only tests may", p.name(), path)
		}
		isSuch := slices.Contains(standardLibraryOnly(), strings.TrimPrefix(path, module))
		if slices.Contains(standardLibraryOnly(), p.name()) && !isStandard(path) && !isSuch {
			c.failf("%s: imports %s, but may import only the standard library", p.name(), path)
		}
	}
}

// readsPipelines reports whether the YAML that a package reads is of pipelines.
func readsPipelines(p pkg, library string) bool {
	return library == "gopkg.in/yaml.v3" && p.name() == "internal/testkit/pipelines"
}

func (c *checker) purity(p pkg) {
	if !p.isPure() {
		return
	}
	for _, path := range p.Imports {
		if slices.ContainsFunc(impure(), func(banned string) bool { return isWithin(path, banned) }) {
			c.failf("%s: imports %s, but is pure", p.name(), path)
		}
	}
}

// isWithin reports whether path is that package or one below it.
func isWithin(path, parent string) bool {
	parent = strings.TrimSuffix(parent, "/")
	return path == parent || strings.HasPrefix(path, parent+"/")
}

// isStandard reports whether path is of the standard library: its first element has no dot,
// unlike those of other modules, and is not the name of this one.
func isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && !strings.HasPrefix(path, module)
}
