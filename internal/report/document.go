// Package report holds the content of every report. Document is the one view model; the
// packages below render it, each in its format, and decide nothing.
package report

import (
	"cmp"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// Document is the content of a report. Text from a file or a tenant is printable in it,
// except in Data, Tenant, and the sources and identities of items.
type Document struct {
	Kind       string // "plan", "undo", "drift", "apply", "receipt", "validate", "status", "ping" or "compare"
	Tool       string
	Tenant     cluster.Tenant
	Data       any    // the JSON document
	Unverified string // the warning about an unverified listing; empty if it is verified
	Policy     string // the warning that a plan does not use the policy of its files; may be empty
	Verdict    string // the last line of a text, which scripts match
	Nothing    string // the name of the only test of an empty test report
	Compares   bool   // fields have expected and found values, not before and after

	Items  []Item  // in the order of a text: blocked items first, warnings last
	Groups []Group // the kinds of items, in the order of a comment
	Runs   []Run   // the runs of a receipt, with its items
	// Sections are the reports on several tenants.
	Sections []Section
	Rules    []Rule // for SARIF

	Text    Text
	Comment Comment
	Page    Page

	// Rendering is what a report on several tenants keeps besides Data.
	Rendering Rendering

	key string // instead of the tenant
}

// Text holds what only the text format shows.
type Text struct {
	Lead    []Phrase // the first lines
	Table   *Table   // of status
	Checks  []Check  // of ping
	Adopt   string   // entries to paste into a file
	Whole   string   // the whole text, already written
	Closing string   // before the verdict
}

// Comment holds what only a comment on a pull request shows.
type Comment struct {
	Headline string // the verdict if empty
	Intro    Phrase // below the headline
	Outro    Phrase
	Whole    string // the report that lists all items
	Runs     int    // how many runs are shown, the latest ones
	Verbs    bool   // items begin with their action
}

// Page holds what only a page shows.
type Page struct {
	Subject  Phrase
	Verdict  string // that of the document if empty
	Tone     Tone
	Columns  []string // the headings of fields and their values; nil for the usual ones
	Tallies  []Tally
	Facts    []Fact
	First    []string // the kinds that come first
	Asides   []string // the folded sections
	Timeline *Timeline
}

// Tone is how a page colours its verdict.
type Tone int

// The tones: changes are pending, nothing to do, or a problem.
const (
	Pending Tone = iota
	Good
	Bad
)

// toneOf returns Bad if bad, else Good if good, else Pending.
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

// Tally counts the items of a kind.
type Tally struct {
	Kind, Label string
	N           int
}

// Fact is one line of the facts below a verdict.
type Fact struct {
	Term, Text string
	IsCode     bool
}

// Mark begins a line of text.
type Mark string

// The marks.
const (
	NoMark     Mark = " "
	MarkAdd    Mark = "+"
	MarkChange Mark = "~"
	MarkRemove Mark = "-"
	MarkNote   Mark = "!"
)

// Level is how serious an item or a cell of a table is.
type Level int

// The levels. Silent items are no annotations.
const (
	Silent Level = iota
	Notice
	Suspect
	Serious
)

// String returns the name of the level in pipelines.
func (l Level) String() string { return [...]string{"", "notice", "warning", "error"}[l] }

// Source is a place in a file.
type Source = cluster.Source

// Item is one change, finding, difference, outcome, request or warning.
type Item struct {
	Kind     string // an action, a finding, a kind of drift or an outcome: items are counted by it
	What     string // before the name: the kind, or the action that had an outcome
	Name, ID string
	Source   *Source // nil if the item is in no file
	Origin   string  // the source as texts and pages show it; may be empty
	State    string  // an outcome, before the message
	Message  string
	Sent     string // the request that the message answers
	Detail   string // what a delete takes with the cluster
	Note     string // for pages only
	Cause    string // the cause of the item if its fields have none
	Absence  string // the text of an item without message and fields
	Accepted *Accepted
	Fields   []Field
	Requests []Field // the writes sent for a change: status and request id

	// Alike is the message without what is of this cluster only, such as its id. Texts and
	// comments show several items with the same one as a bundle; empty: never.
	Alike string
	Trace string // the request id, which Alike lacks
	List  string // the command that lists the items of a bundle; a text only counts them

	Mark      Mark
	Apart     bool   // begins a paragraph
	Line      string // the whole finding as a line of a log
	IsGeneral bool   // is about the document as a whole
	Aside     string // the folded section of a page for the item; may be empty

	Level    Level
	Test     Test
	Rule     string   // the rule id, unique among tools
	Identity []string // stays the same from run to run
}

// Accepted says why and until when drift is accepted.
type Accepted struct {
	Reason string
	Until  time.Time
}

// Term is the text before the reason.
func (a Accepted) Term() string { return "known " + cluster.Period(a.Until) + ": " }

// Field is one field of an item. An absent value is empty.
type Field struct {
	Path, Before, After string
	Remark              string // the cause of a difference, or the meaning of a field without values
}

// TestResult is the result of a test.
type TestResult int

// The results of an item as a test.
const (
	NoTest TestResult = iota
	Passes
	Fails
	Skips
)

// Test is the item in a test report.
type Test struct {
	Result TestResult
	Verb   string // before the name; empty for What
	Reason string // why the test does not pass; empty for the name
	Prints bool   // the text of the item is the output of the test
}

// Group is a section of a comment, with the items of one kind.
type Group struct {
	Kind   string
	Title  string // after the number
	Plural string // the title if the number is not 1; empty for the same
	Manner Manner
	Layout Layout
	// Folds is when a long comment folds the group: the lowest first, 0 never.
	Folds int
}

// Manner is whether a group is shown or folded.
type Manner int

// The manners: always shown, open until folded, and folded until opened.
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
	Flush                  // with its fields at the left margin
	Headed                 // no list item, but a heading above its fields
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

// Key identifies the tenant of the document: its name, or else its address.
func (d Document) Key() string { return cmp.Or(d.key, tenantKey(d.Tenant)) }

// Parts returns the documents with items: the document itself, or its sections.
func (d Document) Parts() []Section {
	if len(d.Sections) == 0 {
		return []Section{{Document: d}}
	}
	return d.Sections
}

// Notices returns the warnings with which every format begins.
func (d Document) Notices() (all []Item) {
	all = noticesOf(d.Sections)
	var warnings []planner.Warning
	if d.Policy != "" {
		warnings = append(warnings, planner.Warning{Code: planner.CodePolicyDiffers, Message: d.Policy})
	}
	if d.Unverified != "" {
		warnings = append(warnings, planner.Warning{Code: "listing-not-verified", Message: d.Unverified})
	}
	return append(all, warningItems(warnings)...)
}

// GeneralFirst returns the items in the order of a pipeline: first those about the whole
// document, with its verdict.
func (d Document) GeneralFirst() []Item {
	items := d.Notices()
	if d.Verdict != "" {
		items = append(items, Item{What: cmp.Or(d.Page.Subject.String(), d.Kind), Message: d.Verdict, IsGeneral: true, Level: Notice})
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
