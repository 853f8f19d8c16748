package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// defaultFile is read if no file is named.
const defaultFile = "clusters.yaml"

type fileOptions struct {
	paths         []string
	variables     []string // NAME=VALUE
	variableFiles []string
	allowEmpty    bool
	decideRules   bool // report what the rules for clusters deny
	waivers       []planner.Waiver
	policy        policyOptions
	policyFrom    string // FILE or git:REF; empty for the policy of the files
}

func (o *fileOptions) flags() []cli.Flag {
	return append([]cli.Flag{
		o.pathFlag(),
		{Name: "allow-empty", Section: "Files:", To: cli.Bool(&o.allowEmpty), Usage: "allow pruning when the files declare no clusters"},
	}, o.variableFlags()...)
}

func (o *fileOptions) variableFlags() []cli.Flag {
	return []cli.Flag{
		{Name: "var", Section: "Files:", To: cli.Strings(&o.variables), Usage: "set the variable ${NAME} in the files (`NAME=VALUE`); repeatable"},
		{Name: "var-file", Section: "Files:", To: cli.Strings(&o.variableFiles), Usage: "read variables from the YAML file `PATH`; repeatable, the last value of a variable wins"},
	}
}

func (o *fileOptions) pathFlag() cli.Flag {
	return cli.Flag{
		Name: "file", Short: "f", Section: "Files:", To: cli.Strings(&o.paths),
		Usage: "read desired state from `PATH`: a file, a directory, or - for standard input; repeatable (default: " + defaultFile + ")",
	}
}

// orDefault returns the paths, or the default if there are none.
func orDefault(paths []string) []string {
	if len(paths) == 0 {
		return []string{defaultFile}
	}
	return paths
}

// loadFiles reads the desired state and returns the warnings about it. With errors it returns
// all findings in the error.
func loadFiles(ctx context.Context, e env, o fileOptions, now time.Time) (desired.State, desired.Diagnostics, error) {
	state, findings, err := o.load(ctx, e, now)
	if err == nil && findings.HasErrors() {
		err = &filesError{findings}
	}
	if err != nil {
		return desired.State{}, nil, err
	}
	return state, findings.Warnings(), nil
}

// load reads the desired state. If variables have errors, it returns only those findings.
func (o fileOptions) load(ctx context.Context, e env, now time.Time) (desired.State, desired.Diagnostics, error) {
	inputs, err := readFiles(ctx, e, orDefault(o.paths))
	if err != nil {
		return desired.State{}, nil, err
	}
	return o.loadInputs(ctx, e, inputs, now)
}

// loadInputs is load for files that were read before.
func (o fileOptions) loadInputs(ctx context.Context, e env, inputs []desired.Input, now time.Time) (desired.State, desired.Diagnostics, error) {
	variables, findings, err := o.loadVariables(ctx, e)
	if err != nil || findings.HasErrors() {
		return desired.State{}, findings, err
	}
	other, err := o.otherPolicy(ctx, e, variables)
	if err != nil {
		return desired.State{}, nil, err
	}
	state, findings := desired.Load(inputs, desired.Options{
		Variables: variables, ReportUnused: true, Now: now, Policy: other,
		Prune: o.policy.prune, AllowEmpty: o.allowEmpty, DecideRules: o.decideRules, Waived: o.isWaived,
	})
	state.Policy = o.policy.over(state.Policy)
	return state, findings, e.expectOrg(state.Tenant)
}

func (o fileOptions) loadVariables(ctx context.Context, e env) (desired.Variables, desired.Diagnostics, error) {
	if slices.Contains(o.paths, "-") && slices.Contains(o.variableFiles, "-") {
		return desired.Variables{}, nil, errors.New("standard input cannot be both --file and --var-file")
	}
	given := make(map[string]string, len(o.variables))
	for _, assignment := range o.variables {
		name, value, err := desired.ParseVariable(assignment)
		if err != nil {
			return desired.Variables{}, nil, fmt.Errorf("--var %q: %w", assignment, err)
		}
		given[name] = value
	}
	inputs, err := readInputs(ctx, e, o.variableFiles)
	if err != nil {
		return desired.Variables{}, nil, fmt.Errorf("--var-file: %w", err)
	}
	variables, findings := desired.LoadVariables(inputs)
	variables.Given, variables.Getenv = given, e.variable
	return variables, findings, nil
}

// variable returns an environment variable for a file. The one of --var-file is not a
// variable named FILE.
func (e env) variable(name string) string {
	if name == cli.Variable("var-file") {
		return ""
	}
	return e.Getenv(name)
}

func warn(e env, warnings desired.Diagnostics) {
	for _, d := range warnings {
		e.Log.Warn(d.String(), findingFields(d)...)
	}
}

func readFiles(ctx context.Context, e env, paths []string) ([]desired.Input, error) {
	inputs, err := readInputs(ctx, e, paths)
	if errors.Is(err, fs.ErrNotExist) && slices.Equal(paths, []string{defaultFile}) {
		err = fmt.Errorf("%w (%suse -f to name the files)", err, e.projectHint())
	}
	return inputs, err
}

// isWaived reports whether a waiver lets the denials of a rule pass.
func (o fileOptions) isWaived(rule string) bool {
	return slices.ContainsFunc(o.waivers, func(w planner.Waiver) bool { return w.Rule == rule })
}
