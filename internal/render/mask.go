package render

import (
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"

	"clusterctl/internal/escape"
	"clusterctl/internal/jsonpatch"
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
	secrets []string
}

// Learn masks a secret from now on, as it is, as JSON has it, and as either
// stands in a page.
func (m *Masker) Learn(secret string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(secret) < shortestSecret {
		return
	}
	inJSON := insideQuotes(secret)
	for _, form := range []string{secret, inJSON, inPage(secret), inPage(inJSON)} {
		if !slices.Contains(m.secrets, form) {
			m.secrets = append(m.secrets, form)
		}
	}
}

// Text is s without the secrets.
func (m *Masker) Text(s string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, secret := range m.secrets {
		s = strings.ReplaceAll(s, secret, masked)
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

// inPage is a text as html/template writes it, which escapes + as well.
func inPage(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(Printable(s)), "+", "&#43;")
}

// insideQuotes is a text as it stands in JSON.
func insideQuotes(s string) string {
	quoted := escape.JSON(jsonpatch.Quote(s))
	return string(quoted[1 : len(quoted)-1])
}
