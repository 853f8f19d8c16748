package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the program, too, where a script runs clusterctl.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"clusterctl": main})
}

func TestProgram(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: filepath.Join("..", "..", "testdata", "program")})
}
