package rules

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
)

// objectType returns the type of an object. Its name is not that of a variable, so that no rule
// takes the one for the other.
func objectType(name string) *types.Type { return types.NewObjectType(typePrefix + name) }

const typePrefix = "clusterctl."

// fields are the fields of each type of object. Values are maps in which a field that is not set
// is absent.
func fields() map[string]map[string]*types.Type {
	text, texts := types.StringType, types.NewMapType(types.StringType, types.StringType)
	counts := map[string]*types.Type{}
	for _, name := range countNames() {
		counts[name] = types.IntType
	}
	return map[string]map[string]*types.Type{
		"cluster": {
			"name": text, "id": text, "renamedFrom": text, "type": text, "description": text,
			"configuration": texts, "updatePreferences": objectType("updatePreferences"), "logConfig": objectType("logConfig"),
		},
		"updatePreferences": {"updateState": text, "notificationEmail": text, "processGroups": text},
		"logConfig": {
			"rootLevel": text, "logLevels": texts, "durationMinutes": types.IntType,
			"expiration": types.TimestampType, "renewWithinMinutes": types.IntType,
		},
		"change": {
			"action": text, "name": text, "id": text,
			"diff": types.NewListType(objectType("edit")), "live": types.NewMapType(text, types.DynType),
		},
		"edit":    {"path": text, "before": types.DynType, "after": types.DynType},
		"plan":    {"changes": types.NewListType(objectType("change")), "summary": objectType("summary")},
		"summary": counts,
		"tenant":  {"org": text, "pod": text},
	}
}

// countNames are the fields of plan.summary.
func countNames() []string {
	return []string{"create", "update", "setLog", "delete", "unchanged", "unmanaged", "ignored", "blocked", "denied", "satisfied"}
}

func variableType(name string) *types.Type {
	if name == "now" {
		return types.TimestampType
	}
	return objectType(name)
}

// fieldsOf returns the fields of a type of object.
func fieldsOf(typeName string) (own map[string]*types.Type, isOurs bool) {
	name, isOurs := strings.CutPrefix(typeName, typePrefix)
	if isOurs {
		own, isOurs = fields()[name]
	}
	return own, isOurs
}

// provider adds the objects to the types that CEL has.
type provider struct{ types.Provider }

func (p provider) FindStructType(name string) (*types.Type, bool) {
	if _, isOurs := fieldsOf(name); isOurs {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	if own, isOurs := fieldsOf(name); isOurs {
		return slices.Sorted(maps.Keys(own)), true
	}
	return p.Provider.FindStructFieldNames(name)
}

func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if own, isOurs := fieldsOf(name); isOurs {
		t, ok := own[field]
		return &types.FieldType{Type: t}, ok
	}
	return p.Provider.FindStructFieldType(name, field)
}
