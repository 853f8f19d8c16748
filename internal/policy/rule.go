package policy

// Rule denies what its expression is true for. Its JSON form is in plan documents.
type Rule struct {
	// Name identifies the rule in reports and waivers.
	Name string  `json:"name"`
	For  Subject `json:"for"`
	// Deny is a CEL expression.
	Deny    string `json:"deny"`
	Message string `json:"message"`
	Level   Level  `json:"level"`
}

// Subject is what a rule decides about.
type Subject string

// The subjects: an entry, a change by its action, or the whole plan.
const (
	ForCluster Subject = "cluster"
	ForCreate  Subject = "create"
	ForUpdate  Subject = "update"
	ForSetLog  Subject = "set-log"
	ForDelete  Subject = "delete"
	ForPlan    Subject = "plan"
)

// Subjects returns all subjects.
func Subjects() []Subject {
	return []Subject{ForCluster, ForCreate, ForUpdate, ForSetLog, ForDelete, ForPlan}
}

// Level says whether a denial refuses, or only warns.
type Level string

// The levels of a rule.
const (
	Error   Level = "error"
	Warning Level = "warning"
)

// Levels returns all levels.
func Levels() []Level { return []Level{Error, Warning} }
