package desired

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxFileBytes is the largest file that is read.
const maxFileBytes = 64 << 20

// stdinPath is the path that stands for standard input.
const stdinPath = "-"

// Input is one file's bytes under the name that diagnostics call it by.
type Input struct {
	Name string
	Data []byte
}

// Read reads the files named by paths: a file, or "-" for stdin, which is
// named "<stdin>". A missing file, a directory, an unreadable file and a
// second "-" are errors that say so; all of them are told, joined. Of a file
// that is too large it keeps only enough for Load to refuse it.
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
		input, err := readOne(path, stdin)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		inputs = append(inputs, input)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return inputs, nil
}

func readOne(path string, stdin io.Reader) (Input, error) {
	if path == stdinPath {
		data, err := readCapped(stdin)
		if err != nil {
			return Input{}, fmt.Errorf("read stdin: %w", err)
		}
		return Input{Name: "<stdin>", Data: data}, nil
	}
	data, err := readFile(path)
	if err != nil {
		return Input{}, err
	}
	return Input{Name: path, Data: data}, nil
}

// readFile leaves the errors of os as they are: they name the file.
func readFile(path string) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory (name the files in it)", path)
	}
	return readCapped(file)
}

// readCapped reads one byte more than is allowed at most, which is how Load
// knows.
func readCapped(r io.Reader) ([]byte, error) {
	return io.ReadAll(io.LimitReader(r, maxFileBytes+1))
}
