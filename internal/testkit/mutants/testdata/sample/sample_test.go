package sample

import "testing"

func TestSign(t *testing.T) {
	if positive, err := Sign(1); !positive || err != nil {
		t.Error(positive, err)
	}
	if positive, _ := Sign(-1); positive {
		t.Error(positive)
	}
}

func TestZero(t *testing.T) {
	if positive, _ := Sign(0); positive {
		t.Error(positive)
	}
}
