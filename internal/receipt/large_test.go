package receipt_test

import (
	"fmt"
	"strings"
	"testing"

	"clusterctl/internal/planner"
	"clusterctl/internal/receipt"
)

// largeReceipts returns large receipts of one cluster, such as a hostile one that wants to keep
// its reader busy. Each value has so many bytes.
func largeReceipts(size, bytes int) map[string]string {
	long := strings.Repeat("x", bytes)
	members := make([]string, 0, 1_000)
	for i := range cap(members) {
		members = append(members, fmt.Sprintf(`"k%d":"0"`, i))
	}
	return map[string]string{
		"each in its own place": largeReceipt(size, "", func(i int) (path, before, after string) {
			return fmt.Sprintf("/configuration/k%d%s", i, long), "", `"1"`
		}),
		"beneath one large object": largeReceipt(size, `"/c":{`+strings.Join(members, ",")+`}`, func(i int) (path, before, after string) {
			return fmt.Sprintf("/c/k%d", i%len(members)), fmt.Sprintf(`"%d%s"`, i-len(members), long), fmt.Sprintf(`"%d%s"`, i, long)
		}),
		"beneath, then above": largeReceipt(size, "", func(i int) (path, before, after string) {
			if (i/2_000)%2 == 1 {
				return fmt.Sprintf("/a%d", i%2_000), "{}", fmt.Sprintf(`{"x":%q}`, long)
			}
			return fmt.Sprintf("/a%d/x%d", i%2_000, i), "", fmt.Sprintf(`%q`, long)
		}),
	}
}

// largeReceipt returns a receipt of many writes, whose fields line returns. The first request
// writes those of begin.
func largeReceipt(size int, begin string, line func(i int) (path, before, after string)) string {
	const perRequest = 2_000
	var b strings.Builder
	b.WriteString(start + "\n")
	seq := 0
	add := func(before, after string) {
		seq++
		b.WriteString(receiptOf(intent(seq, planner.Update, "1", "PATCH", `[]`, ""), outcome(seq, "1", fieldsJSON(before), fieldsJSON(after))))
	}
	add("", begin)
	for i := 0; b.Len() < size; {
		var before, after []string
		for range perRequest {
			path, was, is := line(i)
			if was != "" {
				before = append(before, fmt.Sprintf("%q:%s", path, was))
			}
			after = append(after, fmt.Sprintf("%q:%s", path, is))
			i++
		}
		add(strings.Join(before, ","), strings.Join(after, ","))
	}
	return b.String()
}

// Twice the size takes twice the work, measured in allocations. Quadratic work took minutes.
func TestLargeReceiptsTakeWorkInProportion(t *testing.T) { //nolint:paralleltest // allocations are those of the process
	const size = 3 << 17
	twice := largeReceipts(2*size, 20)
	for name, content := range largeReceipts(size, 20) {
		small, large := allocations(t, content), allocations(t, twice[name])
		if large > 3*small {
			t.Errorf("%s: %.0f allocations for %d KiB, %.0f for twice as much", name, small, size>>10, large)
		}
	}
}

func allocations(t *testing.T, content string) float64 {
	t.Helper()
	past := readReceipt(t, content)
	return testing.AllocsPerRun(1, func() {
		if _, err := receipt.Effects(past.Runs); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkEffects(b *testing.B) {
	for name, content := range largeReceipts(24<<20, 380) {
		past, err := receipt.Read("r.jsonl", strings.NewReader(content))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				if _, err := receipt.Effects(past.Runs); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
