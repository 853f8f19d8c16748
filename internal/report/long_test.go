package report_test

import (
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"clusterctl/internal/jsonpatch"
	"clusterctl/internal/mask"
	"clusterctl/internal/planner"
	"clusterctl/internal/testkit/documents"
)

// A value of megabytes is cut, with a mark. A secret at the cut is masked first.
func TestMarkdownCutsWhatIsLong(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN PRIVATE KEY-----" + strings.Repeat("MIIEvQIBADANBg", 200) + "-----END PRIVATE KEY-----"
	masker := new(mask.Masker)
	secret := strings.Repeat("s3cr|t&<", 100)
	masker.Learn(secret)
	p := planner.Plan{Changes: []planner.Change{{Action: planner.Update, Name: "va", Diff: []jsonpatch.Edit{
		{Path: "/a", After: documents.Raw(`"` + strings.Repeat("é", 1<<20) + `"`)},
		{Path: "/b", After: documents.Raw(`"` + key + `"`)},
		{Path: "/c", After: documents.Raw(`"` + secret + `"`)},
	}}}}
	for name, write := range map[string]func(io.Writer) error{
		"markdown": func(w io.Writer) error { return inMarkdown(masker).Plan(w, p) },
		"github":   func(w io.Writer) error { return inGitHub(masker).Plan(w, p) },
		"junit":    func(w io.Writer) error { return inJUnit(masker).Plan(w, p) },
	} {
		doc := documents.Written(t, write)
		if !utf8.ValidString(doc) || strings.Contains(doc, "MIIEv") || strings.Contains(doc, "s3cr") {
			t.Errorf("%s: a secret is shown, or a character is cut:\n%.2000s", name, doc)
		}
		if !strings.Contains(doc, "… (2097154 bytes in total)") || len(doc) > 4000 {
			t.Errorf("%s: %d bytes, not cut with a mark", name, len(doc))
		}
	}
}
