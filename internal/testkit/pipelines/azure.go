package pipelines

import "fmt"

// azureStep is a step of a job. Tasks, which run no shell, are skipped.
type azureStep struct {
	Bash        string            `yaml:"bash"`
	DisplayName string            `yaml:"displayName"`
	Env         map[string]string `yaml:"env"`
}

// azureJob is a job, or the deployment to an environment.
type azureJob struct {
	Steps    []azureStep `yaml:"steps"`
	Strategy struct {
		RunOnce struct {
			Deploy struct {
				Steps []azureStep `yaml:"steps"`
			} `yaml:"deploy"`
		} `yaml:"runOnce"`
	} `yaml:"strategy"`
}

// Azure returns the shell of the jobs of a stage.
func Azure(name string, data []byte, stage string) ([]Step, error) {
	var file struct {
		Stages []struct {
			Stage string     `yaml:"stage"`
			Jobs  []azureJob `yaml:"jobs"`
		} `yaml:"stages"`
	}
	if err := unmarshal(name, data, &file); err != nil {
		return nil, err
	}
	var steps []Step
	for _, s := range file.Stages {
		if s.Stage != stage {
			continue
		}
		for _, job := range s.Jobs {
			steps = append(steps, azureSteps(append(job.Steps, job.Strategy.RunOnce.Deploy.Steps...))...)
		}
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("%s: stage %q: %w", name, stage, errNoShell)
	}
	return steps, nil
}

func azureSteps(steps []azureStep) []Step {
	var all []Step
	for _, s := range steps {
		if s.Bash != "" {
			all = append(all, Step{Name: s.DisplayName, Shell: s.Bash, Env: s.Env})
		}
	}
	return all
}
