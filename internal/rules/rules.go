// Package rules decides the rules of a policy. A rule is a CEL expression that is true for what
// must not happen. It is type-checked before it is used, reads only the variables that it is
// given, and has a bounded cost. A rule that cannot be evaluated denies.
package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"clusterctl/internal/policy"
)

// The limits of an evaluation, in the units of CEL: about one for each operation, and for each ten
// characters that a text operation reads.
const (
	maxCost   = 2_000_000  // of one evaluation
	maxTotal  = 20_000_000 // of all evaluations of a Set
	maxMemory = 10_000_000 // elements and characters that one evaluation holds
	minCost   = 50         // that is counted for an evaluation: for CEL, a constant is free
)

// MaxRules is the largest number of rules of a policy.
const MaxRules = 1000

// Set is a list of compiled rules. It is not safe for concurrent use.
type Set struct {
	programs []program
	left     uint64 // of maxTotal
}

type program struct {
	rule        policy.Rule
	cel         cel.Program
	readsTenant bool
	err         error // why there is no program
}

// Denial is what a rule denied. Message has no name of the cluster.
type Denial struct {
	Rule    policy.Rule
	Message string
}

// Context holds what all rules can read.
type Context struct {
	// Org and Pod identify the tenant. Without a value, a rule that needs it cannot be evaluated. If
	// the context is offline, a rule whose result depends on such a value does not deny.
	Org, Pod string
	Offline  bool
	Now      time.Time
}

// Compile compiles rules. A rule with an error denies everything that it is about. One beyond
// MaxRules denies everything.
func Compile(list []policy.Rule) *Set {
	s := &Set{left: maxTotal}
	for i, r := range list {
		if i == MaxRules {
			for _, r.For = range policy.Subjects() {
				s.programs = append(s.programs, program{rule: r, err: fmt.Errorf("there are more than %d rules", MaxRules)})
			}
			break
		}
		p, problems := compile(r)
		if len(problems) > 0 {
			p.err = errors.New(problems[0].Message)
		}
		s.programs = append(s.programs, p)
	}
	return s
}

// Has reports whether there is a rule for any of the subjects.
func (s *Set) Has(subjects ...policy.Subject) bool {
	return slices.ContainsFunc(s.programs, func(p program) bool { return slices.Contains(subjects, p.rule.For) })
}

// decide evaluates the rules for a subject, with its variables if there are any rules.
func (s *Set) decide(subject policy.Subject, c Context, variables func() (map[string]any, error)) (denials []Denial) {
	if !s.Has(subject) {
		return nil
	}
	values, invalid := variables()
	for name, value := range values {
		values[name] = shared(value)
	}
	for _, p := range s.programs {
		if p.rule.For != subject {
			continue
		}
		denied, err := false, invalid
		if err == nil {
			denied, err = s.eval(p, c, values)
		}
		switch {
		case err != nil:
			denials = append(denials, Denial{p.rule, fmt.Sprintf("%s (the rule cannot be evaluated: %v)", p.rule.Message, err)})
		case denied:
			denials = append(denials, Denial{p.rule, p.rule.Message})
		}
	}
	return denials
}

func (s *Set) eval(p program, c Context, values map[string]any) (denied bool, err error) {
	switch {
	case p.err != nil:
		return false, p.err
	case s.left == 0:
		return false, errors.New("all rules together take too many steps; simplify them")
	}
	result, details, err := p.cel.Eval(c.variables(values))
	cost := uint64(minCost)
	if actual := details.ActualCost(); actual != nil {
		cost = max(cost, *actual)
	}
	s.left -= min(s.left, cost)
	switch {
	case err != nil && c.Offline && p.readsTenant: // which is not known
		return false, nil
	case err != nil:
		return false, explain(err)
	}
	denied, isBool := result.Value().(bool)
	if !isBool {
		return false, fmt.Errorf("expected true or false, found %v", result.Type())
	}
	return denied, nil
}

// variables returns the variables of an evaluation. Offline, what is not known of the tenant is
// an error, not absent: has(tenant.pod) must not be false.
func (c Context) variables(values map[string]any) map[string]any {
	tenant := map[string]any{}
	for field, value := range map[string]string{"org": c.Org, "pod": c.Pod} {
		switch {
		case value != "":
			tenant[field] = value
		case c.Offline:
			tenant[field] = types.NewErr("the %s of the tenant is not known", field)
		}
	}
	vars := map[string]any{"tenant": tenant, "now": c.Now}
	maps.Copy(vars, values)
	return vars
}
