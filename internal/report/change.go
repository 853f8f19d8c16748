package report

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
)

// The folded sections of a page.
const (
	asideUnmanaged = "Unmanaged: live, and in no file"
	asideIgnored   = "Ignored: left alone by a rule"
	asideSatisfied = "Satisfied: log windows that have ended"
)

func changeItem(c planner.Change) Item {
	i := Item{
		Kind: string(c.Action), What: string(c.Action), Name: c.Name, ID: c.ID, Source: c.Source,
		Origin: cmp.Or(placeOf(c.Source), "in no file"), Mark: markOf(c.Action), Apart: true,
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

func markOf(a planner.Action) Mark {
	return cmp.Or(map[planner.Action]Mark{planner.Create: MarkAdd, planner.Delete: MarkRemove}[a], MarkChange)
}

func changedField(d jsonpatch.Edit) Field {
	f := Field{Path: d.Path, Before: string(d.Before), After: string(d.After)}
	if d.Before == nil && d.After == nil { // of a cluster still to be created
		f.Remark = "not to be there"
	}
	return f
}

// attached says what goes with a cluster that is deleted.
func attached(c planner.Change) string {
	text := "with " + Count(c.Clients, "client") + " and " + Count(c.Services, "service") + " attached"
	if c.AttachedUnknown {
		text = "with attached clients not known"
	}
	if c.RemoveClients {
		text += ", and its clients removed with it"
	}
	return text
}

// shownDiff is the diff of a change as a person reviews it. Of a delete that is what
// would be lost: not the name, which its heading has, and nothing that is empty.
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
		Kind: string(f.Kind), What: string(f.Kind), Name: f.Name, ID: f.ID, Source: f.Source, Origin: placeOf(f.Source),
		Message: f.Message, Mark: NoMark, Level: Notice,
	}
	switch f.Kind {
	case planner.Blocked:
		i.Mark, i.Level = MarkNote, Serious
		i.Test = Test{Result: Fails, Verb: "apply", Reason: f.Message, Prints: true}
		if skipBlocked {
			i.Level, i.Test.Result, i.Test.Reason = Suspect, Skips, "blocked: "+f.Message
		}
	case planner.Irreversible:
		i.Level = Suspect
	case planner.Ignored: // nobody has to do with it, in no pull request
		i.Level, i.Aside = Silent, asideIgnored
	case planner.Unmanaged:
		i.Aside = asideUnmanaged
	case planner.Satisfied:
		i.Aside = asideSatisfied
	}
	return i
}

const kindWarning = "warning"

// warningItems are what a reader should know of a plan or a run as a whole.
func warningItems(warnings []planner.Warning) []Item {
	var items []Item
	for _, w := range warnings {
		items = append(items, Item{
			Kind: kindWarning, What: kindWarning, Message: w.Message, Source: w.Source, Origin: placeOf(w.Source), Rule: w.Code,
			Mark: MarkNote, Apart: true, IsGeneral: true, Level: Suspect, Test: Test{Result: Skips, Verb: "warning: " + w.Code, Reason: w.Message},
		})
	}
	return items
}

func warningGroup() Group { return Group{Kind: kindWarning, Title: "warning", Plural: "warnings"} }
