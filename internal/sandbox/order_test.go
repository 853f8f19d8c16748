package sandbox

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestKeysOutOfOrder exchanges two ids, which are keys, in a state file. Any pair must be
// detected before the database, which searches by order, uses it.
func TestKeysOutOfOrder(t *testing.T) {
	t.Parallel()
	state := stateOfTenant(t)
	keysByBucket := keysOf(t, state)
	for _, bucket := range []string{clustersBucket, logsBucket} {
		keys := keysByBucket[bucket]
		last := len(keys) - 1
		for name, pair := range map[string][2][]byte{
			"the first two": {keys[0], keys[1]}, "the last two": {keys[last-1], keys[last]}, "the ends": {keys[0], keys[last]},
		} {
			t.Run(bucket+", "+name, func(t *testing.T) {
				t.Parallel()
				_, _, err := openState(t, exchanged(state, pair[0], pair[1]))
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "out of order") {
					t.Errorf("error %v", err)
				}
			})
		}
	}
}

// exchanged replaces every a by b, and every b by a.
func exchanged(state, a, b []byte) []byte {
	aside := bytes.Repeat([]byte{0xff}, len(a)) // is in no text
	state = bytes.ReplaceAll(state, a, aside)
	state = bytes.ReplaceAll(state, b, a)
	return bytes.ReplaceAll(state, aside, b)
}

// keysOf are the keys of each bucket, in order.
func keysOf(t *testing.T, state []byte) map[string][][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), stateFile)
	if err := os.WriteFile(path, state, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	keys := map[string][][]byte{}
	err = db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			return bucket.ForEach(func(key, _ []byte) error {
				keys[string(name)] = append(keys[string(name)], bytes.Clone(key))
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
