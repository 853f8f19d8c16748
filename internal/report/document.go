// Package report holds what every report says. Document is the one view model of
// plans, drift, results, receipts, findings, checks and the status of a tenant; the
// packages below it render one, each in its format, and decide nothing.
package report

import (
	"slices"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Document is what a report says, whatever it is a report of. Text that came from a
// file or a tenant is made printable in it, but for its Data, its Tenant, and the
// sources and identities of its items.
type Document struct {
	// Kind distinguishes documents of one tenant: "plan", "undo", "drift", "apply",
	// "receipt" or "validate".
	Kind   string
	Tool   string
	Tenant cluster.Tenant
	// Data is the document as JSON has it.
	Data any
	// Unverified warns that the listing may not be complete; empty if it is.
	Unverified string
	// Verdict is the last line of a text. Scripts match it.
	Verdict string
	// Nothing says in a test report that there is nothing to report.
	Nothing string
	// Items are in the order of a text, warnings last.
	Items []Item
	// Groups are the kinds of items in the order of a comment or a page.
	Groups []Group
	// Runs are those of a receipt, whose items they hold.
	Runs []Run
	// Compares is set if fields are expected and found, not before and after.
	Compares bool
	// Rules are what SARIF declares.
	Rules []Rule

	Text    Text
	Comment Comment
	Page    Page
}

// Text is what only a text has.
type Text struct {
	Lead    []Phrase // the first lines
	Table   *Table   // of a status
	Checks  []Check  // of a ping
	Adopt   string   // entries for a file, ready to be pasted
	Closing string   // in front of the verdict
}

// Comment is what only a comment on a pull request has.
type Comment struct {
	Headline string // the verdict if empty
	Intro    Phrase // below the headline
	Outro    Phrase
	Whole    string // where all items are
	Runs     int    // how many are told, the last ones
	Verbs    bool   // items begin with what was done
}

// Page is what only a page has.
type Page struct {
	Subject Phrase
	Verdict string // that of the document if empty
	Tone    Tone
	Tallies []Tally
	Facts   []Fact
	// First are the kinds that stand in front, Asides the folded sections.
	First, Asides []string
	Timeline      *Timeline // nil: none
}

// Tone is the mood of a verdict.
type Tone int

// The tones: something is to be done, nothing is, or something is wrong.
const (
	Pending Tone = iota
	Good
	Bad
)

// toneOf is good if nothing is to be done, and bad if something needs attention
// before anything else.
func toneOf(good, bad bool) Tone {
	switch {
	case bad:
		return Bad
	case good:
		return Good
	default:
		return Pending
	}
}

// Tally is how many there are of a kind.
type Tally struct {
	Kind, Label string
	N           int
}

// Fact is one of the things that a verdict rests on.
type Fact struct {
	Term, Text string
	IsCode     bool
}

// Mark stands in front of a line of text.
type Mark string

// The marks.
const (
	NoMark     Mark = " "
	MarkAdd    Mark = "+"
	MarkChange Mark = "~"
	MarkRemove Mark = "-"
	MarkNote   Mark = "!"
)

// Level is how serious an item is, or a cell of a table.
type Level int

// The levels. Silent items are no annotations.
const (
	Silent Level = iota
	Notice
	Suspect
	Serious
)

// String is the level as pipelines name it.
func (l Level) String() string { return [...]string{"", "notice", "warning", "error"}[l] }

// Source is a place in a file.
type Source = cluster.Source

// Item is one change, finding, difference, outcome, request or warning.
type Item struct {
	// Kind is what the item is counted and grouped by: an action, a kind of finding
	// or drift, an outcome.
	Kind string
	// What stands in front of the name: the kind, or the action that had an outcome.
	What     string
	Name, ID string
	// Source is nil if no file has to do with the item.
	Source *Source
	// Origin is the place that texts and pages name; may be empty.
	Origin string
	// State is an outcome, in front of the message.
	State   string
	Message string
	// Sent is the request that the message answers.
	Sent string
	// Detail is what goes with a cluster that is deleted.
	Detail string
	// Note is for pages only, which have room.
	Note string
	// Cause is that of the item if no field has one.
	Cause string
	// Absence says what is wrong with an item that has neither message nor field.
	Absence string
	Known   *Known
	Fields  []Field
	// Requests are the writes that were sent for a change, with status and request id.
	Requests []Field

	Mark Mark
	// Apart items begin a paragraph.
	Apart bool
	// Line is a finding as a line of a log, which has all of it.
	Line string
	// IsGeneral items concern the document as a whole.
	IsGeneral bool
	// Aside is the folded section of a page that has the item; empty for none.
	Aside string

	Level Level
	Test  Test
	// Rule names the kind among those of all tools.
	Rule string
	// Identity is what an item is recognised by from run to run.
	Identity []string
}

// Known is drift that is accepted.
type Known struct {
	Reason string
	Until  time.Time
}

// Term says in front of the reason how long it holds.
func (k Known) Term() string { return "known until " + k.Until.Format(time.RFC3339) + ": " }

// Field is one field of an item. A value that is absent is empty.
type Field struct {
	Path, Before, After string
	// Remark is the cause of a difference, or what a field without values means.
	Remark string
}

// TestResult is what became of a test.
type TestResult int

// The results of an item as a test.
const (
	NoTest TestResult = iota
	Passes
	Fails
	Skips
)

// Test is an item as a test report has it.
type Test struct {
	Result TestResult
	// Verb stands in front of the name; empty for What.
	Verb string
	// Reason says why the test does not pass.
	Reason string
	// Prints puts all that the item says into the test's output.
	Prints bool
}

// Group is the items of one kind in a comment.
type Group struct {
	Kind  string
	Title string // behind the number
	// Plural is the title if the number is not 1; empty for the same.
	Plural string
	Manner Manner
	Layout Layout
	// Most is how many a text lists in a row; 0 for all.
	Most int
}

// Manner is how much of a group shows.
type Manner int

// The manners: always, until a reader folds it, and once a reader unfolds it.
const (
	Visible Manner = iota
	Unfolded
	Folded
)

// Layout is how an item of a comment looks.
type Layout int

// The layouts.
const (
	Bulleted Layout = iota // with its fields as a part of the list item
	Flush                  // with its fields at the margin
	Headed                 // no list item, but a heading of its fields
)

// Run is one run of a receipt.
type Run struct {
	Lead    Phrase
	Title   string // of a comment
	Start   time.Time
	Digest  string
	Verdict string
	Items   []Item
}

// Rule is a kind of finding.
type Rule struct {
	ID, Summary string
	Level       Level
}

// Key distinguishes the tenant of the document from others: its name, if it has one.
func (d Document) Key() string { return tenantKey(d.Tenant) }

// GeneralFirst are the items in the order of a pipeline: first what a reader should
// know before anything else, such as that the listing is not verified.
func (d Document) GeneralFirst() []Item {
	var items []Item
	if d.Unverified != "" {
		items = warningItems([]planner.Warning{{Code: "listing-not-verified", Message: d.Unverified}})
	}
	items = append(items, d.Items...)
	slices.SortStableFunc(items, func(a, b Item) int {
		if a.IsGeneral == b.IsGeneral {
			return 0
		}
		if a.IsGeneral {
			return -1
		}
		return 1
	})
	return items
}
