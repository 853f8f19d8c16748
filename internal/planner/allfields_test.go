package planner_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"clusterctl/internal/planner"
)

// TestVerifyCoversAllFields edits each value of a saved plan on its own, and each mark that a plan
// can have. Only what no apply depends on may be edited without notice.
func TestVerifyCoversAllFields(t *testing.T) {
	t.Parallel()
	free := regexp.MustCompile(`^/(tool|createdAt|formatVersion|tenant/sandbox|proof/.*|budget/.*|summary/unchanged|warnings/.*|` +
		`changes/\d/(source/.*|lapsed)|findings/\d/(message|source/.*))$`)
	for _, plan := range []planner.Plan{everyAction(t), ruledPlan(t, func(*planner.Input) {})} {
		paths := []string{"/undo"}
		for i := range plan.Changes {
			for _, mark := range []string{"attachedUnknown", "logUnknown", "removeClients"} {
				paths = append(paths, fmt.Sprintf("/changes/%d/%s", i, mark))
			}
		}
		for _, path := range append(paths, leaves("", tree(t, plan))...) {
			edited := tree(t, plan)
			edit(edited, strings.Split(path, "/")[1:])
			data, err := json.Marshal(edited)
			if err != nil {
				t.Fatal(err)
			}
			p, err := planner.Read(data)
			if err == nil {
				err = p.Verify()
			}
			if err == nil && !free.MatchString(path) {
				t.Errorf("%s: edited without notice", path)
			}
		}
	}
}

func tree(t *testing.T, p planner.Plan) (tree any) {
	t.Helper()
	if err := json.Unmarshal([]byte(document(t, p)), &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// leaves returns the paths of the values that have no members.
func leaves(path string, value any) (paths []string) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if !strings.Contains(key, "/") { // JSON pointers in values of a tenant
				paths = append(paths, leaves(path+"/"+key, v[key])...)
			}
		}
	case []any:
		for i, item := range v {
			paths = append(paths, leaves(fmt.Sprintf("%s/%d", path, i), item)...)
		}
	default:
		paths = []string{path}
	}
	return paths
}

// edit changes the value at a path, or sets a mark that is absent.
func edit(in any, path []string) {
	if list, isList := in.([]any); isList {
		i, _ := strconv.Atoi(path[0])
		if len(path) == 1 {
			list[i] = "edited"
			return
		}
		edit(list[i], path[1:])
		return
	}
	object, _ := in.(map[string]any)
	if len(path) > 1 {
		edit(object[path[0]], path[1:])
		return
	}
	switch v := object[path[0]].(type) {
	case string:
		object[path[0]] = v + "x"
	case float64:
		object[path[0]] = v + 1
	case bool:
		object[path[0]] = !v
	default: // absent or null
		object[path[0]] = true
	}
}
