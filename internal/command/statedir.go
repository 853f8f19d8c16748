package command

import (
	"fmt"
	"path/filepath"
	"runtime"

	"clusterctl/internal/receipt"
)

// stateDirectory returns the directory for what runs leave behind. It may not exist.
func (e env) stateDirectory() (string, error) {
	const program = "clusterctl"
	if dir := e.Getenv("CLUSTERCTL_STATE_DIR"); dir != "" {
		return filepath.Abs(dir)
	}
	if dir := e.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) { // others are to be ignored
		return filepath.Join(dir, program), nil
	}
	home, below := "HOME", filepath.Join(".local", "state")
	if runtime.GOOS == "windows" {
		home, below = "LocalAppData", ""
	}
	if dir := e.Getenv(home); filepath.IsAbs(dir) {
		return filepath.Join(dir, below, program), nil
	}
	return "", fmt.Errorf("%s is not set to an absolute path", home)
}

// receipts returns the store of the tenant's receipts.
func (c *connection) receipts() (receipt.Store, error) {
	dir, err := c.env.stateDirectory()
	return receipt.StoreIn(filepath.Join(dir, "receipts"), c.tenant), err
}
