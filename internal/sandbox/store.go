package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"clusterctl/internal/jsonread"
)

// ErrInUse reports that another process, or another Open, uses a state directory.
var ErrInUse = errors.New("in use by another process")

// ErrOtherOrg reports that a state directory belongs to another tenant than the requested one.
var ErrOtherOrg = errors.New("it belongs to another tenant")

// ErrDamaged reports that a state file cannot be read.
var ErrDamaged = errors.New("the state file is damaged")

// errNoCluster reports that no cluster has the requested id.
var errNoCluster = errors.New("no such cluster")

const (
	stateFile = "tenant.db"
	// stateFormat is the version of the file's format.
	stateFormat = "1"
	// lockWait is how long Open waits for another process to end.
	lockWait = 500 * time.Millisecond
	// batchDelay is how long a write waits for others to share its fsync. With the library's
	// default of 10 ms, sequential writes would wait longer for that than for the disk.
	batchDelay = time.Millisecond
)

// The buckets of the state and the keys of the first.
const (
	metaBucket     = "meta"
	clustersBucket = "clusters"
	logsBucket     = "logs"
	pastBucket     = "past"

	formatKey = "format"
	orgKey    = "org"
	signKey   = "key"
)

// store is the state on disk. All changes are transactions, synced before they are acknowledged.
type store struct{ db *bbolt.DB }

func openStore(o Options) (*store, error) {
	dir := o.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("state directory %s cannot be created: %w (use another directory)", dir, err)
	}
	db, err := openSound(filepath.Join(dir, stateFile))
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("state directory %s is %w (stop it, or use another directory)", dir, ErrInUse)
	case errors.Is(err, ErrDamaged):
		return nil, fmt.Errorf("state directory %s: %w (restore %s from a backup, or delete it to start with a new tenant)", dir, err, stateFile)
	case err != nil:
		return nil, fmt.Errorf("open state directory %s: %w", dir, err)
	}
	db.MaxBatchDelay, db.NoSync = batchDelay, o.Unsynced
	return &store{db}, nil
}

func (s *store) close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close state: %w", err)
	}
	return nil
}

// view reads a consistent state.
func (s *store) view(work func(state) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return work(stateOf(tx)) })
}

// update changes the state atomically, and returns once the change is on disk. Concurrent updates
// share a transaction, so work may be called more than once.
func (s *store) update(work func(state) error) error {
	return s.db.Batch(func(tx *bbolt.Tx) error { return work(stateOf(tx)) })
}

// identity is the name and the signing key of a tenant.
type identity struct {
	org string
	key []byte
}

// found reads or creates the tenant's identity, and seeds a state that never had a cluster.
func (s *store) found(o Options) (who identity, err error) {
	err = s.db.Update(func(tx *bbolt.Tx) (err error) {
		who, err = foundIn(tx, o)
		return err
	})
	if err != nil {
		return identity{}, fmt.Errorf("state directory %s: %w", o.Dir, err)
	}
	return who, nil
}

func foundIn(tx *bbolt.Tx, o Options) (identity, error) {
	for _, name := range []string{metaBucket, clustersBucket, logsBucket, pastBucket} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return identity{}, err
		}
	}
	who, err := identify(tx.Bucket([]byte(metaBucket)), o)
	if err != nil {
		return identity{}, err
	}
	return who, seed(stateOf(tx), who.org, o.Seed, o.Now().UTC())
}

// identify reads a tenant's identity, or creates one for a new tenant.
func identify(meta *bbolt.Bucket, o Options) (identity, error) {
	if meta.Get([]byte(formatKey)) == nil {
		return initialize(meta, o)
	}
	if format := meta.Get([]byte(formatKey)); string(format) != stateFormat {
		return identity{}, fmt.Errorf("its format is %q, not %q: another version of clusterctl wrote it", format, stateFormat)
	}
	who := identity{org: string(meta.Get([]byte(orgKey))), key: bytes.Clone(meta.Get([]byte(signKey)))}
	if o.Org != "" && o.Org != who.org {
		return identity{}, fmt.Errorf("%w: %q, not %q", ErrOtherOrg, who.org, o.Org)
	}
	return who, nil
}

// initialize creates the identity of a new tenant.
func initialize(meta *bbolt.Bucket, o Options) (identity, error) {
	who := identity{org: cmp.Or(o.Org, DefaultOrg), key: []byte(o.randomHex(32))}
	return who, errors.Join(
		meta.Put([]byte(formatKey), []byte(stateFormat)),
		meta.Put([]byte(orgKey), []byte(who.org)),
		meta.Put([]byte(signKey), who.key),
	)
}

// state has the tenant's clusters within one transaction.
type state struct {
	clusters *bbolt.Bucket
	logs     *bbolt.Bucket
	past     *bbolt.Bucket
}

func stateOf(tx *bbolt.Tx) state {
	return state{
		clusters: tx.Bucket([]byte(clustersBucket)),
		logs:     tx.Bucket([]byte(logsBucket)),
		past:     tx.Bucket([]byte(pastBucket)),
	}
}

// record is one stored cluster: the document without logConfiguration, which expires, and the
// last log configuration.
type record struct {
	id  string
	doc json.RawMessage
	log *logConfig
}

// record returns a cluster, or errNoCluster.
func (s state) record(id string) (record, error) {
	doc := s.clusters.Get([]byte(id))
	if doc == nil {
		return record{}, fmt.Errorf("%w: %q", errNoCluster, id)
	}
	r := record{id: id, doc: bytes.Clone(doc)}
	if log := s.logs.Get([]byte(id)); log != nil {
		if err := jsonread.Unmarshal(log, &r.log); err != nil {
			return record{}, fmt.Errorf("stored log configuration of %q: %w", id, err)
		}
	}
	return r, nil
}

// put stores a cluster's document.
func (s state) put(id string, doc json.RawMessage) error {
	return s.clusters.Put([]byte(id), doc)
}

// putLog stores a cluster's log configuration.
func (s state) putLog(id string, log logConfig) error {
	return s.logs.Put([]byte(id), encode(log))
}

// remove deletes a cluster.
func (s state) remove(id string) error {
	return errors.Join(s.clusters.Delete([]byte(id)), s.logs.Delete([]byte(id)))
}

// everHadAny reports whether the tenant has ever had a cluster.
func (s state) everHadAny() bool { return s.clusters.Sequence() > 0 }

// nextNumber returns the number of the next cluster ever created.
func (s state) nextNumber() (uint64, error) { return s.clusters.NextSequence() }
