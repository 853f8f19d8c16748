package receipt_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/receipt"
)

// appendRun opens a receipt, and appends a run without requests.
func appendRun(t *testing.T, path string) receipt.Receipt {
	t.Helper()
	file, past, err := receipt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := file.Journal(func(line []byte) ([]byte, error) { return line, nil })
	if err != nil {
		t.Fatal(err)
	}
	journal.Start(receipt.Run{Start: noon()})
	journal.End(noon(), receipt.Summary{})
	if err := errors.Join(journal.Err(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return past
}

// A receipt is created and continued, also after an incomplete line.
func TestOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	if past := appendRun(t, path); len(past.Runs) != 0 {
		t.Errorf("a new receipt has %+v", past)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	content, err := os.ReadFile(path)
	if err != nil || strings.Count(string(content), "\n") != 2 {
		t.Fatalf("%v: %s", err, content)
	}
	if past := appendRun(t, path); len(past.Runs) != 1 || past.Truncated {
		t.Errorf("after one run: %+v", past)
	}
	if twice, err := os.ReadFile(path); err != nil || string(twice) != string(content)+string(content) {
		t.Errorf("%v: %s", err, twice)
	}
	if err := os.WriteFile(path, append(content, `{"type":"st`...), 0o600); err != nil {
		t.Fatal(err)
	}
	if past := appendRun(t, path); len(past.Runs) != 1 || !past.Truncated {
		t.Errorf("after a run that was cut off: %+v", past)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	past, err := receipt.Read(path, file)
	if err := errors.Join(err, file.Close()); err != nil || len(past.Runs) != 2 {
		t.Errorf("%+v, %v", past, err)
	}
	continued, err := os.ReadFile(path)
	if want := string(content) + `{"type":"st` + "\n" + string(content); err != nil || string(continued) != want {
		t.Errorf("%v: %s, want %s", err, continued, want)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "other")
	if err := os.WriteFile(path, []byte("clusters:\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                           dir + " is not a regular file",
		filepath.Join(dir, "no", "r"): "open ",
		filepath.Join(path, "r"):      "stat ",
		path:                          path + ":1: not a line of a receipt",
	} {
		for range 2 { // no lock stays
			if file, _, err := receipt.Open(path); file != nil || err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v, want %s", path, err, want)
			}
		}
	}
	own := filepath.Join(dir, "own")
	file, _, err := receipt.Open(own)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := receipt.Open(own); !errors.Is(err, receipt.ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := file.Journal(nil); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if _, err := file.Journal(nil); err == nil {
		t.Error("a closed file has a journal")
	}
}
