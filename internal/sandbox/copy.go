package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"clusterctl/internal/jsonpatch"
)

// Copy is a cluster of another tenant.
type Copy struct {
	// ID is unique. It is empty for a row of the listing that has no id of its own, which is only
	// listed, as it is.
	ID string
	// Document is the cluster as it is listed, without its log configuration.
	Document json.RawMessage
	// Inline is the log configuration in the document, as it is listed; nil if it is omitted.
	Inline json.RawMessage
	// Log is the log configuration that a GET returns; nil for none.
	Log *CopiedLog
	// LogUnreadable makes a GET of the log configuration fail.
	LogUnreadable bool
}

// CopiedLog is a log configuration. Expiration is zero if the tenant did not return one: it then
// lasts until it is replaced.
type CopiedLog struct {
	RootLevel  string
	LogLevels  map[string]string
	Expiration time.Time
}

// shownLog says how a copied cluster shows its log configuration.
type shownLog struct {
	// Omitted leaves it out of the document.
	Omitted bool `json:"omitted,omitempty"`
	// Value is shown instead of the stored one, until that is replaced.
	Value      json.RawMessage `json:"value,omitempty"`
	Unreadable bool            `json:"unreadable,omitempty"`
}

// rowKey begins the keys of rows without an id, which no path can name.
const rowKey = "\x00row"

func isRow(key string) bool { return strings.HasPrefix(key, rowKey) }

// asCopied is served for a copied cluster. The stored object has no log configuration, so that one
// can be added without taking the object apart: copies are read very often.
func (r record) asCopied(now time.Time) json.RawMessage {
	log := r.shown.Value
	switch {
	case r.shown.Omitted:
		return r.doc
	case log == nil && r.log.lasts(now, inlineAfterEnd):
		log = encode(r.log)
	case log == nil:
		log = json.RawMessage("null")
	}
	rest := bytes.TrimSuffix(r.doc, []byte("}"))
	if len(rest) > len("{") {
		rest = append(slices.Clip(rest), ',')
	}
	return slices.Concat(rest, json.RawMessage(`"`+logMember+`":`), log, json.RawMessage("}"))
}

// addCopies adds the clusters of another tenant.
func (s state) addCopies(copies []Copy) error {
	for _, c := range copies {
		number, err := s.nextNumber() // also so that the tenant is not seeded
		if err != nil {
			return err
		}
		if err := s.addCopy(c, cmp.Or(c.ID, fmt.Sprintf("%s%08d", rowKey, number))); err != nil {
			return err
		}
	}
	return nil
}

func (s state) addCopy(c Copy, key string) error {
	shown := shownLog{Omitted: c.Inline == nil, Value: c.Inline, Unreadable: c.LogUnreadable}
	err := errors.Join(s.put(key, c.Document), s.shown.Put([]byte(key), encode(shown)))
	if c.Log != nil {
		err = errors.Join(err, s.logs.Put([]byte(key), encode(c.Log.stored())))
	}
	return err
}

func (l CopiedLog) stored() logConfig {
	end := ""
	if !l.Expiration.IsZero() {
		end = l.Expiration.UTC().Format(time.RFC3339Nano)
	}
	return logConfig{DurationMinutes: defaultDuration, Expiration: end, RootLevel: l.RootLevel, LogLevels: l.LogLevels}
}

// showCurrentLog makes a copied cluster show its stored log configuration, if it shows one.
func (s state) showCurrentLog(id string) error {
	r, err := s.record(id)
	if err != nil || r.shown == nil {
		return err
	}
	r.shown.Value, r.shown.Unreadable = nil, false
	return s.shown.Put([]byte(id), encode(r.shown))
}

// Stored is one cluster of the tenant.
type Stored struct {
	ID string
	// Document is the cluster without its log configuration.
	Document json.RawMessage
	// Log is the stored log configuration, in force or expired; nil for none.
	Log *CopiedLog
}

// Clusters returns all clusters, by id. Rows that are no clusters are left out.
func (t *Tenant) Clusters() ([]Stored, error) {
	var all []Stored
	err := t.store.view(func(s state) error {
		return s.clusters.ForEach(func(id, _ []byte) error {
			r, err := s.record(string(id))
			if err == nil && !isRow(r.id) {
				all = append(all, Stored{ID: r.id, Document: r.doc, Log: r.log.copied()})
			}
			return err
		})
	})
	return all, err
}

func (l *logConfig) copied() *CopiedLog {
	if l == nil {
		return nil
	}
	end, _ := time.Parse(time.RFC3339, l.Expiration) // this package wrote it
	return &CopiedLog{RootLevel: l.RootLevel, LogLevels: l.LogLevels, Expiration: end}
}

// changed returns the members that differ. Of an object, only the differing members count.
func changed(before, after object) object {
	differing := object{}
	for key, value := range after {
		if key == logMember || jsonpatch.Same(before[key], value) {
			continue
		}
		was, errWas := before.object(key)
		is, errIs := after.object(key)
		if errWas == nil && errIs == nil && was != nil && is != nil {
			value = encode(changed(was, is))
		}
		differing[key] = value
	}
	return differing
}
