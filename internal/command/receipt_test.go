package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/cluster"
	"clusterctl/internal/mask"
	"clusterctl/internal/receipt"
	"clusterctl/internal/testkit/wire"
)

const receiptStart = `{"type":"start","formatVersion":"1.0","tool":"t","tenant":{"baseURL":"http://x/v3","org":"acme"},"digest":"d","time":"2026-03-29T12:00:00Z"}`

func acme() cluster.Tenant { return cluster.Tenant{BaseURL: "http://y/v2025", Org: "acme"} }

// A line that was cut off is ended before the next one. A line that only lacks its newline
// is kept.
func TestOpenReceiptEndsTheLastLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"new":                    {"", ""},
		"whole":                  {receiptStart + "\n", receiptStart + "\n"},
		"without the newline":    {receiptStart, receiptStart + "\n"},
		"cut off":                {receiptStart[:20], receiptStart[:20] + "\n"},
		"cut off behind a start": {receiptStart + "\n" + receiptStart[:9], receiptStart + "\n" + receiptStart[:9] + "\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "r.jsonl")
			if tt.in != "" {
				wire.WriteFile(t, path, []byte(tt.in))
			}
			record, err := openReceipt(env{Masker: new(mask.Masker)}, path, acme())
			if err != nil {
				t.Fatal(err)
			}
			if err := record.close(); err != nil {
				t.Error(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || string(got) != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

// Two runs that write to one receipt at once would make it unreadable.
func TestAReceiptIsOfOneRunAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	e := env{Masker: new(mask.Masker)}
	first, err := openReceipt(e, path, acme())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readReceipt(t.Context(), path); err == nil || !strings.HasSuffix(err.Error(), "is empty (use a receipt that apply wrote)") {
		t.Errorf("locked against reading: %v", err)
	}
	_, err = openReceipt(e, path, acme())
	want := "receipt " + path + ": another run is writing to it, so nothing was applied (use another file)"
	if err == nil || err.Error() != want || exitCode(err) != exitRefused {
		t.Errorf("err = %v", err)
	}
	if err := first.close(); err != nil {
		t.Error(err)
	}
	again, err := openReceipt(e, path, acme())
	if err != nil {
		t.Fatalf("closed, but still locked: %v", err)
	}
	if err := again.close(); err != nil {
		t.Error(err)
	}
}

func TestANewReceiptIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	record, err := openReceipt(env{Masker: new(mask.Masker)}, path, acme())
	if err != nil {
		t.Fatal(err)
	}
	if err := record.close(); err != nil {
		t.Error(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestNoReceiptIsWanted(t *testing.T) {
	t.Parallel()
	record, err := runOptions{receipt: noReceipt}.openRecord(nil, prepared{})
	if record.journal != nil || err != nil {
		t.Fatalf("%v, %v", record.journal, err)
	}
	if err := record.close(); err != nil {
		t.Error(err)
	}
}

// A line that would contain a secret is not written, not even masked.
func TestAReceiptHoldsNoSecret(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "r.jsonl")
	masker := new(mask.Masker)
	masker.Learn(`horse "battery"`)
	file, _, err := receipt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Journal(env{Masker: masker}.receiptLine(path)); err != nil {
		t.Fatal(err)
	}
	n, err := file.Write([]byte(`{"description":"horse \"battery\""}` + "\n"))
	if n != 0 || err == nil || !strings.Contains(err.Error(), "would contain a secret, so it was not written") {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := file.Write([]byte("{}\n")); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "{}\n" {
		t.Errorf("%q, %v", got, err)
	}
}
