package command

import (
	"os"
	"syscall"
)

func crashSignalsOfSystem() []os.Signal { return []os.Signal{syscall.SIGSYS, syscall.SIGSTKFLT} }
