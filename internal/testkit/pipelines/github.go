package pipelines

// gitHubStep is a step of a workflow or of a composite action.
type gitHubStep struct {
	Name string            `yaml:"name"`
	If   string            `yaml:"if"`
	Uses string            `yaml:"uses"`
	With map[string]string `yaml:"with"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
}

// GitHub returns the steps of a job of a workflow.
func GitHub(name string, data []byte, job string) ([]Step, error) {
	var workflow struct {
		Env  map[string]string `yaml:"env"`
		Jobs map[string]struct {
			Env   map[string]string `yaml:"env"`
			Steps []gitHubStep      `yaml:"steps"`
		} `yaml:"jobs"`
	}
	if err := unmarshal(name, data, &workflow); err != nil {
		return nil, err
	}
	j, err := find(name, "job", job, workflow.Jobs)
	if err != nil {
		return nil, err
	}
	return gitHubSteps(j.Steps, workflow.Env, j.Env), nil
}

// Action returns the steps of a composite action.
func Action(name string, data []byte) ([]Step, error) {
	var action struct {
		Runs struct {
			Steps []gitHubStep `yaml:"steps"`
		} `yaml:"runs"`
	}
	if err := unmarshal(name, data, &action); err != nil {
		return nil, err
	}
	return gitHubSteps(action.Runs.Steps), nil
}

func gitHubSteps(steps []gitHubStep, env ...map[string]string) []Step {
	var all []Step
	for _, s := range steps {
		all = append(all, Step{
			Name: s.Name, If: s.If, Uses: s.Uses, With: s.With, Shell: s.Run,
			Env: merged(append(env, s.Env)...),
		})
	}
	return all
}
