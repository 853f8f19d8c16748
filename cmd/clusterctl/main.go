// Command clusterctl manages SailPoint clusters declaratively from YAML.
package main

import (
	"os"

	"clusterctl/internal/command"
)

func main() {
	os.Exit(command.Main(os.Args))
}
