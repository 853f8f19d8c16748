package terminal_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clusterctl/internal/testkit/terminal"
)

func TestSVG(t *testing.T) {
	t.Parallel()
	svg := terminal.SVG("a & b", "$ run\n  \x1b[32m+\x1b[0m a <b>\n\n1234567890\x1b[31mx  yz\x1b[0m\n", 12)
	want := []string{
		`<text class="prompt" xml:space="preserve" x="18" y="50" textLength="40">$ run</text>`,
		`<text class="green" xml:space="preserve" x="34" y="70" textLength="8">+</text>`,
		`<text xml:space="preserve" x="50" y="70" textLength="40">a &lt;b&gt;</text>`,
		`<text xml:space="preserve" x="18" y="110" textLength="80">1234567890</text>`,
		`<text class="red" xml:space="preserve" x="98" y="110" textLength="8">x</text>`,
		`<text class="red" xml:space="preserve" x="26" y="130" textLength="16">yz</text>`,
	}
	if diff := cmp.Diff(want, regexp.MustCompile("(?m)^<text.*").FindAllString(svg, -1)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, part := range []string{`viewBox="0 0 132 154"`, "<title>a &amp; b</title>"} {
		if !strings.Contains(svg, part) {
			t.Errorf("without %s:\n%s", part, svg)
		}
	}
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
