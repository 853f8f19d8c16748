package cluster

import (
	"strings"
	"time"
)

// DriftKind says how a tenant differs from its files.
type DriftKind string

// The kinds of drift.
const (
	DriftBlocked   DriftKind = "blocked"
	DriftChanged   DriftKind = "changed"
	DriftLapsed    DriftKind = "lapsed"
	DriftMissing   DriftKind = "missing"
	DriftUnmanaged DriftKind = "unmanaged"
)

// DriftKinds lists all kinds of drift.
func DriftKinds() []DriftKind {
	return []DriftKind{DriftChanged, DriftMissing, DriftUnmanaged, DriftLapsed, DriftBlocked}
}

// HasFields reports whether single fields drift in this way. In the other kinds the whole
// cluster does.
func (k DriftKind) HasFields() bool { return k == DriftChanged || k == DriftLapsed }

// KnownDrift is drift that someone has accepted, with a reason and for a time.
type KnownDrift struct {
	// Source is the place of the entry.
	Source Source
	Name   Glob
	// Kind is the accepted kind of drift; empty accepts every kind.
	Kind DriftKind
	// Path is the JSON Pointer of the field that may drift, or of an object in which all
	// fields may. It is empty if the whole cluster may.
	Path   string
	Reason string
	// Until is the first instant at which the drift is no longer accepted.
	Until time.Time
}

// Period returns the words for accepting drift until a time. The end of a day in UTC is
// named by that day, as in the file.
func Period(until time.Time) string {
	until = until.UTC()
	if last := until.Add(-time.Nanosecond); last.Day() != until.Day() {
		return "through " + last.Format(time.DateOnly) + " UTC"
	}
	return "until " + until.Format(time.RFC3339)
}

// Ended reports whether the drift is no longer accepted.
func (k KnownDrift) Ended(now time.Time) bool { return !now.Before(k.Until) }

// IsAbout reports whether the entry is about this kind of drift in a cluster of this
// name.
func (k KnownDrift) IsAbout(kind DriftKind, name string) bool {
	return (k.Kind == "" || k.Kind == kind) && k.Name.Match(name)
}

// Covers reports whether the entry accepts drift of a field.
func (k KnownDrift) Covers(path string) bool {
	return k.Path == "" || path == k.Path || strings.HasPrefix(path, k.Path+"/")
}
