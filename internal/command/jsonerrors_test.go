package command

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clusterctl/internal/drift"
	"clusterctl/internal/planner"
	"clusterctl/internal/report"
)

// TestNoErrorNamesATypeOfGo replaces every value of a plan, a drift report, a receipt and reports on tenants
// with values of other types, and expects errors that a user understands.
func TestNoErrorNamesATypeOfGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	const one = "version: 1\nclusters:\n  - name: va\n    description: x\n    logConfig: {rootLevel: INFO, logLevels: {com.acme: INFO}}\n"
	if err := os.WriteFile(in("clusters.yaml"), []byte(one), 0o600); err != nil {
		t.Fatal(err)
	}
	files := []string{"-q", "-f", in("clusters.yaml"), "--sandbox", in("tenant")}
	run := func(args ...string) { runQuietly(t, append(args, files...)...) }
	run("plan", "--out", in("plan.json"))
	Run(append([]string{"clusterctl", "drift", "-o", "json=" + in("drift.json")}, files...), quietEnv())
	if err := os.WriteFile(in("clusterctl.yaml"), []byte("version: 1\ntenants:\n  one: {sandbox: tenant, files: [clusters.yaml]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"plan", "drift", "validate", "status"} {
		Run([]string{"clusterctl", command, "-q", "--project", in("clusterctl.yaml"), "-t", "*", "-o", "json=" + in("tenants-"+command+".json")}, quietEnv())
	}
	run("apply", "--auto-approve", "--receipt", in("receipt.jsonl"))
	Run([]string{"clusterctl", "apply", "-q", "--project", in("clusterctl.yaml"), "-t", "*", "-o", "json=" + in("tenants-apply.json")}, quietEnv())
	readers := map[string]func([]byte) error{
		"plan.json":  func(data []byte) error { _, err := planner.Read(data); return err },
		"drift.json": func(data []byte) error { _, err := drift.Read(data); return err },
		"receipt.jsonl": func(data []byte) error {
			_, err := parseReceipt("receipt.jsonl", bytes.NewReader(data))
			return err
		},
	}
	for _, command := range []string{"plan", "drift", "validate", "status", "apply"} {
		readers["tenants-"+command+".json"] = showTenants
	}
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			valid, err := os.ReadFile(in(name))
			if err != nil {
				t.Fatal(err)
			}
			least := 100
			if strings.HasPrefix(name, "tenants-") { // the report of a command may be short
				least = 40
			}
			expectPlainErrors(t, valid, least, read)
		})
	}
}

// showTenants reads a report on several tenants, and makes the report that show prints.
func showTenants(data []byte) error {
	read, err := report.ReadTenants("tenants", data)
	if err != nil {
		return err
	}
	merged, err := report.MergeTenants([]report.TenantsReport{read})
	if err != nil {
		return err
	}
	return report.JSON(io.Discard, report.OfTenants(merged).Data)
}

// expectPlainErrors expects at least so many damaged documents that cannot be read.
func expectPlainErrors(t *testing.T, valid []byte, least int, read func([]byte) error) {
	t.Helper()
	if err := read(valid); err != nil {
		t.Fatal(err)
	}
	ofGo := regexp.MustCompile(`\bGo (struct|value)|json: |\b(planner|jsonpatch|cluster|receipt|drift|api|time|json|policy)\.[A-Z]|map\[|\[\][a-z]|interface|UnmarshalJSON|parsing time`)
	failed := 0
	for _, at := range regexp.MustCompile(`[{[]|"(?:[^"\\]|\\.)*"(?:[,}\]\n])|-?[0-9.]+|true|false|null`).FindAllIndex(valid, -1) {
		var old json.RawMessage
		if err := json.NewDecoder(bytes.NewReader(valid[at[0]:])).Decode(&old); err != nil {
			continue // in a string
		}
		for _, wrong := range []string{"true", "1.5", `"text"`, "[]", "{}"} {
			damaged := strings.Join([]string{string(valid[:at[0]]), wrong, string(valid[at[0]+len(old):])}, "")
			err := read([]byte(damaged))
			if err == nil {
				continue
			}
			failed++
			if strange := ofGo.FindString(err.Error()); strange != "" {
				t.Errorf("%q in: %s", strange, err)
			}
		}
	}
	if failed < least {
		t.Errorf("only %d values could not be read", failed)
	}
}
