package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// source is a package with its types. Tests are not part of it.
type source struct {
	files    *token.FileSet
	importer types.Importer
	types    *types.Package
	info     *types.Info
	syntax   []*ast.File
	texts    [][]byte // of syntax, in the same order
}

// listed is a package as go list prints it.
type listed struct {
	ImportPath string
	Dir        string
	Export     string // the file with its export data
	GoFiles    []string
	DepOnly    bool
}

// load reads the package that a pattern names.
func load(ctx context.Context, pattern string) (*source, error) {
	packages, err := list(ctx, pattern)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	var named []listed
	for _, p := range packages {
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			named = append(named, p)
		}
	}
	if len(named) != 1 {
		return nil, fmt.Errorf("%s: %d packages; name one", pattern, len(named))
	}
	s := &source{files: token.NewFileSet()}
	s.importer = importer.ForCompiler(s.files, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	if err := s.read(named[0]); err != nil {
		return nil, err
	}
	return s, s.check(named[0].ImportPath)
}

// list returns a package and all that it needs, compiled.
func list(ctx context.Context, pattern string) ([]listed, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles,DepOnly", "--", pattern) //nolint:gosec // the pattern is the caller's
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go list %s: %w\n%s", pattern, err, stderr.String())
	}
	var packages []listed
	for dec := json.NewDecoder(&stdout); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list %s: %w", pattern, err)
		}
		packages = append(packages, p)
	}
}

func (s *source) read(p listed) error {
	for _, name := range p.GoFiles {
		path := filepath.Join(p.Dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := s.add(path, text); err != nil {
			return err
		}
	}
	return nil
}

func (s *source) add(path string, text []byte) error {
	file, err := parser.ParseFile(s.files, path, text, parser.SkipObjectResolution)
	s.syntax, s.texts = append(s.syntax, file), append(s.texts, text)
	return err
}

func (s *source) check(path string) (err error) {
	s.info = &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: s.importer}
	s.types, err = config.Check(path, s.files, s.syntax, s.info)
	return err
}
