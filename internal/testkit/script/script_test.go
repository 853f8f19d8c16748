package script

import "testing"

func TestMain(m *testing.M) { Main(m) }

//nolint:paralleltest // scripts change the working directory
func TestScripts(t *testing.T) { Run(t, "script") }
