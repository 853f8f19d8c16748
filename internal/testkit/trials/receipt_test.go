package trials

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"clusterctl/internal/testkit/script"

	"clusterctl/internal/sandbox"
	"clusterctl/internal/testkit/sample"
	"clusterctl/internal/testkit/wire"
)

// expectValid validates a receipt against its schema.
func (k *killTrial) expectValid(t *testing.T) {
	t.Helper()
	content, err := os.ReadFile(k.receipt)
	if err == nil {
		err = script.Valid("receipt", string(content))
	}
	if err != nil {
		t.Error(err)
	}
}

// Two faults in one apply, drawn by a seed, on a tenant without support for tests and without
// retries, so that most kinds of look-ups happen. Afterwards the receipt can be read, and an undo
// restores the original state, or names what it cannot restore.
func TestReceiptsOfFaultyApplies(t *testing.T) {
	t.Parallel()
	file := wire.WriteClusters(t, trialFile)
	kinds := faultKinds()
	codes := map[int]int{}
	var unanswered int
	rounds := sample.Of(seeds(30), 4)
	for _, seed := range rounds {
		inBubble(t, sandbox.Options{RefuseTests: true}, func(t *testing.T, s *stage) {
			populate(t, s.tenant)
			k := &killTrial{stage: s, file: file, receipt: filepath.Join(t.TempDir(), "receipt.jsonl"), was: documents(t, s.tenant)}
			random := rand.New(rand.NewPCG(seed, 0))
			faults := map[int]faultKind{}
			for range 2 {
				faults[4+random.IntN(35)] = kinds[random.IntN(len(kinds))]
			}
			first := runOn(&faulty{tenant: s.tenant, faults: faults}, nil,
				"apply", "--auto-approve", "--file", file, "--receipt", k.receipt, "--parallelism", "1", "--retries", "0")
			codes[first.code]++
			if k.expectReadable(t) {
				k.expectValid(t)
				unanswered += k.expectUndone(t)
			}
			if t.Failed() {
				t.Fatalf("seed %d: %v\n%s%s", seed, faults, first.stdout, first.stderr)
			}
		})
	}
	t.Logf("%d rounds: exit codes %v, clusters made without an answer: %d", len(rounds), codes, unanswered)
}
