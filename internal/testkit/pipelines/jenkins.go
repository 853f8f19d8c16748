package pipelines

import (
	"fmt"
	"regexp"
	"strings"
)

// Jenkins returns the shell of a stage of a declarative pipeline: the text between triple quotes,
// in which Groovy replaces only escapes.
func Jenkins(name string, data []byte, stage string) ([]Step, error) {
	_, rest, found := strings.Cut(string(data), fmt.Sprintf("stage('%s')", stage))
	if !found {
		return nil, fmt.Errorf("%s: no stage %q", name, stage)
	}
	body, _, _ := strings.Cut(rest, "stage('")
	var steps []Step
	for _, match := range regexp.MustCompile(`(?s)'''(.*?)'''`).FindAllStringSubmatch(body, -1) {
		steps = append(steps, Step{Name: stage, Shell: strings.ReplaceAll(match[1], `\\`, `\`)})
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("%s: stage %q: %w", name, stage, errNoShell)
	}
	return steps, nil
}
