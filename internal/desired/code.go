package desired

import (
	"slices"

	"clusterctl/internal/desired/layout"
)

// Code names a rule for good: people search for it, and pipelines match it.
type Code = layout.Code

// The codes of what is wrong with the meaning of a file; those of its text are in
// package layout.
const (
	// What is not of the language.
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

	// What ${NAME} cannot stand for.
	codeUndefinedVariable Code = "undefined-variable"
	codeBadVariable       Code = "bad-variable"

	// What makes no sense in a cluster.
	codeUnknownState          Code = "unknown-state"
	codeUnknownUpdateState    Code = "unknown-update-state"
	codeAbsentWithSettings    Code = "absent-with-settings"
	codeRemoveClients         Code = "remove-clients-without-absent"
	codeMissingRootLevel      Code = "missing-root-level"
	codeUnknownLevel          Code = "unknown-level"
	codeExpirationAndDuration Code = "expiration-and-duration"
	codeExpirationWithoutZone Code = "expiration-without-zone"
	codeBadExpiration         Code = "bad-expiration"

	// What contradicts something else that the files say.
	codeStatedTwice      Code = "stated-twice"
	codeTenantConflict   Code = "tenant-conflict"
	codePolicyConflict   Code = "policy-conflict"
	codeDuplicateName    Code = "duplicate-name"
	codeDuplicateID      Code = "duplicate-id"
	codeRenamedFromTaken Code = "renamed-from-taken"
	codeEmptyClusters    Code = "empty-clusters"

	// What is taken, but hardly meant.
	codeUnknownType        Code = "unknown-type"
	codeRootLevelTrace     Code = "root-level-trace"
	codeVerboseWithoutEnd  Code = "verbose-without-end"
	codeWindowPast         Code = "window-past"
	codeBadGMTOffset       Code = "bad-gmt-offset"
	codeRenewOverDuration  Code = "renew-over-duration"
	codeProtectedAndAbsent Code = "protected-and-absent"
	codeSimilarName        Code = "similar-name"

	// What makes no sense in a file of known drift.
	codeMissingKey  Code = "missing-key"
	codeUnknownKind Code = "unknown-kind"
	codeBadPointer  Code = "bad-pointer"
	codeUselessPath Code = "path-without-fields"
)

// Rule is what a code stands for: every finding with that code has its
// severity.
type Rule struct {
	Code     Code
	Severity Severity
	// Summary is what the rule finds, as part of a sentence.
	Summary string
}

// Rules lists every rule that there is, in the order of docs/reference/diagnostics.md.
func Rules() []Rule {
	return slices.Concat(languageRules(), clusterRules(), otherRules())
}

func languageRules() []Rule {
	return []Rule{
		{layout.FileTooLarge, Error, "a file larger than 64 MiB"},
		{layout.InvalidCharacter, Error, "a character that cannot stand in a YAML file"},
		{layout.SyntaxError, Error, "what is not YAML"},
		{layout.EmptyFile, Error, "a file that declares nothing"},
		{layout.UnknownAnchor, Error, "an alias without an anchor before it"},
		{layout.AliasCycle, Error, "an alias inside what it points to"},
		{layout.AliasExpansion, Error, "aliases that stand for too much"},
		{layout.TooDeep, Error, "nesting that is too deep"},

		{codeUnknownKey, Error, "a key that the language does not have"},
		{codeDuplicateKey, Error, "a key written twice"},
		{codeEmptyKey, Error, "an empty or blank key"},
		{layout.WrongType, Error, "a value of the wrong type"},
		{codeBadNumber, Error, "a number that is not plainly written"},
		{codeOutOfRange, Error, "a number that is too small or too large"},
		{codeEmptyValue, Error, "an empty or blank value"},
		{codeEmptyName, Error, "a cluster with an empty or blank name"},
		{codeMissingName, Error, "a cluster without a name"},
		{codeMissingVersion, Error, "a file without a version"},
		{codeBadVersion, Error, "a version of the language that is not known"},
		{codeBadGlob, Error, "a name pattern that cannot be meant"},

		{codeUndefinedVariable, Error, "a variable that nothing defines"},
		{codeBadVariable, Error, "a variable that is not well written"},
	}
}

func clusterRules() []Rule {
	return []Rule{
		{codeUnknownState, Error, "a state other than present and absent"},
		{codeUnknownUpdateState, Error, "an updateState that the API does not take"},
		{codeAbsentWithSettings, Error, "settings of a cluster that is to be gone"},
		{codeRemoveClients, Error, "removeClients where nothing is removed"},
		{codeMissingRootLevel, Error, "a logConfig without a rootLevel"},
		{codeUnknownLevel, Error, "a log level that the API does not take"},
		{codeExpirationAndDuration, Error, "an expiration together with a duration"},
		{codeExpirationWithoutZone, Error, "an expiration without a time zone"},
		{codeBadExpiration, Error, "an expiration that is no time"},

		{codeStatedTwice, Error, "what a file may state only once"},
		{codeTenantConflict, Error, "files for different tenants"},
		{codePolicyConflict, Error, "different policies"},
		{codeDuplicateName, Error, "two clusters of one name"},
		{codeDuplicateID, Error, "two clusters of one id"},
		{codeRenamedFromTaken, Error, "a former name that another cluster claims"},
		{codeEmptyClusters, Error, "prune with no cluster to keep"},
	}
}

func otherRules() []Rule {
	return []Rule{
		{codeUnknownType, Warning, "a type that the vendor does not document"},
		{codeRootLevelTrace, Warning, "everything logged at TRACE"},
		{codeVerboseWithoutEnd, Warning, "DEBUG or TRACE without an end"},
		{codeWindowPast, Warning, "a log window that has ended"},
		{codeBadGMTOffset, Warning, "a gmtOffset that is no offset"},
		{codeRenewOverDuration, Warning, "renewal sooner than the time granted"},
		{codeProtectedAndAbsent, Warning, "a protected cluster that is to be gone"},
		{codeSimilarName, Warning, "a name that looks like another one"},

		{layout.Unformattable, Error, "a file that fmt leaves as it is"},

		{codeMissingKey, Error, "known drift without a name, a reason or an end"},
		{codeUnknownKind, Error, "a kind of drift that there is not"},
		{codeBadPointer, Error, "a path that is no JSON Pointer"},
		{codeUselessPath, Error, "a path where no single field can drift"},
	}
}
