package script

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/testkit/pipelines"
)

// pipelineRun is one run of a job of a CI system, with its own directory.
type pipelineRun struct {
	ts  *testscript.TestScript
	s   *script
	dir string
	out strings.Builder
}

// ciCommand runs the shell of a job from a file of the repository, step by step. Expressions in
// the steps' environment, and paths and specifiers that do not exist here, are replaced by the
// values of `given`. The output of the steps is in $CI/out, and GitHub's files are $CI/summary,
// $CI/env, $CI/output and $CI/path.
func ciCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3 || len(args) == 4, "ci CODE SYSTEM FILE [JOB]")
	steps, err := scriptOf(ts).pipelineSteps(args[1], args[2], strings.Join(args[3:], ""))
	ts.Check(err)
	r := &pipelineRun{ts: ts, s: scriptOf(ts), dir: ts.Getenv("CI")}
	r.prepare()
	code := 0
	for i, step := range steps {
		if r.applies(step, code) {
			if got := r.step(fmt.Sprintf("step%d.sh", i), step); code == 0 {
				code = got
			}
		}
	}
	ts.Check(os.WriteFile(filepath.Join(r.dir, "out"), []byte(r.out.String()), 0o600))
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s:\n%s", code, args[0], r.out.String())
	}
}

func (h *harness) pipelineSteps(system, file, job string) ([]pipelines.Step, error) {
	data, err := os.ReadFile(filepath.Join(h.repository, file))
	if err != nil {
		return nil, err
	}
	switch system {
	case "github":
		return pipelines.GitHub(file, data, job)
	case "action":
		return pipelines.Action(file, data)
	case "gitlab":
		return pipelines.GitLab(file, data, job)
	case "azure":
		return pipelines.Azure(file, data, job)
	case "jenkins":
		return pipelines.Jenkins(file, data, job)
	case "kubernetes":
		return pipelines.Kubernetes(file, data, job)
	case "systemd":
		return pipelines.Systemd(file, data)
	}
	return nil, fmt.Errorf("unknown system %q", system)
}

// givenCommand sets the value of an expression.
func givenCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 2, "given EXPRESSION VALUE")
	scriptOf(ts).given[args[0]] = args[1]
}

// prepare recreates the directory, with stand-ins for tools.
func (r *pipelineRun) prepare() {
	bin := filepath.Join(r.dir, "bin")
	r.ts.Check(os.MkdirAll(bin, 0o700))
	for _, name := range []string{"summary", "env", "output", "path"} {
		r.ts.Check(os.WriteFile(filepath.Join(r.dir, name), nil, 0o600))
	}
	for name, line := range map[string]string{
		"gh": `exec fake-gh "$@"`, "curl": `exec fake-curl "$@"`, "jq": `exec fake-jq "$@"`,
		// Tools that would install clusterctl, which exists already.
		"apt-get": `echo "apt-get $*"`, "git": gitStandIn(), "go": `echo "go $*"`,
	} {
		r.ts.Check(os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+line+"\n"), 0o700))
	}
}

// gitStandIn only clones nothing: everything else is for the repository of the script.
func gitStandIn() string {
	git, err := exec.LookPath("git")
	if err != nil {
		git = "false"
	}
	return `[ "$1" != clone ] || exec echo "git $*"` + "\nexec " + git + ` "$@"`
}

// applies reports whether a step runs after the steps before it ended with this code.
func (r *pipelineRun) applies(step pipelines.Step, code int) bool {
	if step.If == "always()" {
		return true
	}
	if code != 0 {
		return false
	}
	left, right, compared := strings.Cut(step.If, " == ")
	if !compared {
		left, right, compared = strings.Cut(step.If, " != ")
		return !compared || r.value(left) != strings.Trim(right, "'")
	}
	return r.value(left) == strings.Trim(right, "'")
}

// step runs one step and returns its exit code.
func (r *pipelineRun) step(file string, step pipelines.Step) int {
	if step.Uses != "" {
		r.action(step)
		return 0
	}
	if strings.Contains(step.Shell, "${{") {
		r.ts.Fatalf("step %q: an expression becomes part of the shell text", step.Name)
	}
	path := filepath.Join(r.dir, file)
	r.ts.Check(os.WriteFile(path, []byte(r.place(step.Shell)), 0o600))
	code := exitCodeOf(r.ts, r.ts.Exec("env", slices.Concat(r.environment(step), []string{"sh", "-e", path})...))
	out := r.ts.ReadFile("stdout")
	r.out.WriteString(out)
	r.out.WriteString(r.ts.ReadFile("stderr"))
	r.noteVariables(out)
	return code
}

// noteVariables records the variables that an Azure step sets for later steps.
func (r *pipelineRun) noteVariables(out string) {
	for _, set := range regexp.MustCompile(`(?m)^##vso\[task\.setvariable variable=(\w+);.*?\](.*)$`).FindAllStringSubmatch(out, -1) {
		r.s.given[set[1]] = set[2]
	}
}

// action imitates GitHub's action that keeps an artifact. It ignores other actions.
func (r *pipelineRun) action(step pipelines.Step) {
	if !strings.HasPrefix(step.Uses, "actions/upload-artifact@") {
		return
	}
	path := step.With["path"]
	data, err := os.ReadFile(r.ts.MkAbs(path))
	if os.IsNotExist(err) && step.With["if-no-files-found"] == "ignore" {
		return
	}
	r.ts.Check(err)
	kept := filepath.Join(r.ts.Getenv("ARTIFACTS"), r.expand(step.With["name"]))
	r.ts.Check(os.MkdirAll(kept, 0o700))
	r.ts.Check(os.WriteFile(filepath.Join(kept, path), data, 0o600))
}

// environment returns the environment of a step, as arguments of env. A value given for $NAME
// wins over the file, like a matrix in GitLab.
func (r *pipelineRun) environment(step pipelines.Step) []string {
	set := []string{
		"PATH=" + filepath.Join(r.dir, "bin") + string(os.PathListSeparator) + r.ts.Getenv("PATH"),
		"GITHUB_STEP_SUMMARY=" + filepath.Join(r.dir, "summary"),
		"GITHUB_ENV=" + filepath.Join(r.dir, "env"),
		"GITHUB_OUTPUT=" + filepath.Join(r.dir, "output"),
		"GITHUB_PATH=" + filepath.Join(r.dir, "path"),
	}
	for name, value := range step.Env {
		if matrix, ok := r.s.given["$"+name]; ok {
			value = matrix
		}
		set = append(set, name+"="+r.expand(r.place(value)))
	}
	slices.Sort(set)
	return append(set, strings.Fields(r.ts.ReadFile(filepath.Join(r.dir, "env")))...)
}

// expand replaces the expressions in a value: ${{ … }} in GitHub and $(…) in Azure.
func (r *pipelineRun) expand(text string) string {
	return regexp.MustCompile(`\$\{\{ *(.*?) *\}\}|\$\((.*?)\)`).ReplaceAllStringFunc(text, func(expression string) string {
		return r.value(strings.TrimSpace(strings.Trim(expression, "${}()")))
	})
}

// value returns the value of an expression.
func (r *pipelineRun) value(expression string) string {
	value, ok := r.s.given[expression]
	if !ok {
		r.ts.Fatalf("no value is given for %q", expression)
	}
	return os.Expand(value, r.ts.Getenv)
}

// place replaces paths that do not exist on this machine, longer ones first.
func (r *pipelineRun) place(text string) string {
	var pairs []string
	for _, from := range slices.Backward(slices.Sorted(maps.Keys(r.s.given))) {
		if strings.HasPrefix(from, "/") || strings.HasPrefix(from, "%") {
			pairs = append(pairs, from, os.Expand(r.s.given[from], r.ts.Getenv))
		}
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
