// Package mask takes secrets out of whatever the program puts out.
package mask

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// masked stands where a secret stood.
const masked = "***"

// shortestSecret keeps a word that happens to be a test's secret from being
// masked wherever it stands.
const shortestSecret = 8

// secretShapes are what never belongs into an output, whoever put it there:
// tokens as the API makes them, private and public keys, certificates.
var secretShapes = regexp.MustCompile(
	`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}` +
		`|(?s:-----BEGIN [A-Z ]{3,40}-----.*?-----END [A-Z ]{3,40}-----)`)

// Masker is the one place that masks: all that the program puts out goes
// through a writer of it. It is safe for concurrent use.
type Masker struct {
	mu      sync.RWMutex
	secrets []spelling
}

// Learn masks a secret from now on: as it is, in base64, and either as JSON, an
// address, a form or a page spells it.
func (m *Masker) Learn(secret string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(secret) < shortestSecret {
		return
	}
	if slices.ContainsFunc(m.secrets, func(known spelling) bool { return string(known.runes) == secret }) {
		return
	}
	m.secrets = append(m.secrets, spellingOf(secret))
	for _, core := range base64Cores(secret) {
		m.secrets = append(m.secrets, spellingOf(core))
	}
}

// Text is s without the secrets. A nil Masker knows none.
func (m *Masker) Text(s string) string {
	if m == nil {
		return s
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	for i := range m.secrets {
		s = m.secrets[i].maskIn(s)
	}
	return secretShapes.ReplaceAllString(s, masked)
}

// Writer passes on what is written to it, without the secrets. One that is
// split over several writes is not seen: documents are written in one.
func (m *Masker) Writer(w io.Writer) io.Writer { return masking{w, m} }

type masking struct {
	next   io.Writer
	masker *Masker
}

func (m masking) Write(p []byte) (int, error) {
	if _, err := io.WriteString(m.next, m.masker.Text(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Unwrap is the writer behind, for who has to know whether it is a terminal.
func (m masking) Unwrap() io.Writer { return m.next }

// maskIn replaces every place where the text spells the secret.
func (p *spelling) maskIn(s string) string {
	var b strings.Builder
	for {
		at, end := p.find(s)
		if at < 0 {
			break
		}
		b.WriteString(s[:at] + masked)
		s = s[end:]
	}
	if b.Len() == 0 {
		return s
	}
	return b.String() + s
}
