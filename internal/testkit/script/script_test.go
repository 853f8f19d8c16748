package script

import "testing"

func TestMain(m *testing.M) { Main(m) }

func TestScripts(t *testing.T) { Run(t, "script") }
