package desired

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"clusterctl/internal/desired/layout"
)

// stdinPath is the path that means standard input.
const stdinPath = "-"

// Input is the content of a file, with its name for diagnostics.
type Input struct {
	Name string
	Data []byte
}

// Read reads the files at paths. A path is a file, "-" for standard input (named
// "<stdin>"), or a directory, from which Read takes the *.yaml and *.yml files, sorted
// by name, without hidden files, subdirectories and the project file. It returns all errors, joined: a
// missing or unreadable file, a directory without files, a second "-". Of a file that
// is too large it keeps only enough for Load to reject it.
func Read(paths []string, stdin io.Reader) ([]Input, error) {
	var inputs []Input
	var errs []error
	piped := false
	for _, path := range paths {
		switch {
		case path == stdinPath && piped:
			errs = append(errs, errors.New("standard input (-) can be read only once"))
		case path == stdinPath:
			piped = true
			data, err := readCapped(stdin)
			if err != nil {
				err = fmt.Errorf("read standard input: %w", err)
			}
			inputs, errs = append(inputs, Input{"<stdin>", data}), append(errs, err)
		default:
			read, err := readAt(path)
			inputs, errs = append(inputs, read...), append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return inputs, nil
}

// readAt reads a file, or the files in a directory. A project file in it is left out.
func readAt(path string) (inputs []Input, err error) {
	files, err := filesAt(path)
	errs := []error{err}
	for _, file := range files {
		data, err := readFile(file)
		errs = append(errs, err)
		if input := (Input{file, data}); file == path || !IsProject(input) {
			inputs = append(inputs, input)
		}
	}
	if err = errors.Join(errs...); err == nil && len(inputs) == 0 {
		err = fmt.Errorf("directory %s contains only a project file (use -t to plan its tenants)", path)
	}
	return inputs, err
}

// filesAt returns the path itself or, for a directory, the files in it that Read reads.
func filesAt(path string) ([]string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return []string{path}, nil // if it is missing, opening it fails
	}
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && IsListed(e.Name()) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("directory %s contains no *.yaml or *.yml files", path)
	}
	return files, nil
}

// IsListed reports whether Read reads a file with this name if it is in a directory.
func IsListed(name string) bool {
	extension := filepath.Ext(name)
	return !strings.HasPrefix(name, ".") && (extension == ".yaml" || extension == ".yml")
}

// readFile returns errors of os unchanged, because they name the file.
func readFile(path string) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return readCapped(file)
}

// readCapped reads at most one byte more than the limit, so that Load can detect a
// file that is too large.
func readCapped(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, layout.MaxBytes+1))
}
