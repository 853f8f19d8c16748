package desired

import (
	"slices"

	"clusterctl/internal/desired/layout"
)

// Code identifies a rule. Codes never change: people search for them, and pipelines
// match them.
type Code = layout.Code

// The codes of findings about the content of a file. Package layout has those about
// its text.
const (
	// Keys and values that the file format does not allow.
	codeUnknownKey     Code = "unknown-key"
	codeDuplicateKey   Code = "duplicate-key"
	codeEmptyKey       Code = "empty-key"
	codeBadNumber      Code = "bad-number"
	codeOutOfRange     Code = "out-of-range"
	codeEmptyValue     Code = "empty-value"
	codeEmptyName      Code = "empty-name"
	codeMissingName    Code = "missing-name"
	codeMissingVersion Code = "missing-version"
	codeBadVersion     Code = "unsupported-version"
	codeBadGlob        Code = "bad-glob"
	codeUnknownCode    Code = "unknown-code"

	// Variables that cannot be replaced.
	codeUndefinedVariable Code = "undefined-variable"
	codeBadVariable       Code = "bad-variable"

	// Invalid settings of a cluster.
	codeUnknownState          Code = "unknown-state"
	codeUnknownUpdateState    Code = "unknown-update-state"
	codeAbsentWithSettings    Code = "absent-with-settings"
	codeRemoveClients         Code = "remove-clients-without-absent"
	codeMissingRootLevel      Code = "missing-root-level"
	codeUnknownLevel          Code = "unknown-level"
	codeMisspelledType        Code = "misspelled-type"
	codeExpirationAndDuration Code = "expiration-and-duration"
	codeExpirationWithoutZone Code = "expiration-without-zone"
	codeBadExpiration         Code = "bad-expiration"

	// Conflicts between entries and between files.
	codeStatedTwice      Code = "stated-twice"
	codeTenantConflict   Code = "tenant-conflict"
	codePolicyConflict   Code = "policy-conflict"
	codeDuplicateName    Code = "duplicate-name"
	codeDuplicateID      Code = "duplicate-id"
	codeRenamedFromTaken Code = "renamed-from-taken"
	codeEmptyClusters    Code = "empty-clusters"

	// Warnings: accepted, but probably a mistake.
	codeUnknownType        Code = "unknown-type"
	codeRootLevelTrace     Code = "root-level-trace"
	codeVerboseWithoutEnd  Code = "verbose-without-end"
	codeWindowPast         Code = "window-past"
	codeBadGMTOffset       Code = "bad-gmt-offset"
	codeRenewOverDuration  Code = "renew-over-duration"
	codeProtectedAndAbsent Code = "protected-and-absent"
	codeSimilarName        Code = "similar-name"
	codeSurroundingSpace   Code = "surrounding-space"
	codeMisspelledSetting  Code = "misspelled-setting"
	codeMisspelledLogger   Code = "misspelled-logger"
	codeBadEmail           Code = "bad-email"
	codeUnusedVariable     Code = "unused-variable"

	// Rules of a policy: mistakes in them, and what they deny.
	codeBadRuleName    Code = "bad-rule-name"
	codeDuplicateRule  Code = "duplicate-rule"
	codeUnknownSubject Code = "unknown-subject"
	codeUnknownRuling  Code = "unknown-rule-level"
	codeBadExpression  Code = "bad-expression"
	codeDenied         Code = "denied"
	codeDiscouraged    Code = "denied-warning"

	// Mistakes in a known-drift file.
	codeMissingKey  Code = "missing-key"
	codeUnknownKind Code = "unknown-kind"
	codeBadPointer  Code = "bad-pointer"
	codeUselessPath Code = "path-without-fields"

	// Mistakes in a project file.
	codeBadTenant       Code = "bad-tenant"
	codeDuplicateTenant Code = "duplicate-tenant"
	codeBadOrigin       Code = "bad-credential"
	codeUnknownVersion  Code = "unknown-api-version"
)

// Rule describes a code. All findings with that code have its severity.
type Rule struct {
	Code     Code
	Severity Severity
	// Summary is what the rule finds, without a final period.
	Summary string
}

// Rules returns all rules, in the order of docs/reference/diagnostics.md.
func Rules() []Rule {
	return slices.Concat(languageRules(), clusterRules(), otherRules())
}

func languageRules() []Rule {
	return []Rule{
		{layout.FileTooLarge, Error, "a file larger than 64 MiB"},
		{layout.InvalidCharacter, Error, "a character that YAML does not allow"},
		{layout.SyntaxError, Error, "text that is not valid YAML"},
		{layout.EmptyFile, Error, "a file without content"},
		{layout.UnknownAnchor, Error, "an alias whose anchor is not defined before it"},
		{layout.AliasCycle, Error, "an alias inside the value it refers to"},
		{layout.AliasExpansion, Error, "aliases that expand to too many values"},
		{layout.TooDeep, Error, "values nested too deeply"},

		{codeUnknownKey, Error, "an unknown key"},
		{codeDuplicateKey, Error, "a key that appears twice in one map"},
		{codeEmptyKey, Error, "an empty or blank key"},
		{layout.WrongType, Error, "a value of the wrong type"},
		{codeBadNumber, Error, "a number that is not a plain whole number"},
		{codeOutOfRange, Error, "a number that is too small or too large"},
		{codeEmptyValue, Error, "an empty or blank value"},
		{codeEmptyName, Error, "a cluster with an empty or blank name"},
		{codeMissingName, Error, "a cluster without a name"},
		{codeMissingVersion, Error, "a file without a version"},
		{codeBadVersion, Error, "an unsupported format version"},
		{codeBadGlob, Error, "an invalid name pattern"},
		{codeUnknownCode, Error, "a code in policy.allow that no warning has"},

		{codeUndefinedVariable, Error, "an undefined variable"},
		{codeBadVariable, Error, "an invalid variable"},
	}
}

func clusterRules() []Rule {
	return []Rule{
		{codeUnknownState, Error, "a state other than present and absent"},
		{codeUnknownUpdateState, Error, "an unknown updateState"},
		{codeAbsentWithSettings, Error, "settings on a cluster with state: absent"},
		{codeRemoveClients, Error, "removeClients without state: absent"},
		{codeMisspelledType, Error, "a type that differs from a known one only in case or white space"},
		{codeMissingRootLevel, Error, "a logConfig without a rootLevel"},
		{codeUnknownLevel, Error, "an unknown log level"},
		{codeExpirationAndDuration, Error, "expiration and durationMinutes set together"},
		{codeExpirationWithoutZone, Error, "an expiration without a time zone"},
		{codeBadExpiration, Error, "an expiration that is not a valid time"},

		{codeStatedTwice, Error, "a key that a file may set only once, set again"},
		{codeTenantConflict, Error, "files for different tenants"},
		{codePolicyConflict, Error, "files with different policies"},
		{codeDuplicateName, Error, "two clusters with the same name"},
		{codeDuplicateID, Error, "two clusters with the same id"},
		{codeRenamedFromTaken, Error, "a renamedFrom that another cluster also claims"},
		{codeEmptyClusters, Error, "prune without any declared cluster"},
	}
}

func otherRules() []Rule {
	return []Rule{
		{codeUnknownType, Warning, "a type that SailPoint does not document"},
		{codeRootLevelTrace, Warning, "rootLevel set to TRACE"},
		{codeVerboseWithoutEnd, Warning, "DEBUG or TRACE without an expiration"},
		{codeWindowPast, Warning, "a log configuration that has expired"},
		{codeBadGMTOffset, Warning, "a gmtOffset that is not a UTC offset in hours"},
		{codeRenewOverDuration, Warning, "a renewal window longer than the duration"},
		{codeProtectedAndAbsent, Warning, "state: absent on a protected cluster"},
		{codeSimilarName, Warning, "a name that looks like another name"},
		{codeSurroundingSpace, Warning, "a text that begins or ends with white space"},
		{codeMisspelledSetting, Warning, "a configuration key that is almost a known one"},
		{codeMisspelledLogger, Warning, "a logger name that is almost a known one"},
		{codeBadEmail, Warning, "an email address without a name or a domain"},
		{codeUnusedVariable, Warning, "a variable that no file uses"},

		{codeBadRuleName, Error, "a rule name with other characters than letters, digits and . _ -"},
		{codeDuplicateRule, Error, "two rules with the same name"},
		{codeUnknownSubject, Error, "a rule for an unknown subject"},
		{codeUnknownRuling, Error, "an unknown level of a rule"},
		{codeBadExpression, Error, "a rule whose expression is not valid"},
		{codeDenied, Error, "a cluster that a rule denies"},
		{codeDiscouraged, Warning, "a cluster that a rule of level warning denies"},

		{layout.Unformattable, Error, "a file that fmt cannot format"},

		{codeMissingKey, Error, "a rule, known drift or tenant without a required key"},
		{codeUnknownKind, Error, "an unknown kind of drift"},
		{codeBadPointer, Error, "a path that is not a JSON Pointer"},
		{codeUselessPath, Error, "a path on drift that affects a whole cluster"},

		{codeBadTenant, Error, "an invalid name, label or address of a tenant in a project file"},
		{codeDuplicateTenant, Error, "two tenants of a project file with the same address"},
		{codeBadOrigin, Error, "a credential in a project file that does not say where it comes from"},
		{codeUnknownVersion, Error, "an unknown API version"},
	}
}
