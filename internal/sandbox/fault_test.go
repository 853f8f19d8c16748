package sandbox

import (
	"strings"
	"testing"
	"time"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	tests := map[string]Fault{
		"drop-before@1":  {kind: dropBefore, request: 1},
		"drop-after@12":  {kind: dropAfter, request: 12},
		"500-before:0.1": {kind: failBefore, rate: 0.1},
		"500-after:1":    {kind: failAfter, rate: 1},
		"429@3":          {kind: refuse429, request: 3},
		"502@3":          {kind: gateway502, request: 3},
		"503:0.5":        {kind: busy503, rate: 0.5},
		"truncate@2":     {kind: truncate, request: 2},
		"garbage@2":      {kind: garbage, request: 2},
		"slow=1m0s@2":    {kind: slow, request: 2, slowness: time.Minute},
		"wrong-shape@1":  {kind: wrongShape, request: 1},
		"other-id@1":     {kind: otherID, request: 1},
		"101@1":          {kind: switching, request: 1},
		"499:0.5":        {kind: "499", rate: 0.5},
		"slow=5s:0.25":   {kind: slow, rate: 0.25, slowness: 5 * time.Second},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := ParseFault(text)
			if err != nil || got != want {
				t.Errorf("got %+v, %v, want %+v", got, err, want)
			}
			if got.String() != text {
				t.Errorf("it prints as %q", got)
			}
		})
	}
	if got, err := ParseFault("slow@2"); err != nil || got.slowness != time.Minute {
		t.Errorf("slow without a duration: %+v, %v", got, err)
	}
}

func TestParseFaultRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":              "needs a request number (KIND@N) or a rate (KIND:RATE)",
		"429":           "needs a request number (KIND@N) or a rate (KIND:RATE)",
		"explode@1":     `unknown kind "explode"; kinds: drop-before, drop-after`,
		"@1":            `unknown kind ""`,
		"429@0":         `"0" is not a request number`,
		"429@-1":        `"-1" is not a request number`,
		"429@":          `"" is not a request number`,
		"429:0":         `"0" is not a rate`,
		"429:1.01":      `"1.01" is not a rate`,
		"429:NaN":       `"NaN" is not a rate`,
		"429:some":      `"some" is not a rate`,
		"429=5s@1":      `"429" takes no value`,
		"slow=soon@1":   `"soon" is not a duration`,
		"slow=-1s@1":    `"-1s" is not a duration`,
		"drop-after@1s": `"1s" is not a request number`,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %+v, %v, want an error with %q", got, err, want)
			}
		})
	}
}

func FuzzParseFault(f *testing.F) {
	for _, text := range []string{"429@1", "slow=5s:0.5", "500-after:1e-3", "@", ":"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := ParseFault(text)
		if err != nil {
			return
		}
		if again, err := ParseFault(fault.String()); err != nil || again != fault {
			t.Errorf("%q prints as %q, which is %+v, %v", text, fault, again, err)
		}
	})
}

func TestFaultRate(t *testing.T) {
	t.Parallel()
	f := Fault{kind: refuse429, rate: 0.25}
	hits := func(seed uint64) (n int) {
		for request := range int64(4000) {
			if f.hits(request+1, seed) {
				n++
			}
		}
		return n
	}
	if n := hits(1); n < 900 || n > 1100 {
		t.Errorf("%d of 4000 were hit at a rate of a quarter", n)
	}
	if first, again := hits(7), hits(7); first != again || first == hits(8) {
		t.Errorf("seed 7 hits %d, then %d; another seed hits as many", first, again)
	}
	if always := (Fault{kind: refuse429, rate: 1}); !always.hits(1, 3) || (Fault{}).hits(1, 3) {
		t.Error("a rate of 1 does not always hit, or no fault does")
	}
}
