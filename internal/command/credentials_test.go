package command

import (
	"path/filepath"
	"strings"
	"testing"

	"clusterctl/internal/testkit/wire"
)

// A secret that an editor or a shell has damaged is an error that does not quote it. White
// space around it is ignored.
func TestSecretFiles(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ text, want, err string }{
		"as it is":                  {"hunter2 hunter2", "hunter2 hunter2", ""},
		"a line":                    {"\n hunter2hunter2 \r\n\n", "hunter2hunter2", ""},
		"a byte-order mark":         {"\ufeffhunter2", "", "a byte-order mark at the beginning (save it as UTF-8"},
		"a mark behind a blank":     {" \ufeffhunter2", "", "a byte-order mark at the beginning"},
		"UTF-16, little end first":  {"\xff\xfeh\x00u\x00", "", "encoded as UTF-16 (save it as UTF-8"},
		"UTF-16, big end first":     {"\xfe\xff\x00h\x00u", "", "encoded as UTF-16"},
		"UTF-16 without a mark":     {"h\x00u\x00n\x00", "", "encoded as UTF-16"},
		"two lines":                 {"hunter2\nhunter2", "", "more than one line (keep only the secret"},
		"two lines of an old kind":  {"hunter2\rhunter2", "", "more than one line"},
		"Latin 1":                   {"hunter2\xe4", "", "invalid characters in the secret"},
		"a control character":       {"hunter2\x1b[0m", "", "invalid characters in the secret"},
		"an invisible one":          {"hunter2\u200b", "", "invalid characters in the secret"},
		"empty":                     {" \n", "", "empty (put the secret in it)"},
		"far too large to be a one": {strings.Repeat("hunter2", 10_000), "", "larger than 64 KiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "secret")
			wire.WriteFile(t, path, []byte(tt.text))
			got, err := readSecret(t.Context(), path)
			if tt.err == "" {
				if err != nil || string(got) != tt.want {
					t.Errorf("%d characters, %v", len(got), err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.err) || strings.Contains(err.Error(), "hunter2") || got != "" {
				t.Errorf("err = %v, want …%s…", err, tt.err)
			}
		})
	}
}
