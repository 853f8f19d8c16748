package rules

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"clusterctl/internal/policy"
	"clusterctl/internal/spelling"
)

// plain rewrites an error of the CEL compiler for users. rest is the expression from its place on.
func plain(subject policy.Subject, message, rest string) string {
	if name, ok := quotedAfter(message, "undeclared reference to "); ok {
		return unknownName(subject, name, strings.HasPrefix(strings.TrimPrefix(strings.TrimLeft(rest, "."), name), "("))
	}
	if name, ok := quotedAfter(message, "undefined field "); ok {
		return fmt.Sprintf("unknown field %q%s", name, didYouMean(name, fieldNames()))
	}
	if m := regexp.MustCompile(`^found no matching overload for '(\w+)' applied to '(?:(.+)\.)?\((.*)\)'$`).FindStringSubmatch(message); m != nil {
		return cannotUse(strings.Trim(m[1], "_"), m[2], m[3])
	}
	if m := regexp.MustCompile(`^found no matching overload for '(\S+)' applied to '\((.*), (.*)\)'$`).FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("cannot use %s with %s and %s", strings.Trim(m[1], "_"), m[2], m[3])
	}
	return plainSyntax(message)
}

// plainSyntax rewrites an error of the CEL parser, or of the check of a literal.
func plainSyntax(message string) string {
	message = strings.TrimPrefix(message, "Syntax error: ")
	message, _, _ = strings.Cut(message, " expecting ") // a list of all tokens
	for _, found := range []string{"token recognition error at: ", "mismatched input ", "extraneous input ", "no viable alternative at input "} {
		if text, ok := strings.CutPrefix(message, found); ok {
			message = "unexpected " + text
		}
	}
	switch message {
	case "unexpected '<EOF>'":
		return "the expression ends too early"
	case "unexpected '= '", "unexpected '='":
		return "unexpected = (use == to compare)"
	case "unexpected 'and'":
		return "unexpected and (use &&)"
	case "unexpected 'or'":
		return "unexpected or (use ||)"
	case "invalid matches argument":
		return "the regular expression is invalid or too large"
	case "invalid timestamp argument":
		return "invalid timestamp (use a time such as 2026-12-18T00:00:00Z)"
	case "invalid duration argument":
		return "invalid duration (use one such as 8h or 90m)"
	default:
		return message
	}
}

// quotedAfter returns the quoted word after a prefix.
func quotedAfter(message, prefix string) (word string, ok bool) {
	rest, ok := strings.CutPrefix(message, prefix+"'")
	word, _, _ = strings.Cut(rest, "'")
	return word, ok
}

func unknownName(subject policy.Subject, name string, isCall bool) string {
	if isCall {
		return fmt.Sprintf("unknown function %q%s", name, didYouMean(name, functionNames()))
	}
	return fmt.Sprintf("unknown name %q (a rule for %s can use %s)", name, subject, strings.Join(variables(subject), ", "))
}

func cannotUse(function, receiver, arguments string) string {
	if receiver != "" {
		return fmt.Sprintf("cannot call %s(%s) of %s", function, arguments, receiver)
	}
	return fmt.Sprintf("cannot call %s(%s)", function, arguments)
}

func didYouMean(word string, known []string) string {
	if near, ok := spelling.Nearest(word, known); ok {
		return fmt.Sprintf(" (did you mean %s?)", near)
	}
	return ""
}

// fieldNames returns the fields of all objects.
func fieldNames() []string {
	var names []string
	for _, own := range fields() {
		names = append(names, slices.Collect(maps.Keys(own))...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// functionNames returns the functions and macros that a mistyped one may be.
func functionNames() []string {
	return []string{
		"all", "contains", "duration", "endsWith", "exists", "exists_one", "filter", "getDate", "getDayOfMonth", "getDayOfWeek",
		"getDayOfYear", "getFullYear", "getHours", "getMinutes", "getMonth", "getSeconds", "has", "int", "map", "matches", "orValue",
		"size", "startsWith", "string", "timestamp", "type",
	}
}

// explain rewrites an error of an evaluation for users.
func explain(err error) error {
	message := err.Error()
	key := regexp.MustCompile(`no such key: (\S+)`).FindStringSubmatch(message)
	switch {
	case strings.Contains(message, "cost limit exceeded"):
		return errors.New("it takes too many steps; simplify it")
	case strings.Contains(message, "memory limit exceeded"):
		return errors.New("it needs too much memory; simplify it")
	case key != nil:
		return fmt.Errorf("%s is not set; test it with has(…) first", key[1])
	default:
		return err
	}
}
