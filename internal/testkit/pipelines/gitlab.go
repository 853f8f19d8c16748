package pipelines

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// gitLabJob is a job, or a hidden one that others extend.
type gitLabJob struct {
	Extends      string            `yaml:"extends"`
	Variables    map[string]string `yaml:"variables"`
	BeforeScript []string          `yaml:"before_script"`
	Script       []string          `yaml:"script"`
}

// GitLab returns the shell of a job, after that of the job that it extends. It all runs in one
// shell.
func GitLab(name string, data []byte, job string) ([]Step, error) {
	var file struct {
		Variables map[string]string    `yaml:"variables"`
		Jobs      map[string]yaml.Node `yaml:",inline"`
	}
	if err := unmarshal(name, data, &file); err != nil {
		return nil, err
	}
	j, err := gitLabJobOf(name, job, file.Jobs)
	if err != nil {
		return nil, err
	}
	var base gitLabJob
	if j.Extends != "" {
		if base, err = gitLabJobOf(name, j.Extends, file.Jobs); err != nil {
			return nil, err
		}
	}
	return []Step{{
		Name:  job,
		Shell: strings.Join(slices.Concat(base.BeforeScript, j.Script), "\n"),
		Env:   merged(file.Variables, base.Variables, j.Variables),
	}}, nil
}

func gitLabJobOf(name, job string, jobs map[string]yaml.Node) (gitLabJob, error) {
	node, err := find(name, "job", job, jobs)
	if err != nil {
		return gitLabJob{}, err
	}
	var j gitLabJob
	return j, node.Decode(&j)
}
