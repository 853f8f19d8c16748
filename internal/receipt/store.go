package receipt

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/api"
	"clusterctl/internal/atomicfile"
	"clusterctl/internal/cluster"
)

// Keep is how many receipts a store keeps.
const Keep = 50

// Store is the directory of one tenant's receipts. It has one file per run, and their names sort
// in the order of the runs.
type Store struct{ dir string }

// StoreIn returns the store of a tenant below a directory. An embedded tenant is known by its
// directory, any other by name and address, whatever the API version.
func StoreIn(directory string, t cluster.Tenant) Store {
	address := strings.ToLower(t.BaseURL)
	if root, err := api.ParseRoot(address, api.DefaultVersion); err == nil {
		address = root.String()
	}
	if t.Sandbox != "" {
		address = "sandbox " + atomicfile.Place(t.Sandbox)
	}
	sum := sha256.Sum256([]byte(t.Org + "\n" + address))
	return Store{filepath.Join(directory, fmt.Sprintf("%s-%x", label(t.Org), sum[:8]))}
}

// maxLabel is the longest accepted part of a name in the name of a directory.
const maxLabel = 40

// label returns a tenant's name as a part of a file name: the tenant may return anything. Two
// names can have the same label.
func label(org string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(org))
	if safe = strings.Trim(safe[:min(len(safe), maxLabel)], "-"); safe == "" {
		return "tenant"
	}
	return safe
}

// Dir returns the directory of the store, which may not exist.
func (s Store) Dir() string { return s.dir }

// timeLayout begins the name of a receipt, and extension ends it.
const (
	timeLayout = "20060102T150405.000000000Z"
	extension  = ".jsonl"
)

// timeIn returns the time in the name of a receipt.
func timeIn(name string) (time.Time, bool) {
	at, rest, found := strings.Cut(name, "-")
	t, err := time.Parse(timeLayout, at)
	return t, found && err == nil && strings.HasSuffix(rest, extension)
}

// Create opens a new receipt. Its name sorts last, even if the clock was set back.
func (s Store) Create(now time.Time) (*File, error) {
	if err := atomicfile.MakeDir(s.dir); err != nil {
		return nil, err
	}
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	if len(names) > 0 {
		if newest, _ := timeIn(names[len(names)-1]); !now.After(newest) {
			now = newest.Add(1)
		}
	}
	unique := strings.ToLower(rand.Text()[:8])
	file, _, err := Open(filepath.Join(s.dir, now.UTC().Format(timeLayout)+"-"+unique+extension))
	return file, err
}

// names returns the names of the receipts, oldest first.
func (s Store) names() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, entry := range entries {
		if _, ok := timeIn(entry.Name()); ok && entry.Type().IsRegular() {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// Paths returns the paths of the receipts, newest first.
func (s Store) Paths() ([]string, error) {
	names, err := s.names()
	for i, name := range names {
		names[i] = filepath.Join(s.dir, name)
	}
	slices.Reverse(names)
	return names, err
}

// Prune deletes the oldest receipts beyond Keep. It neither counts nor deletes a file that is not
// a receipt, and deletes none that another run has locked.
func (s Store) Prune() error {
	paths, err := s.Paths()
	paths = slices.DeleteFunc(paths, func(path string) bool { return !isReceipt(path) })
	for _, path := range paths[min(len(paths), Keep):] {
		err = errors.Join(err, removeUnlocked(path))
	}
	return err
}

// isReceipt reports whether the file at a path begins like a receipt.
func isReceipt(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	begin := make([]byte, len(lineBegin))
	_, err = io.ReadFull(file, begin)
	return errors.Join(err, file.Close()) == nil && string(begin) == lineBegin
}

// removeUnlocked deletes a receipt unless another run has locked it.
func removeUnlocked(path string) error {
	unlock, err := atomicfile.Lock(path)
	if errors.Is(err, ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(atomicfile.RemoveLocked(path), unlock())
}
