package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// repository is a checkout, at whose files a forge shows findings.
type repository struct {
	// root is where it is, through links; empty if that is not known.
	root string
	// workdir is the working directory as it was entered, links included.
	workdir string
}

// repositoryOf finds the checkout: where the pipeline says that it is (GitHub,
// GitLab, Azure), else the Git repository around the working directory, else that
// directory itself.
func repositoryOf(getenv func(string) string) repository {
	workdir, err := os.Getwd()
	if err != nil {
		return repository{}
	}
	r := repository{root: resolved(gitRoot(workdir)), workdir: workdir}
	for _, variable := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY"} {
		root := getenv(variable)
		if info, err := os.Stat(root); filepath.IsAbs(root) && err == nil && info.IsDir() {
			r.root = resolved(root)
			break
		}
	}
	return r
}

// gitRoot is the nearest directory upwards that has a .git, which is a file in a
// worktree, or the directory itself if none has.
func gitRoot(directory string) string {
	for at := directory; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return directory
		}
	}
}

// resolved is a path through links, or the path itself if it leads nowhere.
func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// path is that of a file relative to the root of the repository. One that is outside
// of it is absolute, and what is no file, such as <stdin>, stays as it is.
func (r repository) path(file string) string {
	if r.root == "" || file == "" || strings.HasPrefix(file, "<") {
		return file
	}
	// Links are followed up to the directory: the file may be one that is checked in.
	// Nothing is cleaned before that, since a .. behind a link goes up from its target.
	directory, name := filepath.Split(file)
	if !filepath.IsAbs(file) {
		directory = r.workdir + string(filepath.Separator) + directory
	}
	place := filepath.Join(resolved(directory), name)
	if inside, ok := within(r.root, place); ok {
		return inside
	}
	if slices.Contains(strings.Split(filepath.ToSlash(file), "/"), "..") {
		return place
	}
	given := filepath.Join(directory, name)
	if inside, ok := within(r.root, given); ok { // by a link that leads out
		return inside
	}
	return given
}

// within is a path relative to a directory, if it is in it.
func within(directory, path string) (string, bool) {
	relative, err := filepath.Rel(directory, path)
	return relative, err == nil && filepath.IsLocal(relative)
}
