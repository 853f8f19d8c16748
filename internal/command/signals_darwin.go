package command

import (
	"os"
	"syscall"
)

func fatalSignalsOfSystem() []os.Signal { return []os.Signal{syscall.SIGSYS, syscall.SIGEMT} }
