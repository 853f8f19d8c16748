package script

import (
	"encoding/json"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"clusterctl/internal/jsonpatch"
)

func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 && len(args) != 3 {
		ts.Fatalf("usage: [!] json FILE [POINTER VALUE]")
	}
	doc := ts.ReadFile(args[0])
	if len(args) == 1 {
		if json.Valid([]byte(doc)) == neg {
			ts.Fatalf("JSON: %t", !neg)
		}
		return
	}
	got, there, err := jsonpatch.Lookup(json.RawMessage(doc), args[1])
	ts.Check(err)
	if (there && isValue(got, args[2])) == neg {
		ts.Fatalf("%s is %s", args[1], got)
	}
}

// isValue reports whether raw is that JSON value, or that string.
func isValue(raw json.RawMessage, want string) bool {
	compact, err := jsonpatch.Encode(raw)
	return err == nil && (string(compact) == want || plain(raw) == want)
}

// plain returns a JSON string without its quotes, and any other value unchanged.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return strings.TrimSpace(string(raw))
	}
	return s
}

func setJSONCommand(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, neg, len(args) == 3, "setjson VAR FILE POINTER")
	value, there, err := jsonpatch.Lookup(json.RawMessage(ts.ReadFile(args[1])), args[2])
	ts.Check(err)
	if !there {
		ts.Fatalf("nothing at %s", args[2])
	}
	ts.Setenv(args[0], plain(value))
}
