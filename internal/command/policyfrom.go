package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clusterctl/internal/cli"
	"clusterctl/internal/desired"
	"clusterctl/internal/desired/layout"
	"clusterctl/internal/gitfile"
	"clusterctl/internal/planner"
	"clusterctl/internal/policy"
)

// fromGit begins a --policy-from that names a git ref.
const fromGit = "git:"

// mostChangesNamed is how many differences of a policy its warning names. Only rules can be more.
const mostChangesNamed = 20

func (o *fileOptions) policyFromFlag() cli.Flag {
	return cli.Flag{
		Name: "policy-from", Section: "Files:", To: cli.String(&o.policyFrom),
		Usage: "use the policy of `FILE`, or that of the same files in git (git:REF), instead of the policy of the files",
	}
}

// otherPolicy returns the policy that replaces that of the files, nil if none does.
func (o fileOptions) otherPolicy(ctx context.Context, e env, variables desired.Variables) (*policy.Policy, error) {
	if o.policyFrom == "" {
		return nil, nil //nolint:nilnil // none replaces it
	}
	state, err := o.statePolicyFrom(ctx, e, variables)
	if findings, isFindings := errors.AsType[*filesError](err); isFindings {
		return nil, findings
	}
	if err != nil {
		return nil, fmt.Errorf("--policy-from %s: %w", o.policyFrom, err)
	}
	return &state.Policy, nil
}

// statePolicyFrom loads the files that have the other policy. Only what may hide a policy is an
// error: whether logs have expired, or no cluster is declared, does not matter.
func (o fileOptions) statePolicyFrom(ctx context.Context, e env, variables desired.Variables) (desired.State, error) {
	inputs, err := o.policyInputs(ctx, e, &variables)
	if err != nil {
		return desired.State{}, err
	}
	state, findings := desired.Load(inputs, desired.Options{Variables: variables, AllowEmpty: true})
	switch {
	case findings.HasErrors():
		return state, &filesError{findings.Errors()}
	case !state.HasPolicy && !strings.HasPrefix(o.policyFrom, fromGit):
		return state, errors.New("the file has no policy (add one; policy: {} is the default policy)")
	}
	return state, nil
}

// policyInputs reads the files that have the other policy. In git, variables come from there,
// too: a pull request must not change the policy by a variable.
func (o fileOptions) policyInputs(ctx context.Context, e env, variables *desired.Variables) ([]desired.Input, error) {
	ref, isGit := strings.CutPrefix(o.policyFrom, fromGit)
	if !isGit {
		if o.policyFrom == stdinPath {
			return nil, errors.New("cannot read a policy from standard input (use a file)")
		}
		return readInputs(ctx, e, []string{o.policyFrom})
	}
	commit, err := gitfile.At(ctx, ref)
	if err != nil {
		return nil, err
	}
	if err := o.variablesAt(ctx, e, commit, variables); err != nil {
		return nil, err
	}
	return o.readAt(ctx, commit, orDefault(o.paths))
}

// variablesAt replaces the variables of files by those at a commit. A file outside of the
// repository belongs to the pipeline, and is read as it is.
func (o fileOptions) variablesAt(ctx context.Context, e env, commit gitfile.Commit, variables *desired.Variables) error {
	var inputs []desired.Input
	for _, path := range o.variableFiles {
		at, err := o.readAt(ctx, commit, []string{path})
		if errors.Is(err, gitfile.ErrOutside) {
			at, err = readInputs(ctx, e, []string{path})
		}
		if err != nil {
			return err
		}
		inputs = append(inputs, at...)
	}
	loaded, findings := desired.LoadVariables(inputs)
	if findings.HasErrors() {
		return &filesError{findings.Errors()}
	}
	loaded.Given, loaded.Getenv = variables.Given, variables.Getenv
	*variables = loaded
	return nil
}

func (o fileOptions) readAt(ctx context.Context, commit gitfile.Commit, paths []string) ([]desired.Input, error) {
	var inputs []desired.Input
	for _, path := range paths {
		if path == stdinPath {
			return nil, errors.New("standard input (-) is not in git (use files, or --policy-from FILE)")
		}
		files, err := commit.Read(ctx, path, desired.IsListed, layout.MaxBytes)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			inputs = append(inputs, desired.Input{Name: o.policyFrom + ":" + file.Path, Data: file.Data})
		}
	}
	return inputs, nil
}

// policyWarning says that the policy of the files is not the one that is used, and names what differs.
func (o fileOptions) policyWarning(state desired.State) []planner.Warning {
	changes := state.PolicyChanges
	if len(changes) == 0 {
		return nil
	}
	if more := len(changes) - mostChangesNamed; more > 0 {
		changes = append(slices.Clone(changes[:mostChangesNamed]), fmt.Sprintf("and %d more", more))
	}
	return []planner.Warning{{Code: planner.CodePolicyDiffers, Message: fmt.Sprintf(
		"the policy of %s is used; that of your files differs: %s", o.policyFrom, strings.Join(changes, ", "))}}
}
