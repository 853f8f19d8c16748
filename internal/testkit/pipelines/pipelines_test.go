package pipelines_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"clusterctl/internal/testkit/pipelines"
)

var shellDir = flag.String("shell", "", "write the shell of the examples into this directory, for shellcheck")

// examples are the jobs of examples/ci, each with its reader. nothing
func examples() map[string]func(name string, data []byte) ([]pipelines.Step, error) {
	type read = func(name string, data []byte) ([]pipelines.Step, error)
	job := func(of func(string, []byte, string) ([]pipelines.Step, error), job string) read {
		return func(name string, data []byte) ([]pipelines.Step, error) { return of(name, data, job) }
	}
	const ci = "examples/ci/"
	return map[string]read{
		"action.yml":                            pipelines.Action,
		ci + "github/plan.yml":                  job(pipelines.GitHub, "plan"),
		ci + "github/apply.yml":                 job(pipelines.GitHub, "apply"),
		ci + "github/drift.yml":                 job(pipelines.GitHub, "drift"),
		ci + "gitlab/.gitlab-ci.yml plan":       job(pipelines.GitLab, "plan"),
		ci + "gitlab/.gitlab-ci.yml apply":      job(pipelines.GitLab, "apply"),
		ci + "gitlab/.gitlab-ci.yml drift":      job(pipelines.GitLab, "drift"),
		ci + "azure/azure-pipelines.yml plan":   job(pipelines.Azure, "plan"),
		ci + "azure/azure-pipelines.yml apply":  job(pipelines.Azure, "apply"),
		ci + "azure/azure-pipelines.yml drift":  job(pipelines.Azure, "drift"),
		ci + "jenkins/Jenkinsfile Plan":         job(pipelines.Jenkins, "Plan"),
		ci + "jenkins/Jenkinsfile Apply":        job(pipelines.Jenkins, "Apply"),
		ci + "jenkins/Jenkinsfile Drift":        job(pipelines.Jenkins, "Drift"),
		ci + "kubernetes/drift.yaml drift":      job(pipelines.Kubernetes, "drift"),
		ci + "kubernetes/drift.yaml push":       job(pipelines.Kubernetes, "push"),
		ci + "kubernetes/tenants.yaml clone":    job(pipelines.Kubernetes, "clone"),
		ci + "kubernetes/tenants.yaml drift":    job(pipelines.Kubernetes, "drift"),
		ci + "systemd/clusterctl-drift.service": pipelines.Systemd,

		"examples/fleet/github.yml share":      job(pipelines.GitHub, "share"),
		"examples/fleet/github.yml merge":      job(pipelines.GitHub, "merge"),
		"examples/fleet/kubernetes.yaml clone": job(pipelines.Kubernetes, "clone"),
		"examples/fleet/kubernetes.yaml drift": job(pipelines.Kubernetes, "drift"),
	}
}

func steps(t *testing.T, of string) []pipelines.Step {
	t.Helper()
	name, _, _ := strings.Cut(of, " ")
	data, err := os.ReadFile(filepath.Join("..", "..", "..", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	all, err := examples()[of](name, data)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestNothingIsPutIntoShell checks that no system expands expressions in the text that a shell
// runs: the name of a branch could be a command. Values come through the environment.
func TestNothingIsPutIntoShell(t *testing.T) {
	t.Parallel()
	for of := range examples() {
		for _, step := range steps(t, of) {
			if strings.Contains(step.Shell, "${{") {
				t.Errorf("%s, %s: an expression in shell", of, step.Name)
			}
			if strings.Contains(of, "azure") && strings.Contains(step.Shell, "$(SAIL") {
				t.Errorf("%s, %s: a variable of Azure in shell", of, step.Name)
			}
		}
	}
}

// TestActionsArePinned checks that third-party actions are pinned to a commit, with the version
// in a comment.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	for of := range examples() {
		for _, step := range steps(t, of) {
			action, version, _ := strings.Cut(step.Uses, "@")
			if action == "" || action == "acme/clusterctl" {
				continue
			}
			if len(version) != 40 || strings.Trim(version, "0123456789abcdef") != "" {
				t.Errorf("%s: %s is not pinned to a commit", of, step.Uses)
			}
		}
	}
}

// TestEveryExampleIsRead checks that examples has every file of examples/ci that contains shell.
func TestEveryExampleIsRead(t *testing.T) {
	t.Parallel()
	without := []string{"clusterctl-drift.timer", "Dockerfile", "tenants.gitlab-ci.yml"}
	read := map[string]bool{}
	for of := range examples() {
		name, _, _ := strings.Cut(of, " ")
		read[filepath.Base(filepath.Dir(name))+"/"+filepath.Base(name)] = true
	}
	for _, name := range without {
		for _, dir := range []string{"systemd", "kubernetes", "gitlab"} {
			read[dir+"/"+name] = true
		}
	}
	files, err := filepath.Glob("../../../examples/ci/*/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range append(files, "../../../examples/ci/gitlab/.gitlab-ci.yml") {
		if name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file); !read[name] {
			t.Errorf("no test reads %s", name)
		}
	}
}

// TestShell writes the shell of each step to a file in the directory of -shell, and checks that
// every example has some.
func TestShell(t *testing.T) {
	t.Parallel()
	for of := range examples() {
		scripts := 0
		for i, step := range steps(t, of) {
			if step.Shell == "" {
				continue
			}
			scripts++
			if *shellDir != "" {
				name := fmt.Sprintf("%s-%d.sh", strings.NewReplacer("/", "-", " ", "-", ".", "-").Replace(of), i)
				if err := os.WriteFile(filepath.Join(*shellDir, name), []byte(step.Shell), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if scripts == 0 {
			t.Errorf("%s: no shell", of)
		}
	}
}

// TestTenantsOverrideJobs checks that the file for many tenants names existing jobs: any other
// name would be a new job without a script.
func TestTenantsOverrideJobs(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../../examples/ci/gitlab/tenants.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var jobs map[string]yaml.Node
	if err := yaml.Unmarshal(data, &jobs); err != nil {
		t.Fatal(err)
	}
	delete(jobs, "include")
	for job := range jobs {
		if _, ok := examples()["examples/ci/gitlab/.gitlab-ci.yml "+job]; !ok && !strings.HasPrefix(job, ".") {
			t.Errorf("%s is not a job of .gitlab-ci.yml", job)
		}
	}
}

func TestReadings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read func(string, []byte) ([]pipelines.Step, error)
		text string
		want []pipelines.Step
	}{
		"the environment of a step wins at GitHub": {
			read: func(name string, data []byte) ([]pipelines.Step, error) { return pipelines.GitHub(name, data, "a") },
			text: "env: {A: 1, B: 1, C: 1}\njobs: {a: {env: {B: 2, C: 2}, steps: [{name: n, if: always(), run: r, env: {C: 3}}]}}",
			want: []pipelines.Step{{Name: "n", If: "always()", Shell: "r", Env: map[string]string{"A": "1", "B": "2", "C": "3"}}},
		},
		"a job at GitLab begins with what it extends": {
			read: func(name string, data []byte) ([]pipelines.Step, error) { return pipelines.GitLab(name, data, "a") },
			text: "variables: {A: 1}\n.b: {before_script: [x], variables: {A: 2}}\na: {extends: .b, script: [y, z]}",
			want: []pipelines.Step{{Name: "a", Shell: "x\ny\nz", Env: map[string]string{"A": "2"}}},
		},
		"Groovy halves backslashes": {
			read: func(name string, data []byte) ([]pipelines.Step, error) { return pipelines.Jenkins(name, data, "A") },
			text: `stage('A') { sh '''a \\( b''' } stage('B') { sh '''c''' }`,
			want: []pipelines.Step{{Name: "A", Shell: `a \( b`}},
		},
		"arguments of a container are words": {
			read: func(name string, data []byte) ([]pipelines.Step, error) { return pipelines.Kubernetes(name, data, "a") },
			text: "kind: ConfigMap\n---\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a, args: [drift, \"it's\"], env: [{name: A, value: b}, {name: S, valueFrom: {}}]}]}}}}}",
			want: []pipelines.Step{{Name: "a", Shell: `clusterctl 'drift' 'it'\''s'`, Env: map[string]string{"A": "b"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.read("file", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read func(string, []byte, string) ([]pipelines.Step, error)
		text string
		want string
	}{
		"a job at GitHub":        {pipelines.GitHub, "jobs: {a: {}, b: {}}", `f: no job "x" (available: a, b)`},
		"a job at GitLab":        {pipelines.GitLab, "a: {}", `f: no job "x" (available: a)`},
		"a job that is extended": {pipelines.GitLab, "x: {extends: .y}", `f: no job ".y" (available: x)`},
		"a stage at Azure":       {pipelines.Azure, "stages: []", `f: stage "x": it runs no shell`},
		"a stage of Jenkins":     {pipelines.Jenkins, "", `f: no stage "x"`},
		"shell in one":           {pipelines.Jenkins, "stage('x') {}", `f: stage "x": it runs no shell`},
		"a container":            {pipelines.Kubernetes, "kind: CronJob", `f: no container "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := test.read("f", []byte(test.text), "x"); err == nil || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}
