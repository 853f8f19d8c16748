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
	secrets []secret
}

// Learn masks a secret from now on: as it is, in base64, and either as JSON, an
// address, a form or a page encodes it.
func (m *Masker) Learn(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	isKnown := func(s secret) bool { return string(s.runes) == text }
	if len(text) < shortestSecret || slices.ContainsFunc(m.secrets, isKnown) {
		return
	}
	for _, t := range append([]string{text}, base64Cores(text)...) {
		m.secrets = append(m.secrets, secretOf(t))
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

// maskIn replaces the secret wherever the text has it.
func (s *secret) maskIn(text string) string {
	var b strings.Builder
	for {
		at, end := s.find(text)
		if at < 0 {
			return b.String() + text
		}
		b.WriteString(text[:at] + masked)
		text = text[end:]
	}
}
