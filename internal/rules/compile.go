package rules

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // for getHours("America/Chicago") on machines without a time zone database

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/overloads"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"clusterctl/internal/policy"
)

// MaxExpression is the largest length of an expression, in characters.
const MaxExpression = 4096

// maxDepth is how deep an expression may be nested.
const maxDepth = 100

// Problem is an error in an expression. Offset is its place, in characters.
type Problem struct {
	Offset  int
	Message string
}

// Check type-checks the expression of a rule.
func Check(r policy.Rule) []Problem {
	_, problems := compile(r)
	return problems
}

func compile(r policy.Rule) (p program, problems []Problem) {
	p.rule = r
	problem := func(message string) (program, []Problem) { return p, []Problem{{0, message}} }
	if n := len([]rune(r.Deny)); n > MaxExpression {
		return problem(fmt.Sprintf("the expression has %d characters; at most %d are allowed", n, MaxExpression))
	}
	env, err := environment(r.For)
	if err != nil {
		return problem(err.Error())
	}
	expression, issues := env.Compile(r.Deny)
	if problems := append(problemsOf(r, issues), unknownZones(r.Deny)...); len(problems) > 0 {
		return p, problems
	}
	if t := expression.OutputType(); !t.IsExactType(types.BoolType) && !t.IsExactType(types.DynType) {
		return problem(fmt.Sprintf("expected an expression that is true or false, found %s", t))
	}
	for _, reference := range expression.NativeRep().ReferenceMap() {
		p.readsTenant = p.readsTenant || reference.Name == "tenant"
	}
	sizes := types.NewSizeCalculator(types.SizeCalculatorMaxDepth(maxDepth), types.SizeCalculatorMaxTraversal(maxMemory))
	options := []cel.ProgramOption{
		cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(maxCost), cel.MemoryLimit(maxMemory), cel.MemoryTracking(types.MemoryTrackerSizeCalculator(sizes)),
	}
	if hasOwnPattern(expression.NativeRep().Expr()) {
		options = append(options, cel.CostTrackerOptions(
			cost.OverloadTracker(overloads.Matches, costOfPattern), cost.OverloadTracker(overloads.MatchesString, costOfPattern)))
	}
	p.cel, err = env.Program(expression, options...)
	if err != nil {
		return problem(err.Error())
	}
	return p, nil
}

// hasOwnPattern reports whether an expression makes a regular expression itself. It is compiled each
// time, which takes long; those that are literals are compiled once.
func hasOwnPattern(expression ast.Expr) (found bool) {
	ast.PreOrderVisit(expression, ast.NewExprVisitor(func(e ast.Expr) {
		if e.Kind() == ast.CallKind && e.AsCall().FunctionName() == overloads.Matches {
			arguments := e.AsCall().Args()
			found = found || arguments[len(arguments)-1].Kind() != ast.LiteralKind
		}
	}))
	return found
}

// costOfPattern is the cost of matches with a pattern of the expression's own.
func costOfPattern([]ref.Val, ref.Val) *uint64 { return new(uint64(1000)) }

// environment declares the variables of the rules for a subject.
func environment(subject policy.Subject) (*cel.Env, error) {
	standard, err := cel.NewEnv(cel.OptionalTypes())
	if err != nil {
		return nil, err
	}
	options := []cel.EnvOption{
		cel.CustomTypeProvider(provider{standard.CELTypeProvider()}),
		cel.ParserExpressionSizeLimit(MaxExpression),
		cel.ParserRecursionLimit(maxDepth),
		cel.ExpressionNodeLimit(20_000),
		cel.RegexProgramSizeLimit(2_000),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateTimestampLiterals(), cel.ValidateDurationLiterals()),
	}
	for _, name := range variables(subject) {
		options = append(options, cel.Variable(name, variableType(name)))
	}
	return standard.Extend(options...)
}

// variables names the variables of the rules for a subject.
func variables(subject policy.Subject) []string {
	own := []string{"cluster", "change"}
	switch subject {
	case policy.ForCluster:
		own = []string{"cluster"}
	case policy.ForPlan:
		own = []string{"plan"}
	case policy.ForDelete: // prune deletes clusters without an entry
		own = []string{"change"}
	case policy.ForCreate, policy.ForUpdate, policy.ForSetLog:
	}
	return append(own, "tenant", "now")
}

func problemsOf(r policy.Rule, issues *cel.Issues) (problems []Problem) {
	if issues == nil {
		return nil
	}
	for _, e := range issues.Errors() {
		at := offsetOf(r.Deny, e.Location.Line(), e.Location.Column())
		problems = append(problems, Problem{at, plain(r.For, e.Message, string([]rune(r.Deny)[at:]))})
	}
	return problems
}

// unknownZones finds time zones that do not exist. CEL finds them only when it evaluates the rule.
func unknownZones(expression string) (problems []Problem) {
	zone := regexp.MustCompile(`\.get[A-Z]\w+\(\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\)`)
	for _, at := range zone.FindAllStringSubmatchIndex(expression, -1) {
		begin, end := max(at[2], at[4]), max(at[3], at[5])
		name := expression[begin:end]
		if _, err := time.LoadLocation(name); err != nil && !isOffset(name) {
			problems = append(problems, Problem{len([]rune(expression[:begin])), fmt.Sprintf("unknown time zone %q (use one such as America/Chicago, or -06:00)", name)})
		}
	}
	return problems
}

// isOffset reports whether CEL takes a time zone as hours and minutes from UTC.
func isOffset(zone string) bool { return regexp.MustCompile(`^[+-]?\d\d:\d\d$`).MatchString(zone) }

// offsetOf returns the offset of a place in an expression. Lines count from 1, columns from 0.
func offsetOf(expression string, line, column int) (offset int) {
	lines := strings.SplitAfter(expression, "\n")
	for _, l := range lines[:min(max(line-1, 0), len(lines))] {
		offset += len([]rune(l))
	}
	return min(offset+max(column, 0), len([]rune(expression)))
}
