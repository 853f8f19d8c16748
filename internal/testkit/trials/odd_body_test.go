package trials

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// oddBody drops, nulls and retypes members of a cluster, and members of these.
func oddBody(name, id string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		body := map[string]any{
			"id": id, "name": name, "type": "idn", "description": "before", "clientType": "VA", "ccgVersion": "v01", "pod": "p", "org": "acme",
			"configuration": map[string]any{"gmtOffset": "-5", "debug": "true"}, "clientIds": []any{}, "serviceCount": 0,
			"status": "NORMAL", "operational": true, "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-01-02T03:04:05Z",
			"updatePreferences": map[string]any{"updateState": "AUTO", "notificationEmail": "a@b.example", "processGroups": nil},
			"logConfiguration":  map[string]any{"rootLevel": "INFO", "logLevels": map[string]any{"a.B": "WARN"}, "durationMinutes": 240, "expiration": "2026-01-02T03:04:05Z"},
			"alertKey":          nil, "currentInstalledReleaseVersion": "1", "consolidatedHealthIndicatorsStatus": "NORMAL",
		}
		makeOdd(t, body)
		for _, key := range slices.Sorted(maps.Keys(body)) {
			if inner, ok := body[key].(map[string]any); ok && rapid.Bool().Draw(t, "in "+key) {
				makeOdd(t, inner)
			}
		}
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(text), `"huge"`, "1"+strings.Repeat("0", 40))
	})
}

// makeOdd changes a few members of an object, or adds one whose name differs
// from theirs in case only.
func makeOdd(t *rapid.T, object map[string]any) {
	values := rapid.SampledFrom([]any{
		nil, true, 0, -1, 7, 6.5, "huge", "", " ", "0", "text", "\u0000\u202e", []any{}, []any{1}, []any{nil}, []any{"x"}, []any{[]any{}},
		map[string]any{}, map[string]any{"debug": 1, "gmtOffset": nil}, map[string]any{"": map[string]any{}},
	})
	keys := slices.Sorted(maps.Keys(object))
	if len(keys) == 0 {
		return
	}
	for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys), 0, 4, rapid.ID).Draw(t, "keys") {
		switch rapid.IntRange(0, 3).Draw(t, key) {
		case 0:
			delete(object, key)
		case 1:
			object[strings.ToUpper(key)] = values.Draw(t, "in capitals")
		default:
			object[key] = values.Draw(t, "value")
		}
	}
}

// inSlot returns a body with the name and id of a cluster of the stage, if its own are strings.
func inSlot(body, name, id string) string {
	var cluster map[string]any
	if json.Unmarshal([]byte(body), &cluster) != nil {
		return body
	}
	for key, value := range map[string]string{"name": name, "id": id} {
		if _, isText := cluster[key].(string); isText {
			cluster[key] = value
		}
	}
	text, err := json.Marshal(cluster)
	if err != nil {
		return body
	}
	return string(text)
}
