package command

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/cluster"
)

func failOnFlag(to *[]cluster.Conditions) cli.Flag {
	return cli.Flag{
		Name: "fail-on", Section: "Output:", To: cli.EachParsed(to, parseConditions), Words: []string{"unhealthy", "outdated", "expiring=2h"},
		Usage: "exit with 2 if a cluster meets `CONDITION`: unhealthy, outdated or expiring=2h (its log configuration expires within 2 hours); repeatable, or separated by commas",
	}
}

// parseConditions reads conditions that are separated by commas.
func parseConditions(text string) (c cluster.Conditions, err error) {
	for word := range strings.SplitSeq(text, ",") {
		name, value, hasValue := strings.Cut(strings.TrimSpace(word), "=")
		switch {
		case name == "unhealthy" && !hasValue:
			c.Unhealthy = true
		case name == "outdated" && !hasValue:
			c.Outdated = true
		case name == "expiring":
			within, err := parseRemaining(value)
			if err != nil {
				return c, err
			}
			c.Expiring = max(c.Expiring, within)
		default:
			return c, fmt.Errorf("unknown condition %q (use unhealthy, outdated or expiring=DURATION)", word)
		}
	}
	return c, nil
}

func parseRemaining(text string) (time.Duration, error) {
	within, err := time.ParseDuration(text)
	if err != nil || within <= 0 {
		return 0, errors.New("expiring needs a duration above 0 (use a value such as expiring=2h)")
	}
	return within, nil
}

// mergeConditions returns the conditions of all values of the flag.
func mergeConditions(values []cluster.Conditions) (all cluster.Conditions) {
	for _, c := range values {
		all.Unhealthy = all.Unhealthy || c.Unhealthy
		all.Outdated = all.Outdated || c.Outdated
		all.Expiring = max(all.Expiring, c.Expiring)
	}
	return all
}
