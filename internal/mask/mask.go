// Package mask removes secrets from all output of the program.
package mask

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// masked replaces a secret.
const masked = "***"

// shortestSecret is the minimum length in bytes of a secret that is masked. Without it,
// a common word that is used as a secret in a test would be masked everywhere.
const shortestSecret = 8

// secretShapes matches what must never be in the output, wherever it comes from: tokens
// as the API issues them, private and public keys, certificates.
var secretShapes = regexp.MustCompile(
	`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}` +
		`|(?s:-----BEGIN [A-Z ]{3,40}-----.*?-----END [A-Z ]{3,40}-----)`)

// Masker masks secrets. All output of the program goes through one of its writers. It
// is safe for concurrent use.
type Masker struct {
	mu      sync.RWMutex
	secrets []secret
}

// Learn masks a secret from now on: plain and in base64, and both also as encoded in
// JSON, URLs, forms and HTML.
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

// Text returns s with all secrets masked. A nil Masker knows no secrets.
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

// Writer returns a writer that masks secrets and writes to w. It does not recognize a
// secret that is split over several writes, so each document is written in one.
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

// Unwrap returns the underlying writer, to check whether it is a terminal.
func (m masking) Unwrap() io.Writer { return m.next }

// maskIn replaces all occurrences of the secret in the text.
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
