// Package sample is what the tests of mutants draw from.
package sample

import problems "errors"

// Sign is tested, but for zero and for what its error is.
func Sign(n int) (bool, error) {
	if n > 0 {
		return true, nil
	}
	return false, problems.New("not positive")
}
