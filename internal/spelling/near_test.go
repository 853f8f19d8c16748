package spelling_test

import (
	"strings"
	"testing"

	"clusterctl/internal/spelling"
)

func TestIsNear(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]bool{
		"gmtOffset": true, "GMTOFFSET": true, "gmt_offset": true, "gmt - offset": true, "gmtOfset": true, "gmtOffsets": true,
		"xgmtOffset": true, "gmtOffsex": true, "tmgOffset": false, "mgtOffset": true, "gmtOffste": true, "gmtffOset": false, "gmtOff": false,
		"gmtOffsetXY": false, "gmOfset": false, "": false, "g_m_t_o_f_f_s_e_t": false, "gmt": false, strings.Repeat("gmtOffset", 9): false,
	} {
		if got := spelling.IsNear(word, "gmtOffset"); got != want || spelling.IsNear("gmtOffset", word) != want {
			t.Errorf("%q: %t, want %t", word, got, want)
		}
	}
}
