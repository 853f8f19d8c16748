package gitfile_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/gitfile"
)

// repository makes a repository with one commit in the working directory.
func repository(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "base"}} {
		if output, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, output)
		}
	}
}

func isYAML(name string) bool { return strings.HasSuffix(name, ".yaml") }

// TestRead reads names that git or a shell would take for something else.
//
//nolint:paralleltest // it changes the working directory
func TestRead(t *testing.T) {
	odd := []string{"-rf.yaml", "a b.yaml", "a\nb.yaml", "*.yaml", ":(top)x.yaml", `q"ü.yaml`}
	files := map[string]string{"d/z.yaml": "z", "d/a.yaml": "a", "d/n.txt": "n", "d/sub.yaml/x.yaml": "x", "empty/n.txt": "n", "big.yaml": "12345"}
	for _, name := range odd {
		files[name] = "in " + name
	}
	repository(t, files)
	c, err := gitfile.At(t.Context(), "main")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range odd {
		if err := os.Remove(name); err != nil { // only the commit has it
			t.Fatal(err)
		}
		got, err := c.Read(t.Context(), name, isYAML, 100)
		if diff := cmp.Diff([]gitfile.File{{Path: name, Data: []byte("in " + name)}}, got); diff != "" || err != nil {
			t.Errorf("%q: %v\n%s", name, err, diff)
		}
	}
	got, err := c.Read(t.Context(), "d/../d/", isYAML, 100)
	want := []gitfile.File{{Path: filepath.Join("d", "a.yaml"), Data: []byte("a")}, {Path: filepath.Join("d", "z.yaml"), Data: []byte("z")}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("a directory: %v\n%s", err, diff)
	}
	if got, err = c.Read(t.Context(), ".", func(name string) bool { return name == "big.yaml" }, 5); len(got) != 1 || err != nil {
		t.Errorf("the top: %v, %v", got, err)
	}
	for name, message := range map[string]string{
		"empty": "contains no", "big.yaml": "is larger than", "d/none.yaml": "is not in git", "d/a.yaml/x": "is not in git", "*": "is not in git", "": "is larger than",
	} {
		if _, err := c.Read(t.Context(), name, isYAML, 4); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q: %v, want %s", name, err, message)
		}
	}
	for _, name := range []string{"..", "../x", "d/../../x", "/", "/etc/passwd"} {
		if _, err := c.Read(t.Context(), name, isYAML, 4); !errors.Is(err, gitfile.ErrOutside) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestWorkingDirectory checks that a link in place of a directory does not choose another one in the
// commit, and that links outside of the repository do not matter.
//
//nolint:paralleltest // it changes the working directory
func TestWorkingDirectory(t *testing.T) {
	repository(t, map[string]string{"prod/a.yaml": "strict", "lax/a.yaml": "lax", "lax/deep/a.yaml": "deep"})
	top, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(t.TempDir(), "checkout")
	for name, target := range map[string]string{outside: top, "link": "lax", "up": ".", "lax/out": "../prod"} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"prod": "strict", "lax": "lax", "lax/deep": "deep", "link": "", "link/deep": "", "up/lax": "", "up": "", "lax/out": "",
	} {
		for _, root := range []string{top, outside} {
			t.Chdir(filepath.Join(root, dir))
			var got string
			c, err := gitfile.At(t.Context(), "main")
			if err == nil {
				var files []gitfile.File
				if files, err = c.Read(t.Context(), "a.yaml", isYAML, 100); err == nil {
					got = string(files[0].Data)
				}
			}
			if got != want || (err == nil) != (want != "") {
				t.Errorf("%s in %s: %q, %v", dir, root, got, err)
			}
		}
	}
}

//nolint:paralleltest // it changes the working directory
func TestRefs(t *testing.T) {
	repository(t, map[string]string{"a.yaml": "a"})
	for _, ref := range []string{"main", "HEAD", "refs/heads/main", "@", "HEAD~0"} {
		if _, err := gitfile.At(t.Context(), ref); err != nil {
			t.Errorf("%q: %v", ref, err)
		}
	}
	for _, ref := range []string{"", "-", "--all", "--upload-pack=x", ":a.yaml", ":/base", "main:a.yaml", "main\nHEAD", "main HEAD", "gone", "main..HEAD", "^main", "main^{tree}", "main^@"} {
		if c, err := gitfile.At(t.Context(), ref); err == nil {
			t.Errorf("%q is %v", ref, c)
		}
	}
	ended, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("interrupted")
	cancel(cause)
	if _, err := gitfile.At(ended, "main"); !errors.Is(err, cause) {
		t.Errorf("interrupted: %v", err)
	}
}
