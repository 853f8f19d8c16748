package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/cli"
)

// person is a terminal at which someone types.
type person struct{ *strings.Reader }

func (person) Size() cli.Size { return cli.Size{Columns: 200, Rows: 50} }

// TestOneApprovalForAll checks that apply asks once, names each tenant with its changes, and
// writes nothing without a yes.
func TestOneApprovalForAll(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct{ code, writes int }{"yes\n": {exitDone, 1}, "y\n": {exitRefused, 0}, "": {exitRefused, 0}} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t)
			var out, log bytes.Buffer
			code := Run([]string{"clusterctl", "apply", "-t", "*", "--project", c.dir + "/clusterctl.yaml"}, Env{
				Stdin: person{strings.NewReader(answer)}, Stdout: &out, Stderr: &log, Now: time.Now, Transport: c,
				Getenv: func(name string) string {
					mark, isID := strings.CutPrefix(name, "ID_")
					return map[bool]string{true: "id-of-" + mark}[isID] + map[bool]string{true: c.dir}[name == "CLUSTERCTL_STATE_DIR"]
				},
			})
			if code != want.code {
				t.Errorf("exit code %d, want %d\n%s\n%s", code, want.code, &out, &log)
			}
			if question := "Apply 3 changes to 3 tenants (t-alpha: 1, t-bravo: 1, t-charlie: 1)? Only yes is accepted: "; strings.Count(log.String(), question) != 1 {
				t.Errorf("not asked once:\n%s", &log)
			}
			for _, mark := range marks() {
				if n := strings.Count(c.received[host(mark)], "POST https://"+host(mark)+"/v3/managed-clusters"); n != want.writes {
					t.Errorf("%s got %d writes", mark, n)
				}
			}
		})
	}
}
