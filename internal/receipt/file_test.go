package receipt_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/receipt"
)

func asItIs(line []byte) ([]byte, error) { return line, nil }

// open opens a receipt that has this text, or none if there is no text.
func open(t *testing.T, text string) (file *receipt.File, past receipt.Receipt, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "r.jsonl")
	if text != "" {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, past, err := receipt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return file, past, path
}

func textOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A run is appended behind what is there, and each of its lines as it was prepared.
func TestAFileIsContinued(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before, want string
		runs         int
	}{
		"new":     {"", "", 0},
		"whole":   {start + "\n", start + "\n", 1},
		"cut off": {start + "\n" + start[:9], start + "\n" + start[:9] + "\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, past, path := open(t, tt.before)
			if len(past.Runs) != tt.runs {
				t.Errorf("%d runs, want %d", len(past.Runs), tt.runs)
			}
			journal, err := file.Journal(func(line []byte) ([]byte, error) { return bytes.ReplaceAll(line, []byte("tool"), []byte("TOOL")), nil })
			if err != nil {
				t.Fatal(err)
			}
			journal.Start(receipt.Run{Tool: "x"})
			if err := errors.Join(journal.Err(), file.Close()); err != nil {
				t.Fatal(err)
			}
			added, ok := strings.CutPrefix(textOf(t, path), tt.want)
			if !ok || !strings.Contains(added, `"TOOL":"x"`) || strings.Count(added, "\n") != 1 {
				t.Errorf("%q", textOf(t, path))
			}
		})
	}
}

func TestALineThatCannotBePreparedIsNotWritten(t *testing.T) {
	t.Parallel()
	file, _, path := open(t, "")
	refused := errors.New("refused")
	if _, err := file.Journal(func([]byte) ([]byte, error) { return nil, refused }); err != nil {
		t.Fatal(err)
	}
	if n, err := file.Write([]byte("x\n")); n != 0 || !errors.Is(err, refused) {
		t.Errorf("%d, %v", n, err)
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil || textOf(t, path) != "" {
		t.Errorf("%v, %q", err, textOf(t, path))
	}
	if n, err := file.Write([]byte("x\n")); n != 0 || err == nil {
		t.Errorf("closed, but %d bytes were written: %v", n, err)
	}
}

func TestAFileIsLockedUntilItIsClosed(t *testing.T) {
	t.Parallel()
	file, _, path := open(t, "")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if _, _, err := receipt.Open(path); !errors.Is(err, receipt.ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	again, _, err := receipt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Journal(asItIs); err != nil {
		t.Error(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// What is no receipt cannot be continued, and is left as it is and unlocked.
func TestOpenFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, []byte("version: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                              "is no regular file",
		filepath.Join(dir, "no", "file"): "no such file or directory",
		filepath.Join(other, "file"):     "not a directory",
		other:                            "not a line of a receipt",
	} {
		for range 2 {
			if _, _, err := receipt.Open(path); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", path, err, want)
			}
		}
	}
	if textOf(t, other) != "version: 1\n" {
		t.Errorf("%q", textOf(t, other))
	}
}
