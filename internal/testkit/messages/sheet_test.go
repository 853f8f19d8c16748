package messages

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata/messages.txt")

// TestSheet holds that every message is in testdata/messages.txt, which is read by an
// editor as a whole. A new message, or one that has changed, is read there in its
// review.
func TestSheet(t *testing.T) {
	t.Parallel()
	const golden = "../../../testdata/messages.txt"
	sheet, err := Sheet("../..")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, []byte(sheet), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), sheet); diff != "" {
		t.Errorf("read these messages as their user would, then run this test with -update (-golden +program):\n%s", diff)
	}
}
