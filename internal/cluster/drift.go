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

// HasFields reports whether single fields can drift in this way. In the other
// kinds it is the cluster as a whole that does.
func (k DriftKind) HasFields() bool { return k == DriftChanged || k == DriftLapsed }

// KnownDrift is drift that somebody has accepted, for a reason and for a time.
type KnownDrift struct {
	// Source is where a file says so.
	Source Source
	Name   Glob
	// Kind is empty where every kind of drift is accepted.
	Kind DriftKind
	// Path is the JSON Pointer of the one field that may drift, or of an
	// object in which all may; it is empty where the whole cluster may.
	Path   string
	Reason string
	// Until is the first instant at which the drift is no longer accepted.
	Until time.Time
}

// Ended reports whether the time is over for which the drift was accepted.
func (k KnownDrift) Ended(now time.Time) bool { return !now.Before(k.Until) }

// IsAbout reports whether drift of this kind in a cluster of this name can be
// what was accepted.
func (k KnownDrift) IsAbout(kind DriftKind, name string) bool {
	return (k.Kind == "" || k.Kind == kind) && k.Name.Match(name)
}

// Covers reports whether a field is the one that was accepted, or lies in it.
func (k KnownDrift) Covers(path string) bool {
	return k.Path == "" || path == k.Path || strings.HasPrefix(path, k.Path+"/")
}
