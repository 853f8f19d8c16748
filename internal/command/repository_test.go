package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkout is a repository with a directory in it, one next to it, and links to both. The
// paths in the tests are relative to it.
func checkout(t *testing.T) string {
	t.Helper()
	at := resolved(t.TempDir())
	for _, directory := range []string{"repo/.git", "repo/sub/deep", "other"} {
		if err := os.MkdirAll(filepath.Join(at, directory), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"link": "repo", "repo/inner": "sub", "repo/outer": "../other"} {
		if err := os.Symlink(target, filepath.Join(at, link)); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

func TestRepositoryPath(t *testing.T) {
	t.Parallel()
	at := checkout(t)
	for name, tt := range map[string]struct{ workdir, root, file, want string }{
		"at the root":                     {"repo", "repo", "clusters.yaml", "clusters.yaml"},
		"not clean":                       {"repo", "repo", "./sub//clusters.yaml", "sub/clusters.yaml"},
		"below":                           {"repo/sub", "repo", "clusters.yaml", "sub/clusters.yaml"},
		"up":                              {"repo/sub/deep", "repo", "../../clusters.yaml", "clusters.yaml"},
		"up and out":                      {"repo/sub", "repo", "../../other/clusters.yaml", "@/other/clusters.yaml"},
		"absolute":                        {"other", "repo", "@/repo/sub/clusters.yaml", "sub/clusters.yaml"},
		"absolute and outside":            {"repo", "repo", "@/other/clusters.yaml", "@/other/clusters.yaml"},
		"a neighbour of a like name":      {"repo", "repo", "@/repository/clusters.yaml", "@/repository/clusters.yaml"},
		"entered by a link":               {"link/sub", "repo", "clusters.yaml", "sub/clusters.yaml"},
		"absolute by a link":              {"repo", "repo", "@/link/clusters.yaml", "clusters.yaml"},
		"a directory in it that is one":   {"repo", "repo", "inner/clusters.yaml", "sub/clusters.yaml"},
		"one that leads out":              {"repo", "repo", "outer/clusters.yaml", "outer/clusters.yaml"},
		"up from a directory that is one": {"repo", "repo", "outer/../clusters.yaml", "@/clusters.yaml"},
		"a name with dots":                {"repo", "repo", "..clusters.yaml", "..clusters.yaml"},
		"a directory that is not there":   {"repo/sub", "repo", "gone/clusters.yaml", "sub/gone/clusters.yaml"},
		"standard input":                  {"repo/sub", "repo", "<stdin>", "<stdin>"},
		"no file":                         {"repo/sub", "repo", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := repository{root: filepath.Join(at, tt.root), workdir: filepath.Join(at, tt.workdir)}
			want := strings.Replace(tt.want, "@", at, 1)
			if got := filepath.ToSlash(r.path(strings.Replace(tt.file, "@", at, 1))); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestGitRoot(t *testing.T) {
	t.Parallel()
	at := checkout(t)
	if err := os.WriteFile(filepath.Join(at, "other", ".git"), []byte("gitdir: ../repo/.git/worktrees/other\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{
		"repo":          "repo",
		"repo/sub/deep": "repo",
		"link/sub":      "link",
		"other":         "other", // a worktree
	} {
		if got := gitRoot(filepath.Join(at, from)); got != filepath.Join(at, want) {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}
