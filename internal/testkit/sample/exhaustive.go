//go:build exhaustive

package sample

const exhaustive = true
