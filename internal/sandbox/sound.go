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

// openSound opens or creates a state file. It returns ErrDamaged, wrapped, for a file on which
// the database could panic later.
func openSound(path string) (*bbolt.DB, error) {
	if err := inspect(path); err != nil {
		return nil, err
	}
	return openGuarded(path, bbolt.Options{}, check)
}

// inspect reads all used pages of an existing state file. It opens the file read-only, since the
// database would otherwise also read unused pages, which may be beyond the end of the file.
func inspect(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	db, err := openGuarded(path, bbolt.Options{ReadOnly: true}, func(tx *bbolt.Tx) error {
		if size := sizeOf(path); tx.Size() > size {
			return fmt.Errorf("%w: it has only %d of %d bytes", ErrDamaged, size, tx.Size())
		}
		return tx.ForEach(inspectBucket)
	})
	switch {
	case err == nil:
		return db.Close()
	case !errors.Is(err, bolterrors.ErrTimeout) && sizeOf(path) == 0:
		// Opening it for writing would create an empty tenant.
		return fmt.Errorf("%w: it is empty", ErrDamaged)
	}
	return err
}

// sizeOf returns the size of a file, negative if unknown. Call it only once the database has
// locked the file: before that, another process may extend it.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	return info.Size()
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

// check lets the database check the unused pages. It does so in its own goroutine, whose panics
// cannot be caught, so inspect must have succeeded before.
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

// checkExtents checks that all pages are within the file: the database would follow one that
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
			return fmt.Errorf("%w: page %d extends beyond the end of the file", ErrDamaged, id)
		}
		id += page.OverflowCount // overflow pages have no header
	}
	return nil
}

// openGuarded opens a file, and runs test on it.
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

// damageOf returns the error of a file that the database cannot read.
func damageOf(err error) error {
	if _, isPath := errors.AsType[*fs.PathError](err); isPath || errors.Is(err, bolterrors.ErrTimeout) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}

// guarded turns a panic into ErrDamaged, including a fault in mapped memory, as with a truncated
// file.
func guarded(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, reason)
		}
	}()
	return work()
}
