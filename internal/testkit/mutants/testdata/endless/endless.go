// Package endless has a loop that a mutant does not end.
package endless

// Down counts down.
func Down(n int) {
	for n > 0 {
		n--
	}
}
