package report_test

import (
	"io"
	"strings"
	"testing"

	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/documents"
)

// Every format shows the outcome of a request. Its kind is failed or in-doubt unless it is
// known to have succeeded.
func TestRequestsOfAReceipt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		outcome    *receipt.Outcome
		says, kind string
	}{
		"cut off":     {nil, "interrupted, outcome unknown", "in-doubt"},
		"unsettled":   {&receipt.Outcome{Unsettled: true, Error: "went wrong"}, "outcome unknown: went wrong", "in-doubt"},
		"no response": {&receipt.Outcome{}, "no response", "failed"},
		"refused":     {&receipt.Outcome{Status: 400, RequestID: "0af7"}, "400 (request id 0af7)", "failed"},
		"redirected":  {&receipt.Outcome{Status: 399}, "399", "update"},
		"with a flaw": {&receipt.Outcome{Status: 200, Error: "went wrong"}, "200: went wrong", "failed"},
		"done":        {&receipt.Outcome{Status: 200}, "200", "update"},
	} {
		past := receipt.Receipt{Runs: []receipt.Run{{Requests: []receipt.Request{{
			Method: "PATCH", Path: "/managed-clusters/1", Change: receipt.RequestedChange{Action: planner.Update, Name: "va", ID: "1"}, Outcome: tt.outcome,
		}}}}}
		inPage := documents.Written(t, func(w io.Writer) error { return inHTML().Receipt(w, past) })
		if !strings.Contains(inPage, `data-kind="`+tt.kind+`"`) || !strings.Contains(inPage, "PATCH /managed-clusters/1: "+tt.says+"<") {
			t.Errorf("%s: a page lacks %s, %q:\n%s", name, tt.kind, tt.says, inPage)
		}
		asText := documents.Written(t, func(w io.Writer) error { return inText().Receipt(w, past) })
		if !strings.Contains(asText, "\n    PATCH /managed-clusters/1: "+tt.says+"\n") {
			t.Errorf("%s: a text lacks %q:\n%s", name, tt.says, asText)
		}
		comment := documents.Written(t, func(w io.Writer) error { return inMarkdown(nil).Receipt(w, past) })
		if !strings.Contains(strings.ReplaceAll(comment, "`", ""), "- update **va** (1): "+tt.says+"\n") {
			t.Errorf("%s: a comment lacks %q:\n%s", name, tt.says, comment)
		}
	}
}
