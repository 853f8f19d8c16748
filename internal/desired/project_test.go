package desired

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// projectCorpus is the directory of the project files.
const projectCorpus = "../project/"

func TestProjectInvalid(t *testing.T) {
	t.Parallel()
	eachCase(t, projectCorpus+"invalid", func(t *testing.T, path string) {
		_, found := LoadProject(readCase(t, path)[0])
		if !found.HasErrors() {
			t.Error("the file is accepted")
		}
		checkGolden(t, path, listing(found))
	})
}

func TestProjectValid(t *testing.T) {
	t.Parallel()
	eachCase(t, projectCorpus+"valid", func(t *testing.T, path string) {
		loaded, found := LoadProject(readCase(t, path)[0])
		if len(found) > 0 {
			t.Errorf("found:\n%s", listing(found))
		}
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(loaded); err != nil {
			t.Fatal(err)
		}
		checkGolden(t, path, out.String())
	})
}

// TestNoCredentialIsQuoted checks that a secret that someone wrote into the file is in no
// message.
func TestNoCredentialIsQuoted(t *testing.T) {
	t.Parallel()
	const secret = "hunter2hunter2"
	for _, value := range []string{secret, "{env: [" + secret + "]}", "[" + secret + "]", "{command: " + secret + "}", "!!int " + secret} {
		text := "version: 1\ntenants: {a: {sandbox: b, credentials: {clientSecret: " + value + "}}}"
		_, found := LoadProject(Input{"clusterctl.yaml", []byte(text)})
		if !found.HasErrors() || strings.Contains(listing(found), secret) {
			t.Errorf("%s:\n%s", value, listing(found))
		}
	}
}

// TestProjectSchema checks that the schema accepts the valid files, and refuses the others
// unless only the loader can.
func TestProjectSchema(t *testing.T) {
	t.Parallel()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(ProjectSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("urn:clusterctl:project:1", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("urn:clusterctl:project:1")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"valid/two_tenants.yaml": true, "invalid/no_tenants.yaml": false} {
		data, err := os.ReadFile(filepath.Join("../../testdata/project", path))
		if err != nil {
			t.Fatal(err)
		}
		var document any
		if err := yaml.Unmarshal(data, &document); err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(document); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestAProjectIsNoDesiredState checks that a directory is read without its project file, and a
// file of that name with clusters is read as any other.
func TestAProjectIsNoDesiredState(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"a project", "version: 1\ntenants: {}\n", []string{"other.yaml"}},
		{"clusters", "version: 1\nclusters: []\n", []string{"clusterctl.yaml", "other.yaml"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range map[string]string{"clusterctl.yaml": tc.text, "other.yaml": "version: 1\n"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			inputs, err := Read([]string{dir}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, input := range inputs {
				names = append(names, filepath.Base(input.Name))
			}
			if diff := cmp.Diff(tc.want, names); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestADirectoryWithOnlyAProject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clusterctl.yaml"), []byte("tenants: {}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read([]string{dir}, nil); err == nil || !strings.Contains(err.Error(), "only a project file") {
		t.Error(err)
	}
}
