//go:build unix

package atomicfile_test

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"clusterctl/internal/atomicfile"
)

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("old and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// expectOnly checks that the directory has no other files.
func expectOnly(t *testing.T, dir string, want int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != want {
		t.Errorf("%d files, want %d: %v %v", len(entries), want, entries, err)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "new")
	for _, text := range []string{"first and longer", "second"} {
		if err := atomicfile.Write(path, []byte(text)); err != nil || read(t, path) != text {
			t.Errorf("%v, %q", err, read(t, path))
		}
	}
	expectOnly(t, dir, 1)
}

func TestWriteKeepsPermissionsAndLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	write(t, path)
	if err := errors.Join(os.Chmod(path, 0o640), os.Symlink("file", link)); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != 0o640 || read(t, path) != "new" {
		t.Errorf("%v %v %q", err, info.Mode(), read(t, path))
	}
	if target, err := os.Readlink(link); err != nil || target != "file" {
		t.Errorf("%q %v", target, err)
	}
	expectOnly(t, dir, 2)
}

// An error names the given path, never the temporary file.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	missing := filepath.Join(dir, "no", "file")
	var failed *os.PathError
	if err := atomicfile.Write(missing, nil); !errors.As(err, &failed) || failed.Path != missing || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	long := filepath.Join(dir, string(make([]byte, 3)))
	if err := atomicfile.Write(long, nil); err == nil {
		t.Error("a path with NUL was written")
	}
	if err := os.Mkdir(filepath.Join(dir, "directory"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(filepath.Join(dir, "directory"), nil); !errors.Is(err, atomicfile.ErrNotRegular) {
		t.Errorf("%v", err)
	}
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(pipe, []byte("x")); !errors.Is(err, atomicfile.ErrNotRegular) {
		t.Errorf("%v", err)
	}
	if info, err := os.Stat(pipe); err != nil || info.Mode().IsRegular() {
		t.Errorf("the pipe was replaced: %v", err)
	}
	expectOnly(t, dir, 2)
}

// If the disk is full, the old content stays and no temporary file is left.
func TestWriteTooMuch(t *testing.T) { //nolint:paralleltest // the limit is that of the process
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	write(t, path)
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	full := limit
	full.Cur = 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &full); err != nil {
		t.Fatal(err)
	}
	err := atomicfile.Write(path, []byte("a text that is longer"))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(err, syscall.EFBIG) || read(t, path) != "old and longer" {
		t.Errorf("%v, %q", err, read(t, path))
	}
	expectOnly(t, dir, 1)
}

func TestIsSameOfRelativePaths(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if !atomicfile.IsSame("new", filepath.Join(dir, "new")) || atomicfile.IsSame("new", filepath.Join(dir, "other")) {
		t.Error("a relative path is not that in the working directory")
	}
}

func TestWriteLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Write(loop, []byte("x")); err == nil {
		t.Error("a link to itself was written")
	}
	expectOnly(t, dir, 1)
}

func TestLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "locked")
	unlock, err := atomicfile.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := atomicfile.Lock(path); !errors.Is(err, atomicfile.ErrLocked) {
		t.Errorf("locked twice: %v", err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := atomicfile.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("another file was locked: %v", err)
	}
	expectOnly(t, dir, 1)
	if _, err := atomicfile.Lock(filepath.Join(path, "below")); err == nil || errors.Is(err, atomicfile.ErrLocked) {
		t.Errorf("no such file: %v", err)
	}
}

// A lock is seen without being taken.
func TestIsLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "locked")
	if atomicfile.IsLocked(path) {
		t.Error("a missing file is locked")
	}
	unlock, err := atomicfile.Lock(path)
	if err != nil {
		t.Fatal(err)
	}
	if !atomicfile.IsLocked(path) {
		t.Error("a locked file is not")
	}
	if err := unlock(); err != nil || atomicfile.IsLocked(path) {
		t.Errorf("an unlocked file is locked: %v", err)
	}
	again, err := atomicfile.Lock(path)
	if err != nil {
		t.Fatalf("looking took the lock: %v", err)
	}
	if err := errors.Join(atomicfile.RemoveLocked(path), again()); err != nil {
		t.Error(err)
	}
	expectOnly(t, filepath.Dir(path), 0)
}

func TestMakeDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "a", "b", "c")
	for range 2 {
		if err := atomicfile.MakeDir(path); err != nil {
			t.Fatal(err)
		}
	}
	for _, made := range []string{path, filepath.Join(dir, "a")} {
		if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%v, %v", info, err)
		}
	}
	write(t, filepath.Join(dir, "file"))
	for _, below := range []string{"file", "file/a", "file/a/b"} {
		if err := atomicfile.MakeDir(filepath.Join(dir, below)); err == nil || !strings.Contains(err.Error(), "not a directory") {
			t.Errorf("%s: %v", below, err)
		}
	}
}

func TestSyncDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := atomicfile.SyncDir(dir); err != nil {
		t.Error(err)
	}
	if err := atomicfile.SyncDir(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a directory that is missing: %v", err)
	}
	if err := atomicfile.SyncDir("/proc"); err == nil { // Linux cannot sync it; elsewhere it is missing
		t.Error("a directory that cannot be synced was")
	}
}

func TestIsSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(elements ...string) string { return filepath.Join(append([]string{dir}, elements...)...) }
	write(t, at("file"))
	write(t, at("other"))
	err := errors.Join(os.Symlink(dir, at("here")), os.Symlink("file", at("link")), os.Link(at("file"), at("hard")), os.Symlink("absent", at("dangling")))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{at("file"), at("file"), true},
		{at("file"), at("other"), false},
		{at("file"), at("link"), true},
		{at("file"), at("hard"), true},
		{at("file"), dir + "/./here/../file", true},
		{at("file"), at("here", "file"), true},
		{at("absent"), at("here", "absent"), true},
		{at("absent"), at("file"), false},
		{at("absent"), at("absent2"), false},
		{at("no", "absent"), at("no", "absent"), true},
		{at("no", "absent"), at("no", "other"), false},
		{at("here"), dir, true},
	} {
		if got := atomicfile.IsSame(tt.a, tt.b); got != tt.want {
			t.Errorf("%s and %s: %t", tt.a, tt.b, got)
		}
	}
}
