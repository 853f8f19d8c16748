// Package report holds what every report says. Document is the one view model of all of
// them; the packages below render one, each in its format, and decide nothing.
package report

import (
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Document is what a report says. Text from a file or a tenant is made printable in it,
// but for its Data, its Tenant, and the sources and identities of its items.
type Document struct {
	Kind       string // "plan", "undo", "drift", "apply", "receipt", "validate", "status" or "ping"
	Tool       string
	Tenant     cluster.Tenant
	Data       any    // the document as JSON has it
	Unverified string // warns that the listing may not be complete; empty if it is
	Verdict    string // the last line of a text, which scripts match
	Nothing    string // says in a test report that there is nothing to report
	Compares   bool   // fields are expected and found, not before and after

	Items  []Item  // in the order of a text, warnings last
	Groups []Group // the kinds of items in the order of a comment or a page
	Runs   []Run   // those of a receipt, whose items they hold
	Rules  []Rule  // what SARIF declares

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
	Subject  Phrase
	Verdict  string // that of the document if empty
	Tone     Tone
	Tallies  []Tally
	Facts    []Fact
	First    []string // the kinds that stand in front
	Asides   []string // the folded sections
	Timeline *Timeline
}

// Tone is the mood of a verdict.
type Tone int

// The tones: something is to be done, nothing is, or something is wrong.
const (
	Pending Tone = iota
	Good
	Bad
)

// toneOf is bad if something needs attention first, and else good if nothing is to be done.
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
	Kind     string // an action, a kind of finding or drift, or an outcome: what it is counted by
	What     string // in front of the name: the kind, or the action that had an outcome
	Name, ID string
	Source   *Source // nil if no file has to do with the item
	Origin   string  // the place that texts and pages name; may be empty
	State    string  // an outcome, in front of the message
	Message  string
	Sent     string // the request that the message answers
	Detail   string // what goes with a cluster that is deleted
	Note     string // for pages only, which have room
	Cause    string // that of the item if no field has one
	Absence  string // what is wrong with an item that has neither message nor field
	Accepted *Accepted
	Fields   []Field
	Requests []Field // the writes that were sent for a change: status and request id

	Mark      Mark
	Apart     bool   // begins a paragraph
	Line      string // a finding as a line of a log, which has all of it
	IsGeneral bool   // concerns the document as a whole
	Aside     string // the folded section of a page that has the item; may be empty

	Level    Level
	Test     Test
	Rule     string   // names the kind among those of all tools
	Identity []string // what the item is recognised by from run to run
}

// Accepted is drift that is accepted.
type Accepted struct {
	Reason string
	Until  time.Time
}

// Term says in front of the reason how long it holds.
func (a Accepted) Term() string { return "known until " + a.Until.Format(time.RFC3339) + ": " }

// Field is one field of an item. A value that is absent is empty.
type Field struct {
	Path, Before, After string
	Remark              string // the cause of a difference, or what a field without values means
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
	Verb   string // stands in front of the name; empty for What
	Reason string // says why the test does not pass; empty for the name
	Prints bool   // all that the item says is the test's output
}

// Group is the items of one kind in a comment.
type Group struct {
	Kind   string
	Title  string // behind the number
	Plural string // the title if the number is not 1; empty for the same
	Manner Manner
	Layout Layout
	Most   int // how many a text lists in a row; 0 for all
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

// GeneralFirst are the items in the order of a pipeline, first what concerns all.
func (d Document) GeneralFirst() []Item {
	var items []Item
	if d.Unverified != "" {
		items = warningItems([]planner.Warning{{Code: "listing-not-verified", Message: d.Unverified}})
	}
	for _, general := range []bool{true, false} {
		for _, i := range d.Items {
			if i.IsGeneral == general {
				items = append(items, i)
			}
		}
	}
	return items
}
