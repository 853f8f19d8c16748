package desired

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/desired/layout"
)

func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	for path, text := range map[string]string{a: "a", b: ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Read([]string{b, "-", a}, strings.NewReader("piped"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Input{{Name: b, Data: []byte{}}, {Name: "<stdin>", Data: []byte("piped")}, {Name: a, Data: []byte("a")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadDirectory(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, path := range []string{"b.yaml", "a.yml", "c.yaml.bak", ".hidden.yaml", "notes.txt", "sub.yaml/nested.yaml"} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := Read([]string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []Input{{Name: filepath.Join(dir, "a.yml"), Data: []byte("x")}, {Name: filepath.Join(dir, "b.yaml"), Data: []byte("x")}}
	if diff := cmp.Diff(want, inputs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadReportsEveryError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.yaml")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("pipe broke")
	inputs, err := Read([]string{missing, dir, "-", "-"}, iotest.ErrReader(broken))
	if inputs != nil {
		t.Errorf("inputs with an error: %v", inputs)
	}
	if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, broken) {
		t.Errorf("causes are lost: %v", err)
	}
	want := "open " + missing + ": no such file or directory\n" +
		"directory " + dir + " contains no *.yaml or *.yml files\n" +
		"read standard input: pipe broke\n" +
		"standard input (-) can be read only once"
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// endless is a file that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// TestTooLarge checks the size limit: of an endless stream, Read reads only one byte more
// than the limit.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	inputs, err := Read([]string{"-"}, endless{})
	if err != nil {
		t.Fatal(err)
	}
	if len(inputs[0].Data) != layout.MaxBytes+1 {
		t.Errorf("read %d bytes", len(inputs[0].Data))
	}
	const want = "error file-too-large <stdin>:1:1: the file is larger than 64 MiB (split it into several files)\n"
	if _, found := Load(inputs, Options{}); listing(found) != want {
		t.Errorf("findings: %s", listing(found))
	}
	if _, found := LoadKnown(inputs); listing(found) != want {
		t.Errorf("findings of known drift: %s", listing(found))
	}
	inputs[0].Data = inputs[0].Data[:layout.MaxBytes]
	inputs[0].Data[0] = 0xff // which ends the reading at once
	if _, found := Load(inputs, Options{}); len(found) != 1 || found[0].Code == layout.FileTooLarge {
		t.Errorf("findings of one that is as large as can be: %s", listing(found))
	}
}
