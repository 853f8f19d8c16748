package endless

import "testing"

func TestDown(*testing.T) { Down(2) }
