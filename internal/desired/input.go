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

// stdinPath is the path that stands for standard input.
const stdinPath = "-"

// Input is one file's bytes under the name that diagnostics call it by.
type Input struct {
	Name string
	Data []byte
}

// Read reads the files named by paths: a file, "-" for stdin (which is named
// "<stdin>"), or a directory, which stands for the *.yaml and *.yml in it,
// sorted by name; what begins with a dot is not among them, nor is what a
// directory in it holds. A missing file, a directory without any, an unreadable
// file and a second "-" are errors that say so; all of them are told, joined.
// Of a file that is too large it keeps only enough for Load to refuse it.
func Read(paths []string, stdin io.Reader) ([]Input, error) {
	var (
		inputs []Input
		errs   []error
		piped  bool
	)
	for _, path := range paths {
		if path == stdinPath && piped {
			errs = append(errs, errors.New("stdin can be read only once"))
			continue
		}
		piped = piped || path == stdinPath
		read, err := readPath(path, stdin)
		inputs, errs = append(inputs, read...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return inputs, nil
}

func readPath(path string, stdin io.Reader) ([]Input, error) {
	if path == stdinPath {
		data, err := readCapped(stdin)
		if err != nil {
			return nil, fmt.Errorf("read stdin: %w", err)
		}
		return []Input{{Name: "<stdin>", Data: data}}, nil
	}
	files, err := Files(path)
	if err != nil {
		return nil, err
	}
	var (
		inputs []Input
		errs   []error
	)
	for _, file := range files {
		data, err := readFile(file)
		inputs, errs = append(inputs, Input{Name: file, Data: data}), append(errs, err)
	}
	return inputs, errors.Join(errs...)
}

// Files lists what a path stands for: the file itself or, of a directory, the
// files in it that Read reads.
func Files(path string) ([]string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
		return []string{path}, nil // of one that is missing, opening it will tell
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
		if !e.IsDir() && isDesiredState(e.Name()) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("directory %s has no *.yaml or *.yml in it", path)
	}
	return files, nil
}

func isDesiredState(name string) bool {
	extension := filepath.Ext(name)
	return (extension == ".yaml" || extension == ".yml") && !strings.HasPrefix(name, ".")
}

// readFile leaves the errors of os as they are: they name the file.
func readFile(path string) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return readCapped(file)
}

// readCapped reads one byte more than is allowed at most, which is how Load
// knows.
func readCapped(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, layout.MaxBytes+1))
}
