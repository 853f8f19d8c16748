package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"clusterctl/internal/cluster"
	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/policy"
)

// Change is a change as rules see it.
type Change struct {
	Action, Name, ID string
	Diff             []jsonpatch.Edit
	// Entry is the entry of the cluster, nil if it has none; see EntryOf.
	Entry json.RawMessage
	// Live is the served document, nil for a cluster that does not exist.
	Live json.RawMessage
}

// Plan is a plan as rules see it.
type Plan struct {
	Changes []Change
	// Summary holds the counts of the plan document.
	Summary json.RawMessage
}

// Entry decides the rules for an entry; see EntryOf.
func (s *Set) Entry(entry json.RawMessage, c Context) []Denial {
	return s.decide(policy.ForCluster, c, func() (map[string]any, error) {
		value, err := entryValue(entry)
		return map[string]any{"cluster": value}, err
	})
}

// Change decides the rules for the action of a change.
func (s *Set) Change(change Change, c Context) []Denial {
	return s.decide(policy.Subject(change.Action), c, func() (map[string]any, error) {
		value, err := change.value()
		values := map[string]any{"change": value}
		if err == nil && change.Entry != nil {
			values["cluster"], err = entryValue(change.Entry)
		}
		return values, err
	})
}

// Plan decides the rules for a whole plan.
func (s *Set) Plan(plan Plan, c Context) []Denial {
	return s.decide(policy.ForPlan, c, func() (map[string]any, error) {
		value, err := plan.value()
		return map[string]any{"plan": value}, err
	})
}

func (p Plan) value() (any, error) {
	changes := []any{}
	for _, change := range p.Changes {
		value, err := change.value()
		if err != nil {
			return nil, err
		}
		changes = append(changes, value)
	}
	summary, err := decode(p.Summary)
	return map[string]any{"changes": changes, "summary": summary}, err
}

// shared returns a value as CEL has it, converted once with all that is in it. CEL then measures
// the size of each part only once, however often a rule reads it.
func shared(value any) ref.Val {
	adapter := types.DefaultTypeAdapter
	switch v := value.(type) {
	case map[string]any:
		members := map[ref.Val]ref.Val{}
		for key, member := range v {
			members[types.String(key)] = shared(member)
		}
		return types.NewRefValMap(adapter, members)
	case []any:
		items := make([]ref.Val, len(v))
		for i, item := range v {
			items[i] = shared(item)
		}
		return types.NewRefValList(adapter, items)
	default:
		return adapter.NativeToValue(v)
	}
}

func (c Change) value() (any, error) {
	diff := []any{}
	for _, edit := range c.Diff {
		value := map[string]any{"path": edit.Path}
		for name, side := range map[string]json.RawMessage{"before": edit.Before, "after": edit.After} {
			if jsonpatch.IsNull(side) {
				continue
			}
			var err error
			if value[name], err = decode(side); err != nil {
				return nil, fmt.Errorf("%s: %w", edit.Path, err)
			}
		}
		diff = append(diff, value)
	}
	value := map[string]any{"action": c.Action, "name": c.Name, "diff": diff}
	if c.ID != "" {
		value["id"] = c.ID
	}
	if c.Live != nil {
		live, err := decode(c.Live)
		if err != nil {
			return nil, err
		}
		value["live"] = live
	}
	return value, nil
}

// EntryOf returns an entry as rules see it: with the defaults of its file, and without what is
// not set, null or empty.
func EntryOf(c cluster.Cluster) json.RawMessage {
	value := map[string]any{}
	put := func(name string, text *string) {
		if text != nil && *text != "" {
			value[name] = *text
		}
	}
	put("name", &c.Name)
	put("id", &c.ID)
	put("renamedFrom", &c.RenamedFrom)
	put("type", c.Type)
	put("description", c.Description)
	for name, settings := range map[string]cluster.Settings{"configuration": c.Configuration, "updatePreferences": c.UpdatePreferences} {
		value[name] = settingsValue(settings) // also if empty, so that has(…) of a key works
	}
	if c.LogConfig != nil {
		value["logConfig"] = logValue(*c.LogConfig)
	}
	entry, _ := jsonpatch.Canonical(value) // maps of strings and numbers
	return entry
}

func settingsValue(s cluster.Settings) map[string]any {
	set := map[string]any{}
	for key, text := range s {
		if text != nil && *text != "" {
			set[key] = *text
		}
	}
	return set
}

func logValue(l cluster.LogConfig) map[string]any {
	levels := map[string]any{}
	for class, level := range l.LogLevels {
		levels[class] = string(level)
	}
	value := map[string]any{"rootLevel": string(l.RootLevel), "logLevels": levels}
	if l.IsWindow() {
		value["expiration"] = l.Expiration.UTC().Format(time.RFC3339Nano)
	} else {
		value["durationMinutes"] = l.Minutes()
	}
	if l.RenewWithinMinutes != nil {
		value["renewWithinMinutes"] = *l.RenewWithinMinutes
	}
	return value
}

// entryValue decodes what EntryOf returned.
func entryValue(entry json.RawMessage) (any, error) {
	value, err := decode(entry)
	if err != nil {
		return nil, err
	}
	fields, _ := value.(map[string]any)
	log, _ := fields["logConfig"].(map[string]any)
	if end, isSet := log["expiration"].(string); isSet {
		log["expiration"], err = time.Parse(time.RFC3339Nano, end)
	}
	return value, err
}

// decode decodes JSON with whole numbers as int64, and without members that are null: what is not
// set looks the same everywhere.
func decode(data json.RawMessage) (value any, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&value); err != nil {
		return nil, err
	}
	return numbers(value), nil
}

func numbers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, member any) bool { return member == nil })
		for key, member := range v {
			v[key] = numbers(member)
		}
	case []any:
		for i, item := range v {
			v[i] = numbers(item)
		}
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return whole
		}
		float, _ := v.Float64() // infinite if it is too large
		return float
	}
	return value
}
