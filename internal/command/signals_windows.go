package command

import "os"

func fatalSignalsOfSystem() []os.Signal { return nil }
