package command

import (
	"testing"
	"time"

	"clusterctl/internal/api"
)

func TestParseRate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want api.Rate
	}{
		{"100/10s", api.Rate{Requests: 100, Span: 10 * time.Second}},
		{"1/1ms", api.Rate{Requests: 1, Span: time.Millisecond}},
		{"3000/1h30m", api.Rate{Requests: 3000, Span: 90 * time.Minute}},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			t.Parallel()
			if got, err := parseRate(tt.text); got != tt.want || err != nil {
				t.Errorf("%v, %v, want %v", got, err, tt.want)
			}
		})
	}
	for _, text := range []string{"", "/", "100", "100/", "/10s", "0/10s", "-1/10s", "1.5/1s", "100/0s", "100/-1s", "100/10", "100/10s/1", " 1/1s", "x/1s"} {
		t.Run("not "+text, func(t *testing.T) {
			t.Parallel()
			got, err := parseRate(text)
			if exitCode(err) != exitError || got != (api.Rate{}) {
				t.Errorf("%v, %v, want a usage error", got, err)
			}
		})
	}
}
