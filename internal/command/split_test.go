package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clusterctl/internal/testkit/wire"
)

// TestSplitRefusesOneFileForTwo checks names whose files would replace each other, also where
// names differ only in case.
func TestSplitRefusesOneFileForTwo(t *testing.T) {
	t.Parallel()
	for _, names := range [][2]string{{"a", "a.vars"}, {"a.vars", "a"}, {"a", "A"}, {"a", "common"}, {"Common", "a"}} {
		dir := t.TempDir()
		line := []string{"clusterctl", "export", "--split", filepath.Join(dir, "out")}
		for i, name := range names {
			path := filepath.Join(dir, string(rune('0'+i)), name+".yaml")
			if err := os.Mkdir(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			wire.WriteFile(t, path, []byte("version: 1\nclusters: [{name: va-1, type: idn, description: of "+name+"}]\n"))
			line = append(line, path)
		}
		var out, log bytes.Buffer
		code := Run(line, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Now: time.Now, Getenv: func(string) string { return "" }})
		if code != exitError || !strings.Contains(log.String(), "--split: two files would be called") {
			t.Errorf("%s: exit code %d\n%s\n%s", names, code, &out, &log)
		}
		if _, err := os.Stat(filepath.Join(dir, "out")); err == nil {
			t.Errorf("%s: files were written", names)
		}
	}
}
