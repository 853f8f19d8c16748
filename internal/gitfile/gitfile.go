// Package gitfile reads files as they are in git at a commit. It runs the git program, which
// neither converts the content nor runs filters of the repository. No file of the working
// tree decides what is read: paths are resolved in the commit, and links are refused.
package gitfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrOutside is the error for a path that is not in the repository.
var ErrOutside = errors.New("is outside of the git repository (use --policy-from FILE)")

// Commit is a commit of the repository around the working directory.
type Commit struct {
	id      string
	workdir string
	prefix  string // the working directory, relative to the top of the repository
}

// At returns the commit that a ref such as origin/main names.
func At(ctx context.Context, ref string) (Commit, error) {
	if ref == "" || ref[0] == '-' || ref[0] == '^' || strings.ContainsAny(ref, ": \t\r\n\x00") {
		return Commit{}, fmt.Errorf("%q is not a git ref (use a branch, a tag or a commit, such as git:origin/main)", ref)
	}
	workdir, err := os.Getwd()
	if err != nil {
		return Commit{}, err
	}
	place, err := git(ctx, mostOfListing, "rev-parse", "--show-toplevel", "--show-prefix")
	if err != nil {
		return Commit{}, err
	}
	top, prefix, _ := strings.Cut(line(place), "\n")
	if isBehindLink(workdir, top) {
		return Commit{}, fmt.Errorf("the working directory %s is behind a symbolic link in the git repository (run the command at the top of the repository)", workdir)
	}
	id, err := git(ctx, mostOfListing, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if _, isExit := errors.AsType[*exitError](err); isExit {
		return Commit{}, fmt.Errorf("git has no commit %q (fetch it first, such as with git fetch, or fetch-depth: 0 in CI)", ref)
	}
	return Commit{id: line(id), workdir: workdir, prefix: prefix}, err
}

// isBehindLink reports whether a directory between the top of the repository and the working
// directory, as the shell has it, is a link. A stranger may have put it in place of a directory,
// and git then looks elsewhere in the commit.
func isBehindLink(workdir, top string) bool {
	info, err := os.Stat(top)
	if err != nil {
		return true
	}
	isWithin, isLinked, links := false, false, false // links: at dir or below it
	for dir := workdir; ; dir = filepath.Dir(dir) {
		if other, err := os.Stat(dir); err == nil && os.SameFile(info, other) {
			isWithin, isLinked = true, links // a link to the top itself does not matter
		}
		if dir == filepath.Dir(dir) {
			return !isWithin || isLinked
		}
		own, err := os.Lstat(dir)
		links = links || err != nil || own.Mode()&os.ModeSymlink != 0
	}
}

func line(output []byte) string { return strings.TrimSuffix(string(output), "\n") }

// File is a file of a commit.
type File struct {
	Path string // as it was asked for or, in a directory, joined to it
	Data []byte
}

// Read reads a file or, in a directory, the files whose names isWanted accepts, sorted by name.
// Paths are relative to the working directory. A file with more bytes than most is an error, and
// so is a link or a submodule.
func (c Commit) Read(ctx context.Context, name string, isWanted func(string) bool, most int64) ([]File, error) {
	found, err := c.find(ctx, name)
	if err != nil {
		return nil, err
	}
	wanted := []entry{found}
	if found.kind == "tree" {
		if wanted, err = c.list(ctx, found.id); err != nil {
			return nil, err
		}
	}
	var files []File
	for _, e := range wanted {
		shown := name
		if found.kind == "tree" {
			if shown = filepath.Join(name, e.name); e.kind == "tree" || !isWanted(e.name) {
				continue
			}
		}
		data, err := e.read(ctx, most)
		if err != nil {
			return nil, fmt.Errorf("%s %w", shown, err)
		}
		files = append(files, File{shown, data})
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("directory %s contains no *.yaml or *.yml files in git at this commit (merge one first, or use --policy-from FILE)", name)
	}
	return files, nil
}

// find returns the entry of a path.
func (c Commit) find(ctx context.Context, name string) (entry, error) {
	inside, err := c.inside(name)
	if err != nil || inside == "." {
		return entry{kind: "tree", id: c.id}, err
	}
	entries, err := c.list(ctx, c.id, "--", inside)
	if err != nil {
		return entry{}, err
	}
	if len(entries) != 1 || entries[0].name != inside {
		return entry{}, fmt.Errorf("%s is not in git at this commit (merge it first, or use --policy-from FILE)", name)
	}
	return entries[0], nil
}

// inside returns a path relative to the top of the repository, with slashes. It follows no links
// of the working tree, which may be those of a stranger.
func (c Commit) inside(name string) (string, error) {
	relative := name
	if filepath.IsAbs(name) {
		var err error
		if relative, err = filepath.Rel(c.workdir, name); err != nil {
			return "", fmt.Errorf("%s %w", name, ErrOutside)
		}
	}
	inside := path.Join(c.prefix, filepath.ToSlash(relative))
	if inside == ".." || strings.HasPrefix(inside, "../") {
		return "", fmt.Errorf("%s %w", name, ErrOutside)
	}
	return path.Join(".", inside), nil
}

// entry is an entry of a tree.
type entry struct {
	mode, kind, id string
	size           int64 // of a file
	name           string
}

// list lists a tree, or only some paths of it.
func (c Commit) list(ctx context.Context, tree string, paths ...string) ([]entry, error) {
	output, err := git(ctx, mostOfListing, append([]string{"ls-tree", "-z", "-l", "--full-tree", tree}, paths...)...)
	if err != nil {
		return nil, err
	}
	var entries []entry
	for record := range strings.SplitSeq(strings.TrimSuffix(string(output), "\x00"), "\x00") {
		about, name, _ := strings.Cut(record, "\t")
		if fields := strings.Fields(about); len(fields) == 4 {
			size, _ := strconv.ParseInt(fields[3], 10, 64) // "-" if it is no file
			entries = append(entries, entry{fields[0], fields[1], fields[2], size, name})
		}
	}
	return entries, nil
}

// read reads a file. Git stores a link as a file with its target.
func (e entry) read(ctx context.Context, most int64) ([]byte, error) {
	switch {
	case e.mode == "120000":
		return nil, errors.New("is a symbolic link in git (name the file that it points to)")
	case e.kind != "blob":
		return nil, errors.New("is a submodule in git (name files of this repository)")
	case e.size > most:
		return nil, fmt.Errorf("is larger than %d MiB in git", most>>20)
	}
	return git(ctx, most, "cat-file", "blob", e.id)
}
