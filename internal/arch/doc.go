// Package arch holds no code, only the tests of what concerns all packages: which
// may import which of ours, which library belongs to whom, who starts goroutines,
// and whether the mutations of scripts/mutate.sh still apply.
package arch
