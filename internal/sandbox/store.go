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

// Exists reports whether a directory has the state of a tenant.
func Exists(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, stateFile))
	return err == nil && info.Mode().IsRegular()
}

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
	shownBucket    = "shown"

	formatKey = "format"
	orgKey    = "org"
	podKey    = "pod"
	signKey   = "key"
)

// store is the state, on disk or in memory. All changes are transactions. On disk, they are synced
// before they are acknowledged.
type store struct {
	db     *bbolt.DB
	memory *memory // nil for a state on disk
}

func openStore(o Options) (*store, error) {
	if o.Memory {
		return &store{memory: newMemory()}, nil
	}
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
	return &store{db: db}, nil
}

func (s *store) close() error {
	if s.memory != nil {
		return nil
	}
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close state: %w", err)
	}
	return nil
}

// view reads a consistent state.
func (s *store) view(work func(state) error) error {
	if s.memory != nil {
		return s.memory.view(work)
	}
	return s.db.View(func(tx *bbolt.Tx) error { return work(stateOf(tx)) })
}

// update changes the state atomically, and returns once the change is on disk. Concurrent updates
// share a transaction, so work may be called more than once.
func (s *store) update(work func(state) error) error {
	if s.memory != nil {
		return s.memory.update(work)
	}
	return s.db.Batch(func(tx *bbolt.Tx) error { return work(stateOf(tx)) })
}

// identity is the name and the signing key of a tenant.
type identity struct {
	org, pod string
	key      []byte
}

// found reads or creates the tenant's identity, and seeds a state that never had a cluster.
func (s *store) found(o Options) (who identity, err error) {
	if s.memory != nil {
		err = s.memory.update(func(s state) error {
			who, err = s.found(o)
			return err
		})
		return who, err
	}
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
	for _, name := range []string{metaBucket, clustersBucket, logsBucket, pastBucket, shownBucket} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return identity{}, err
		}
	}
	return stateOf(tx).found(o)
}

// found identifies the tenant, and adds the first clusters of a new one.
func (s state) found(o Options) (identity, error) {
	isNew := s.meta.Get([]byte(formatKey)) == nil
	if !isNew && o.Copies != nil {
		return identity{}, errors.New("it already has a tenant (use another directory)")
	}
	who, err := identify(s.meta, o)
	if err == nil {
		err = s.addCopies(o.Copies)
	}
	if err != nil {
		return identity{}, err
	}
	return who, seed(s, who.org, o.Seed, o.Now().UTC())
}

// identify reads a tenant's identity, or creates one for a new tenant.
func identify(meta bucket, o Options) (identity, error) {
	if meta.Get([]byte(formatKey)) == nil {
		return initialize(meta, o)
	}
	if format := meta.Get([]byte(formatKey)); string(format) != stateFormat {
		return identity{}, fmt.Errorf("its format is %q, not %q: another version of clusterctl wrote it", format, stateFormat)
	}
	who := identity{
		org: string(meta.Get([]byte(orgKey))), pod: cmp.Or(string(meta.Get([]byte(podKey))), defaultPod),
		key: bytes.Clone(meta.Get([]byte(signKey))),
	}
	if o.Org != "" && o.Org != who.org {
		return identity{}, fmt.Errorf("%w: %q, not %q", ErrOtherOrg, who.org, o.Org)
	}
	return who, nil
}

// initialize creates the identity of a new tenant.
func initialize(meta bucket, o Options) (identity, error) {
	who := identity{org: cmp.Or(o.Org, DefaultOrg), pod: cmp.Or(o.Pod, defaultPod), key: []byte(o.randomHex(32))}
	return who, errors.Join(
		meta.Put([]byte(formatKey), []byte(stateFormat)),
		meta.Put([]byte(orgKey), []byte(who.org)),
		meta.Put([]byte(podKey), []byte(who.pod)),
		meta.Put([]byte(signKey), who.key),
	)
}

// bucket is a part of the state: values by key, and a sequence of numbers.
type bucket interface {
	Get(key []byte) []byte
	Put(key, value []byte) error
	Delete(key []byte) error
	// ForEach visits the keys in their order.
	ForEach(visit func(key, value []byte) error) error
	Sequence() uint64
	NextSequence() (uint64, error)
}

// state has the tenant's clusters within one transaction.
type state struct {
	meta     bucket
	clusters bucket
	logs     bucket
	past     bucket
	shown    bucket // how a copied cluster shows its log configuration
}

func stateOf(tx *bbolt.Tx) state {
	return state{
		meta:     tx.Bucket([]byte(metaBucket)),
		clusters: tx.Bucket([]byte(clustersBucket)),
		logs:     tx.Bucket([]byte(logsBucket)),
		past:     tx.Bucket([]byte(pastBucket)),
		shown:    tx.Bucket([]byte(shownBucket)),
	}
}

// record is one stored cluster: the document without logConfiguration, which expires, and the
// last log configuration.
type record struct {
	id  string
	doc json.RawMessage
	log *logConfig
	// shown is nil unless the cluster was copied from another tenant.
	shown *shownLog
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
	if shown := s.shown.Get([]byte(id)); shown != nil {
		if err := jsonread.Unmarshal(shown, &r.shown); err != nil {
			return record{}, fmt.Errorf("stored copy of %q: %w", id, err)
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
	return errors.Join(s.logs.Put([]byte(id), encode(log)), s.showCurrentLog(id))
}

// remove deletes a cluster.
func (s state) remove(id string) error {
	return errors.Join(s.clusters.Delete([]byte(id)), s.logs.Delete([]byte(id)), s.shown.Delete([]byte(id)))
}

// everHadAny reports whether the tenant has ever had a cluster.
func (s state) everHadAny() bool { return s.clusters.Sequence() > 0 }

// nextNumber returns the number of the next cluster ever created.
func (s state) nextNumber() (uint64, error) { return s.clusters.NextSequence() }
