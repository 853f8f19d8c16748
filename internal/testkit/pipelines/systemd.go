package pipelines

import (
	"fmt"
	"strings"
)

// Systemd returns the command of a service, with the environment from its unit. Specifiers such
// as %d are not replaced.
func Systemd(name string, data []byte) ([]Step, error) {
	step := Step{Name: name, Env: map[string]string{}}
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "ExecStart":
			step.Shell = value
		case "Environment":
			variable, text, _ := strings.Cut(value, "=")
			step.Env[variable] = text
		}
	}
	if step.Shell == "" {
		return nil, fmt.Errorf("%s: %w", name, errNoShell)
	}
	return []Step{step}, nil
}
