package sandbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// A failed write is an error, not a tenant without the data.
func TestFoundingFailsAsAWhole(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	o := Options{Seed: 20, Now: newClock().Now}
	err := p.tenant.store.view(func(state) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	err = p.tenant.store.db.View(func(tx *bbolt.Tx) error {
		_, err := foundIn(tx, o)
		return err
	})
	if !errors.Is(err, bolterrors.ErrTxNotWritable) {
		t.Errorf("without a right to write: %v", err)
	}
	err = p.tenant.store.db.View(func(tx *bbolt.Tx) error { return seed(stateOf(tx), "acme", 1, o.Now()) })
	if !errors.Is(err, bolterrors.ErrTxNotWritable) {
		t.Errorf("without a number: %v", err)
	}
	// A bucket stands where a cluster, or the log configuration of one, would.
	for _, bucket := range []string{clustersBucket, logsBucket} {
		err = p.tenant.store.db.Update(func(tx *bbolt.Tx) error {
			if _, err := tx.Bucket([]byte(bucket)).CreateBucket([]byte(digest("cluster", "acme 1"))); err != nil {
				t.Error(err)
			}
			_, err := foundIn(tx, o)
			return err
		})
		if !errors.Is(err, bolterrors.ErrIncompatibleValue) {
			t.Errorf("%s: %v", bucket, err)
		}
	}
	if p.tenantRows() != 0 {
		t.Errorf("%d clusters", p.tenantRows())
	}
}

// A write that the database refuses is a server error without any effect.
func TestAFailedWriteIsAFailure(t *testing.T) {
	t.Parallel()
	p := serve(t, Options{})
	id := p.create(`{"name": "a"}`).ID
	err := p.tenant.store.db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.Bucket([]byte(logsBucket)).CreateBucket([]byte(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.wantProblem(p.putLog(id, `{"rootLevel": "INFO"}`), http.StatusInternalServerError, "incompatible value")
	p.wantProblem(p.delete(clusterPath(id)), http.StatusInternalServerError, "incompatible value")
	if p.show(id).Name != "a" {
		t.Error("it is gone")
	}
}

// Stored values that are not JSON are detected when the state is opened.
func TestStoredValuesAreJSON(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{clustersBucket, logsBucket, pastBucket} {
		for value, sound := range map[string]bool{`{}`: true, `{`: false, ``: false} {
			dir := t.TempDir()
			p := serve(t, Options{Dir: dir})
			err := p.tenant.store.db.Update(func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte(bucket)).Put([]byte("k"), []byte(value))
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.tenant.Close(); err != nil {
				t.Fatal(err)
			}
			tenant, err := Open(Options{Dir: dir})
			if (err == nil) != sound || err != nil && !strings.Contains(err.Error(), bucket+` "k" is not JSON`) {
				t.Errorf("%s %q: %v", bucket, value, err)
			}
			if err == nil {
				if err := tenant.Close(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}
