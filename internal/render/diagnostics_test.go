package render

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/desired"
)

func findings() desired.Diagnostics {
	return desired.Diagnostics{
		{File: "a,b:c%.yaml", Line: 3, Column: 7, Severity: desired.Error, Code: "unknown-key", Message: "unknown key \"50%\"", Hint: "did you mean \"x\"?"},
		{File: "<stdin>", Line: 1, Column: 1, Severity: desired.Warning, Code: "unknown-type", Message: "unknown type \"a, b\""},
	}
}

func TestAnnotations(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Annotations(&out, findings()); err != nil {
		t.Fatal(err)
	}
	want := "::error file=a%2Cb%3Ac%25.yaml,line=3,col=7,title=unknown-key::unknown key \"50%25\" (did you mean \"x\"?)\n" +
		"::warning file=<stdin>,line=1,col=1,title=unknown-type::unknown type \"a, b\"\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSARIF(t *testing.T) {
	t.Parallel()
	log := SARIF("1.2.3", findings())
	if got, want := len(log.Runs[0].Tool.Driver.Rules), len(desired.Rules()); got != want {
		t.Errorf("%d rules, want %d", got, want)
	}
	log.Runs[0].Tool.Driver.Rules = log.Runs[0].Tool.Driver.Rules[:1]
	got, err := json.MarshalIndent(log, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want := `{
 "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 "version": "2.1.0",
 "runs": [
  {
   "tool": {
    "driver": {
     "name": "clusterctl",
     "version": "1.2.3",
     "rules": [
      {
       "id": "file-too-large",
       "shortDescription": {
        "text": "a file larger than 64 MiB"
       },
       "defaultConfiguration": {
        "level": "error"
       }
      }
     ]
    }
   },
   "columnKind": "unicodeCodePoints",
   "results": [
    {
     "ruleId": "unknown-key",
     "level": "error",
     "message": {
      "text": "unknown key \"50%\" (did you mean \"x\"?)"
     },
     "locations": [
      {
       "physicalLocation": {
        "artifactLocation": {
         "uri": "./a,b:c%25.yaml"
        },
        "region": {
         "startLine": 3,
         "startColumn": 7
        }
       }
      }
     ]
    },
    {
     "ruleId": "unknown-type",
     "level": "warning",
     "message": {
      "text": "unknown type \"a, b\""
     },
     "locations": [
      {
       "physicalLocation": {
        "artifactLocation": {
         "uri": "%3Cstdin%3E"
        },
        "region": {
         "startLine": 1,
         "startColumn": 1
        }
       }
      }
     ]
    }
   ]
  }
 ]
}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
