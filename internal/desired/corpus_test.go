package desired

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestInvalid holds the diagnostics of each refused file against its golden
// file.
func TestInvalid(t *testing.T) {
	t.Parallel()
	eachFile(t, "invalid", func(t *testing.T, path string) {
		_, found := loadFile(t, path)
		if !found.HasErrors() {
			t.Error("the file is taken")
		}
		checkGolden(t, path, listing(found))
	})
}

// TestValid holds what each accepted file declares, and its warnings, against
// its golden file.
func TestValid(t *testing.T) {
	t.Parallel()
	eachFile(t, "valid", func(t *testing.T, path string) {
		state, found := loadFile(t, path)
		if errs := found.Errors(); len(errs) > 0 {
			t.Errorf("refused:\n%s", listing(errs))
		}
		var out bytes.Buffer
		out.WriteString(listing(found))
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(state); err != nil {
			t.Fatal(err)
		}
		checkGolden(t, path, out.String())
	})
}

func eachFile(t *testing.T, dir string, check func(t *testing.T, path string)) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			t.Parallel()
			check(t, path)
		})
	}
}

func loadFile(t *testing.T, path string) (State, Diagnostics) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return Load([]Input{{Name: filepath.Base(path), Data: data}})
}

// listing is one finding a line, its severity and code in front.
func listing(ds Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s %s %s\n", d.Severity, d.Code, d)
	}
	return b.String()
}

func checkGolden(t *testing.T, path, got string) {
	t.Helper()
	golden := strings.TrimSuffix(path, ".yaml") + ".golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
	}
}
