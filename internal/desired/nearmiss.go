package desired

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"clusterctl/internal/cluster"
	"clusterctl/internal/escape"
	"clusterctl/internal/spelling"
)

// warnOfSpace warns about white space around a text that identifies something: it is
// compared exactly, and nobody sees the difference.
func (r *reader) warnOfSpace(v value, s string) {
	if trimmed := strings.TrimSpace(s); trimmed != s {
		r.warn(v.node, codeSurroundingSpace, v.label+" "+escape.Quote(s)+" begins or ends with white space", "write "+escape.Quote(trimmed))
	}
}

// identifier reads text that must not be blank and identifies something.
func (r *reader) identifier(v value) (string, bool) {
	s, ok := r.filledText(v)
	if ok {
		r.warnOfSpace(v, s)
	}
	return s, ok
}

// asIdentifier returns the codec of text that identifies something.
func asIdentifier[T any](at func(*T) *string) codec[T] {
	c := asText(at)
	c.read = func(r *reader, v value, into *T) { *at(into), _ = r.identifier(v) }
	return c
}

// asEmail returns the codec of an address in updatePreferences. Null and an empty string
// remove it.
func asEmail(key string) codec[cluster.Settings] {
	c := asSetting(key)
	read := c.read
	c.read = func(r *reader, v value, s *cluster.Settings) {
		read(r, v, s)
		address := (*s)[key]
		if address == nil || *address == "" {
			return
		}
		r.warnOfSpace(v, *address)
		if local, domain, _ := strings.Cut(*address, "@"); isBlank(local) || isBlank(domain) {
			r.warn(v.node, codeBadEmail, v.label+" "+escape.Quote(*address)+" is not an email address", "for example ops@example.com")
		}
	}
	return c
}

// warnOfSettingKey warns about a key of configuration that is almost a known one. The API
// accepts any key, and ignores those that it does not know.
func (r *reader) warnOfSettingKey(at *yaml.Node, key string) {
	for _, known := range knownSettings() {
		if key != known.key && spelling.IsNear(key, known.key) {
			r.warn(at, codeMisspelledSetting, "unknown configuration key "+escape.Quote(key), "did you mean "+escape.Quote(known.key)+"?")
			return
		}
	}
}

// warnOfLogger warns about a logger that is almost a known one: the API accepts any name,
// and a name that no logger has sets no level.
func (r *reader) warnOfLogger(at *yaml.Node, name string) {
	near, isMemorized := r.nearLoggers[name]
	if !isMemorized {
		near = nearLogger(name)
		r.nearLoggers[name] = near
	}
	if near != "" {
		r.warn(at, codeMisspelledLogger, "unknown logger "+escape.Quote(name), "did you mean "+escape.Quote(near)+"?")
	}
}

// nearLogger returns the known logger that a name was probably meant to be; it is empty if
// the name is known or there is none.
func nearLogger(name string) string {
	known := knownLoggers()
	if slices.Contains(known, name) {
		return ""
	}
	for _, k := range known {
		if spelling.IsNear(name, k) || lacksPackage(name, k) {
			return k
		}
	}
	return ""
}

// lacksPackage reports whether a name is a known logger without some of its packages.
func lacksPackage(name, known string) bool {
	parts, all := strings.Split(strings.ToLower(name), "."), strings.Split(strings.ToLower(known), ".")
	if parts[len(parts)-1] != all[len(all)-1] {
		return false
	}
	for _, part := range all {
		if len(parts) > 0 && parts[0] == part {
			parts = parts[1:]
		}
	}
	return len(parts) == 0
}
