package mask_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"clusterctl/internal/mask"
)

func TestMask(t *testing.T) {
	t.Parallel()
	const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlc2ln"
	tests := map[string]struct{ in, want string }{
		"nothing secret":     {"va-austin\n", "va-austin\n"},
		"a known secret":     {"secret hunter2hunter2!\n", "secret ***!\n"},
		"as JSON has it":     {`{"secret":"quo\"ted\\secret"}`, `{"secret":"***"}`},
		"as a page has it":   {"<del>a&lt;b&amp;c&#43;d&#34;e</del>", "<del>***</del>"},
		"JSON in a page":     {`<del>&#34;a&lt;b&amp;c&#43;d\&#34;e&#34;</del>`, "<del>&#34;***&#34;</del>"},
		"twice":              {"hunter2hunter2 hunter2hunter2", "*** ***"},
		"too short":          {"any", "any"},
		"a token":            {"Bearer " + jwt + ".", "Bearer ***."},
		"a key":              {"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY----- and more", "*** and more"},
		"a key in JSON":      {`"-----BEGIN CERTIFICATE-----MIIB-----END CERTIFICATE-----"`, `"***"`},
		"dotted is no token": {"sailpoint.connector.ADLDAPConnector", "sailpoint.connector.ADLDAPConnector"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var (
				b strings.Builder
				m mask.Masker
			)
			for _, secret := range []string{"hunter2hunter2", `quo"ted\secret`, `a<b&c+d"e`, "any", ""} {
				m.Learn(secret)
			}
			n, err := fmt.Fprint(m.Writer(&b), tt.in)
			if err != nil || n != len(tt.in) || b.String() != tt.want {
				t.Errorf("%d, %v, %q; want %q", n, err, b.String(), tt.want)
			}
		})
	}
}

// Secrets of eight or more characters are masked as soon as they are learned.
func TestLearn(t *testing.T) {
	t.Parallel()
	var m mask.Masker
	const text = "hunter2, hunter22 and correct-horse"
	for _, tt := range []struct{ secret, want string }{
		{"hunter2", text},
		{"hunter22", "hunter2, *** and correct-horse"},
		{"hunter22", "hunter2, *** and correct-horse"},
		{"correct-horse", "hunter2, *** and ***"},
	} {
		m.Learn(tt.secret)
		if got := m.Text(text); got != tt.want {
			t.Errorf("with %s: %q, want %q", tt.secret, got, tt.want)
		}
	}
}

func TestNoMasker(t *testing.T) {
	t.Parallel()
	if got := (*mask.Masker)(nil).Text("hunter2hunter2"); got != "hunter2hunter2" {
		t.Errorf("became %q", got)
	}
}

func TestWriterBehindAMasker(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	masked, ok := new(mask.Masker).Writer(&b).(interface{ Unwrap() io.Writer })
	if !ok || masked.Unwrap() != io.Writer(&b) {
		t.Errorf("%T does not unwrap to what it writes to", masked)
	}
}

func TestMaskPassesErrorsOn(t *testing.T) {
	t.Parallel()
	if n, err := fmt.Fprint(new(mask.Masker).Writer(broken{}), "x"); !errors.Is(err, errFull) || n != 0 {
		t.Errorf("%d, err = %v", n, err)
	}
}

var errFull = errors.New("no space left on device")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errFull }
