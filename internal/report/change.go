package report

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// The titles of the folded sections of a page.
const (
	asideUnmanaged = "Unmanaged: in the tenant, not in your files"
	asideIgnored   = "Ignored: system-managed, or ignored by your policy"
	asideSatisfied = "Satisfied: log configurations that expired as declared"
)

func changeItem(c planner.Change) Item {
	i := Item{
		Kind: string(c.Action), What: Verb(c.Action), Name: c.Name, ID: c.ID, Source: c.Source,
		Origin: cmp.Or(placeOf(c.Source), "not in your files"), Mark: markOf(c.Action), Apart: true,
		Level: Notice, Test: Test{Result: Passes, Prints: true},
	}
	for _, f := range shownDiff(c) {
		i.Fields = append(i.Fields, changedField(f))
	}
	if c.Action == planner.Delete {
		i.Level, i.Detail = Suspect, attached(c)
	}
	if c.Lapsed {
		i.Note = "log configuration expired or was never set"
	}
	return i
}

// Verb returns an action in words.
func Verb(a planner.Action) string {
	if a == planner.SetLog {
		return "set log config"
	}
	return string(a)
}

func markOf(a planner.Action) Mark {
	return cmp.Or(map[planner.Action]Mark{planner.Create: MarkAdd, planner.Delete: MarkRemove}[a], MarkChange)
}

func changedField(d jsonpatch.Edit) Field {
	f := Field{Path: d.Path, Before: string(d.Before), After: string(d.After)}
	if d.Before == nil && d.After == nil { // of a cluster that does not exist yet
		f.Remark = "must be absent"
	}
	return f
}

// attached says what a delete takes with the cluster.
func attached(c planner.Change) string {
	text := "with " + Count(c.Clients, "client") + " and " + Count(c.Services, "service") + " attached"
	switch {
	case c.AttachedUnknown:
		text = "with an unknown number of clients and services attached"
	case c.Clients+c.Services == 0:
		text = "with no clients or services attached"
	}
	if c.RemoveClients {
		text += "; its clients will be removed"
	}
	return text
}

// shownDiff is the diff of a change as a reviewer sees it. For a delete it is what would be
// lost, without the name, which is in the heading, and without empty values.
func shownDiff(c planner.Change) []jsonpatch.Edit {
	if c.Action != planner.Delete {
		return c.Diff
	}
	return slices.DeleteFunc(slices.Clone(c.Diff), func(d jsonpatch.Edit) bool {
		return d.Path == "/name" || isEmpty(d.Before)
	})
}

// isEmpty reports whether a value is null, "", or an object of nothing but nulls.
func isEmpty(value json.RawMessage) bool {
	var members map[string]any
	if json.Unmarshal(value, &members) != nil {
		return string(value) == `""`
	}
	maps.DeleteFunc(members, func(_ string, member any) bool { return member == nil })
	return len(members) == 0
}

func findingItem(f planner.Finding, skipBlocked bool) Item {
	i := Item{
		Kind: string(f.Kind), What: string(f.Kind), Name: orUnknown(f.Name), ID: f.ID, Source: f.Source, Origin: placeOf(f.Source),
		Message: f.Message, Mark: NoMark, Level: Notice,
	}
	if f.Rule != "" {
		i.Message += " (rule " + f.Rule + ")"
		if f.Name+f.ID == "" {
			i.Name = "the whole plan"
		}
	}
	switch f.Kind {
	case planner.Blocked:
		i.Mark, i.Level = MarkNote, Serious
		i.Alike, i.Trace = alike(f.Message, f.ID)
		i.Test = Test{Result: Fails, Verb: "apply", Reason: f.Message, Prints: true}
		if skipBlocked {
			i.Level, i.Test.Result, i.Test.Reason = Suspect, Skips, "blocked: "+f.Message
		}
	case planner.Denied:
		i.Mark, i.Level, i.Rule, i.Alike = MarkNote, Serious, f.Rule, i.Message
		i.Test = Test{Result: Fails, Verb: "rule " + f.Rule, Reason: f.Message, Prints: true}
	case planner.Waived:
		i.Mark, i.Level, i.Rule, i.Alike = MarkNote, Suspect, f.Rule, i.Message
		i.Test = Test{Result: Skips, Verb: "rule " + f.Rule, Reason: f.Message}
	case planner.Irreversible:
		i.Level = Suspect
	case planner.Ignored: // no pull request can change it, so it is no annotation
		i.Level, i.Aside, i.Alike, i.List = Silent, asideIgnored, string(f.Kind), listUnmanaged
	case planner.Unmanaged:
		i.Aside, i.Alike, i.List = asideUnmanaged, string(f.Kind), listUnmanaged
	case planner.Satisfied:
		i.Aside = asideSatisfied
	}
	return i
}

const kindWarning = "warning"

// listUnmanaged lists the clusters that a text counts.
const listUnmanaged = "clusterctl plan --show-unmanaged"

// warningItems are the warnings about a plan or a run as a whole.
func warningItems(warnings []planner.Warning) []Item {
	var items []Item
	for i, w := range warnings {
		items = append(items, Item{
			Kind: kindWarning, What: kindWarning, Message: w.Message, Source: w.Source, Origin: placeOf(w.Source), Rule: w.Code,
			Mark: MarkNote, Apart: i == 0, IsGeneral: true, Level: Suspect, Test: Test{Result: Skips, Verb: "warning: " + w.Code, Reason: w.Message},
		})
	}
	return items
}

func warningGroup() Group { return Group{Kind: kindWarning, Title: "warning", Plural: "warnings"} }
