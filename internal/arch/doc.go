// Package arch holds no code, only the test that keeps the import rules: which
// package may import which of ours, and which library belongs to whom.
package arch
