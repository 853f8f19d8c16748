package report_test

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
	"clusterctl/internal/testkit/documents"
)

// fiveDeletes is a plan that prunes five clusters.
func fiveDeletes() planner.Plan {
	p := planner.Plan{Summary: planner.Summary{Delete: 5}, Warnings: []planner.Warning{{Code: "value-not-text", Message: "the tenant returned a number"}}}
	for _, name := range []string{"va-1", "va-2", "va-3", "va-4", "va-5"} {
		p.Changes = append(p.Changes, planner.Change{Action: planner.Delete, Name: name, ID: "id-" + name, Diff: []jsonpatch.Edit{
			{Path: "/name", Before: json.RawMessage(`"` + name + `"`)},
			{Path: "/type", Before: json.RawMessage(`"idn"`)},
			{Path: "/description", Before: json.RawMessage("null")},
			{Path: "/configuration", Before: json.RawMessage(`{"gmtOffset":"-6","va_version":"va-2024"}`)},
			{Path: "/updatePreferences", Before: json.RawMessage(`{"updateState":null}`)},
		}})
	}
	return p
}

// A delete shows what is lost, without the name and without empty values.
func TestDeletesShowWhatIsLost(t *testing.T) {
	t.Parallel()
	p := fiveDeletes()
	for format, tt := range map[string]struct {
		got  string
		want string
	}{
		"text": {documents.Written(t, func(b io.Writer) error { return inText().Plan(b, p) }), `
- delete va-1 (id-va-1)  not in your files
    with no clients or services attached
    - /type:          "idn"
    - /configuration: {"gmtOffset":"-6","va_version":"va-2024"}

- delete va-2 `},
		"markdown": {documents.Written(t, func(b io.Writer) error { return inMarkdown(nil).Plan(b, p) }), "- **`va-1`** (`id-va-1`), not in your files, with no clients or services attached\n\n" +
			"```diff\n- /type: \"idn\"\n- /configuration: {\"gmtOffset\":\"-6\",\"va_version\":\"va-2024\"}\n```\n"},
		"html": {documents.Written(t, func(b io.Writer) error { return inHTML().Plan(b, p) }), "/configuration"},
	} {
		if !strings.Contains(tt.got, tt.want) {
			t.Errorf("%s lacks\n%s\nin\n%s", format, tt.want, tt.got)
		}
		if strings.Contains(tt.got, "/description") || strings.Contains(tt.got, "/updatePreferences") {
			t.Errorf("%s shows what is empty:\n%s", format, tt.got)
		}
		if strings.Count(tt.got, "the tenant returned a number") != 1 {
			t.Errorf("%s does not show the warning once:\n%s", format, tt.got)
		}
	}
}

// A delete loses no empty value; every other change shows them, and the name.
func TestWhatCanBeLost(t *testing.T) {
	t.Parallel()
	for value, isLost := range map[string]bool{
		`null`: false, `""`: false, `{}`: false, `{"a":null}`: false, `{"a":null,"b":null}`: false,
		`" "`: true, `"a"`: true, `0`: true, `false`: true, `[]`: true, `[null]`: true, `{"a":""}`: true, `{"a":{}}`: true, `{"a":null,"b":0,"c":null}`: true,
	} {
		for action, want := range map[planner.Action]bool{planner.Delete: isLost, planner.Update: true} {
			c := planner.Change{Action: action, Name: "va", Diff: []jsonpatch.Edit{{Path: "/x", Before: json.RawMessage(value)}}}
			fields := report.OfPlan(planner.Plan{Changes: []planner.Change{c}}, report.PlanOptions{}).Items[0].Fields
			if got := len(fields) == 1; got != want {
				t.Errorf("%s of %s: shown: %t", action, value, got)
			}
			c.Diff[0] = jsonpatch.Edit{Path: "/name", Before: json.RawMessage(`"va"`)}
			fields = report.OfPlan(planner.Plan{Changes: []planner.Change{c}}, report.PlanOptions{}).Items[0].Fields
			if got := len(fields) == 1; got != (action == planner.Update) {
				t.Errorf("%s: name shown: %t", action, got)
			}
		}
	}
}

// An unknown count is never shown as zero.
func TestAttachedClientsThatAreNotKnown(t *testing.T) {
	t.Parallel()
	p := planner.Plan{Changes: []planner.Change{{Action: planner.Delete, Name: "va", ID: "1", AttachedUnknown: true, RemoveClients: true}}}
	for format, got := range map[string]string{
		"text":     documents.Written(t, func(b io.Writer) error { return inText().Plan(b, p) }),
		"markdown": documents.Written(t, func(b io.Writer) error { return inMarkdown(nil).Plan(b, p) }),
		"html":     documents.Written(t, func(b io.Writer) error { return inHTML().Plan(b, p) }),
	} {
		if !strings.Contains(got, "with an unknown number of clients and services attached; its clients will be removed") || strings.Contains(got, "0 clients") {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}
