package desired

import (
	"strings"
	"time"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
)

// LoadKnown reads known-drift files and returns their entries in order, and all
// findings. The entries are valid only if no finding is an error.
func LoadKnown(inputs []Input) (known []cluster.KnownDrift, found Diagnostics) {
	for _, input := range inputs {
		r := newReader(input, time.Time{})
		documents, complete := r.source.Parse(leastFile)
		for _, document := range documents {
			readObject(r, value{"a known-drift file", document}, knownFileFields(), &known)
		}
		if complete {
			r.checkVersion(documents)
		}
		found = append(found, r.findings()...)
	}
	return known, found
}

// knownFileFields is the table of the keys of a known-drift document.
func knownFileFields() []field[[]cluster.KnownDrift] {
	return []field[[]cluster.KnownDrift]{
		versionField[[]cluster.KnownDrift](),
		extensionField[[]cluster.KnownDrift](),
		{"known", list("The accepted drift.", knownForm()), reads(func(r *reader, v value, known *[]cluster.KnownDrift) {
			if r.once(v) {
				*known = append(*known, readList(r, v, "an entry of known", r.knownEntry)...)
			}
		})},
	}
}

// knownFields is the table of the keys of one entry.
func knownFields() []field[cluster.KnownDrift] {
	return []field[cluster.KnownDrift]{
		{"name", form{kind: formGlob, about: "The name of the cluster, or a name pattern."}.like("va-austin"),
			reads(func(r *reader, v value, k *cluster.KnownDrift) { k.Name, _ = r.glob(v) })},
		{"kind", choice("The kind of drift. If left out, any kind.", words(cluster.DriftKinds())...),
			asOneOf(func(k *cluster.KnownDrift) *cluster.DriftKind { return &k.Kind }, codeUnknownKind, "drift kind", cluster.DriftKinds())},
		{"path", text("The JSON Pointer of a field, or of an object with everything in it. If left out, the whole cluster.").
			like("/configuration/gmtOffset"),
			reads(readPointer)},
		{"reason", text("Why the drift is accepted.").like("moved manually until the cutover"),
			asText(func(k *cluster.KnownDrift) *string { return &k.Reason })},
		{"until", text("The last day, in UTC, or an RFC 3339 time.").like("2026-12-31"), reads(readUntil)},
	}
}

func knownForm() form {
	return objectOf("Drift that is accepted until a date.", knownFields()).needs(knownNeeds()...)
}

// knownNeeds returns the required keys of an entry. Drift that is accepted without a
// reason or an end would be forgotten.
func knownNeeds() []string { return []string{"name", "reason", "until"} }

func (r *reader) knownEntry(v value) (cluster.KnownDrift, bool) {
	var k cluster.KnownDrift
	o, ok := readObject(r, v, knownFields(), &k)
	if !ok {
		return k, false
	}
	k.Source = cluster.Source{File: r.file, Line: o.at.Line, Column: o.at.Column}
	for _, key := range knownNeeds() {
		if !o.has(key) {
			r.fail(o.at, codeMissingKey, key+" is missing", "every entry of known needs name, reason and until, such as until: 2026-12-31")
		}
	}
	if o.has("path") && k.Kind != "" && !k.Kind.HasFields() {
		r.fail(o.key("path"), codeUselessPath, "path cannot be combined with kind: "+string(k.Kind)+", which affects the whole cluster", "remove path")
	}
	return k, true
}

func readPointer(r *reader, v value, k *cluster.KnownDrift) {
	switch path, ok := r.filledText(v); {
	case !ok:
	case !isPointer(path):
		r.fail(v.node, codeBadPointer, "path "+escape.Quote(path)+" is not a JSON Pointer to a field",
			"for example /configuration/gmtOffset; in a key, write ~1 for / and ~0 for ~")
	default:
		k.Path = path
	}
}

// isPointer reports whether s is a JSON Pointer (RFC 6901) to a field: not to the whole
// document, and without empty keys.
func isPointer(s string) bool {
	unescaped := strings.NewReplacer("~0", "", "~1", "").Replace(s)
	return strings.HasPrefix(s, "/") && !strings.HasSuffix(s, "/") && !strings.Contains(s, "//") && !strings.Contains(unescaped, "~")
}

func readUntil(r *reader, v value, k *cluster.KnownDrift) {
	s, ok := r.filledText(v)
	if !ok {
		return
	}
	if k.Until, ok = parseUntil(s); !ok {
		r.badTime(v, s, "is not a valid date or RFC 3339 time", "for example 2026-12-31 or 2026-12-31T18:00:00Z")
	}
}
