package command

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// repository is a checkout. A forge shows findings at the paths of its files.
type repository struct {
	root    string // with links resolved; empty if it is not known
	workdir string // with links as they were entered
}

// repositoryOf is the checkout that the pipeline names (GitHub, GitLab, Azure), else the
// Git repository around the working directory, else that directory.
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

// gitRoot is the nearest directory upwards with a .git, or the directory itself.
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

// resolved is a path with links resolved, or the path itself if it leads nowhere.
func resolved(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// path is relative to the root for a file in the repository, else absolute. <stdin> stays.
func (r repository) path(file string) string {
	if r.root == "" || file == "" || strings.HasPrefix(file, "<") {
		return file
	}
	// The file itself may be a link in the repository. Paths are not cleaned before links
	// are resolved: a .. behind a link goes up from its target.
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
