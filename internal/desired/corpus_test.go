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
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestInvalid compares the diagnostics of each invalid file with its golden file.
func TestInvalid(t *testing.T) {
	t.Parallel()
	eachCase(t, "invalid", func(t *testing.T, path string) {
		_, found := loadCase(t, path)
		if !found.HasErrors() {
			t.Error("the file is accepted")
		}
		checkGolden(t, path, listing(found))
	})
}

// TestValid compares what each valid file declares, and its warnings, with its golden
// file.
func TestValid(t *testing.T) {
	t.Parallel()
	eachCase(t, "valid", func(t *testing.T, path string) {
		state, found := loadCase(t, path)
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

// corpus is the directory of the files that test Load, Schema and Format.
const corpus = "../../testdata/desired"

// corpusOptions returns the options for the files of the corpus.
func corpusOptions() Options {
	return Options{
		DecideRules: true,
		Now:         time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC),
		Variables: Variables{
			Given:  map[string]string{"REGION": "austin", "MINUTES": "60", "PRUNE": "true", "EMPTY": "", "BOTH": "given"},
			Listed: map[string]string{"BOTH": "listed", "NULL": "null", "HOSTILE": "[a, *b]\nc: ${REGION}"},
			Getenv: func(name string) string {
				return map[string]string{"CLUSTERCTL_VAR_FROM_ENV": "environment", "HOME": "/root"}[name]
			},
		},
	}
}

// eachCase runs a check on every case: a file, or a directory of files that are read
// together.
func eachCase(t *testing.T, dir string, check func(t *testing.T, path string)) {
	t.Helper()
	for _, path := range cases(t, dir) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".yaml"), func(t *testing.T) {
			t.Parallel()
			check(t, path)
		})
	}
}

func cases(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(corpus, dir))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) == ".yaml" {
			paths = append(paths, filepath.Join(corpus, dir, e.Name()))
		}
	}
	return paths
}

// readCase reads a case. File names are relative to the directory of the case.
func readCase(t *testing.T, path string) []Input {
	t.Helper()
	inputs, err := Read([]string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range inputs {
		name, err := filepath.Rel(filepath.Dir(path), inputs[i].Name)
		if err != nil {
			t.Fatal(err)
		}
		inputs[i].Name = filepath.ToSlash(name)
	}
	return inputs
}

func loadCase(t *testing.T, path string) (State, Diagnostics) {
	t.Helper()
	return Load(readCase(t, path), corpusOptions())
}

// listing returns one line per finding, starting with its severity and code.
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
