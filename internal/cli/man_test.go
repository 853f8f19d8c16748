package cli

import "testing"

func TestRoff(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":              "plain",
		"--out FILE":         `\-\-out FILE`,
		".TH at the front":   `\&.TH at the front`,
		"'quoted'":           `\&'quoted'`,
		`a \ line \`:         `a \e line \e`,
		"sha256:… → another": `sha256:\&... \(-> another`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
