package pipelines

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// kubernetesContainer is one of a pod.
type kubernetesContainer struct {
	Name    string   `yaml:"name"`
	Command []string `yaml:"command"`
	Args    []string `yaml:"args"`
	Env     []struct {
		Name  string `yaml:"name"`
		Value string `yaml:"value"`
	} `yaml:"env"`
}

// cronJob has the fields of a CronJob that lead to its containers.
type cronJob struct {
	Spec struct {
		JobTemplate struct {
			Spec struct {
				Template struct {
					Spec struct {
						InitContainers []kubernetesContainer `yaml:"initContainers"`
						Containers     []kubernetesContainer `yaml:"containers"`
					} `yaml:"spec"`
				} `yaml:"template"`
			} `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

// Kubernetes returns the command of a container of a CronJob. Without a command, it is
// clusterctl, as in the image. Values from a Secret are not in Env.
func Kubernetes(name string, data []byte, container string) ([]Step, error) {
	documents := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var job cronJob
		err := documents.Decode(&job)
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: no container %q", name, container)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pod := job.Spec.JobTemplate.Spec.Template.Spec
		for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
			if c.Name == container {
				return []Step{c.step()}, nil
			}
		}
	}
}

func (c kubernetesContainer) step() Step {
	s := Step{Name: c.Name, Env: map[string]string{}}
	for _, e := range c.Env {
		if e.Value != "" {
			s.Env[e.Name] = e.Value
		}
	}
	switch {
	case len(c.Command) == 0:
		s.Shell = "clusterctl " + quoted(c.Args)
	case c.Command[0] == "sh":
		s.Shell = "set -eu\n" + strings.Join(c.Args, "\n")
	default:
		s.Shell = quoted(slices.Concat(c.Command, c.Args))
	}
	return s
}

// quoted returns a command line with every word quoted for the shell.
func quoted(words []string) string {
	var all []string
	for _, word := range words {
		all = append(all, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return strings.Join(all, " ")
}
