package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// openSound opens a state file, or makes one. It returns ErrDamaged, wrapped,
// for a file that the database would panic over sooner or later.
func openSound(path string) (*bbolt.DB, error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	return openGuarded(path, bbolt.Options{}, check)
}

// inspect reads everything that is in use in a state file, if there is one.
// That it is only read keeps the database from looking at what is not in use,
// which may be beyond the end of the file.
func inspect(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Size() == 0:
		// The database would make an empty tenant of it.
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	db, err := openGuarded(path, bbolt.Options{ReadOnly: true}, func(tx *bbolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: it has %d of %d bytes", ErrDamaged, info.Size(), tx.Size())
		}
		return tx.ForEach(inspectBucket)
	})
	if err != nil {
		return err
	}
	return db.Close()
}

func inspectBucket(name []byte, bucket *bbolt.Bucket) error {
	var before []byte
	return bucket.ForEach(func(key, value []byte) error {
		if before != nil && bytes.Compare(before, key) >= 0 {
			return fmt.Errorf("%w: bucket %q is out of order", ErrDamaged, name)
		}
		before = bytes.Clone(key)
		if string(name) != metaBucket && !json.Valid(value) {
			return fmt.Errorf("%w: %s %q is not JSON", ErrDamaged, name, key)
		}
		return nil
	})
}

// check has the database check what is not in use. It does so in a goroutine
// that nobody can guard: what is in use must have been read before.
func check(tx *bbolt.Tx) error {
	if err := checkExtents(tx); err != nil {
		return err
	}
	var first error
	for err := range tx.Check() {
		if first == nil {
			first = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return first
}

// checkExtents holds the pages to the file: the database would follow one that
// claims billions of pages.
func checkExtents(tx *bbolt.Tx) error {
	pages := int(tx.Size()) / tx.DB().Info().PageSize
	for id := 0; id < pages; id++ {
		page, err := tx.Page(id)
		switch {
		case err != nil:
			return fmt.Errorf("%w: page %d: %w", ErrDamaged, id, err)
		case page == nil || page.Type == "free":
			continue
		case page.OverflowCount >= pages-id:
			return fmt.Errorf("%w: page %d goes beyond the end", ErrDamaged, id)
		}
		id += page.OverflowCount // these have no head
	}
	return nil
}

// openGuarded opens a file that must stand a test.
func openGuarded(path string, o bbolt.Options, test func(*bbolt.Tx) error) (*bbolt.DB, error) {
	o.Timeout = lockWait
	var db *bbolt.DB
	err := guarded(func() (err error) {
		if db, err = bbolt.Open(path, 0o600, &o); err != nil {
			return damageOf(err)
		}
		return db.View(test)
	})
	if err != nil && db != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, err
}

// damageOf is the error of a file that the database opened and cannot read.
func damageOf(err error) error {
	if _, isPath := errors.AsType[*fs.PathError](err); isPath || errors.Is(err, bolterrors.ErrTimeout) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// guarded makes ErrDamaged of a panic and of a fault in mapped memory, which is
// how a file ends that is shorter than it says.
func guarded(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, reason)
		}
	}()
	return work()
}
