package desired

import (
	"slices"
	"testing"
)

// TestNearLogger checks what is near a known logger. Known loggers are never near another,
// and neither are their packages and what is below them.
func TestNearLogger(t *testing.T) {
	t.Parallel()
	const jdbc, sm = "sailpoint.connector.JDBCConnector", "sailpoint.connector.sm.SMConnector"
	tests := map[string]string{
		"JDBCConnector": jdbc, "connector.JDBCConnector": jdbc, "sailpoint.JDBCConnector": jdbc, "sailpoint.connector.jdbcconnector": jdbc,
		"sailpoint.conector.JDBCConnector": jdbc, "sailpointconnector.JDBCConnector": jdbc, "sailpoint.connector.JDBCConnecotr": jdbc,
		"sailpoint.connector.SMConnector": sm, "sm.smconnector": sm,
		"com.acme.JDBCConnector": "", "connector.sailpoint.JDBCConnector": "", "sailpoint.connector.ADAMConnector": "", "root": "", "": "", ".": "",
	}
	for _, known := range knownLoggers() {
		tests[known], tests[known+".Client"], tests["sailpoint"], tests["openconnector.connector"] = "", "", "", ""
	}
	for name, want := range tests {
		if got := nearLogger(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if known := knownLoggers(); !slices.IsSorted(known) || len(slices.Compact(known)) != len(knownLoggers()) {
		t.Error("the known loggers are not sorted, or one is there twice")
	}
}
