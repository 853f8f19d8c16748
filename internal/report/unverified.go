package report

import (
	"fmt"
	"io"

	"clusterctl/internal/cluster"
	"clusterctl/internal/planner"
)

// codeUnverified is the code of a listing that is not verified, among warnings.
const codeUnverified = "listing-not-verified"

// Unverified says that a listing is not known to be complete. It is empty where the
// listing is verified, and where none was read.
func Unverified(proof *cluster.Proof) string {
	if proof == nil || proof.Verified {
		return ""
	}
	return "the listing is not verified: the tenant returned no count"
}

// unverified writes the first line of a text.
func unverified(w io.Writer, proof *cluster.Proof) {
	if warning := Unverified(proof); warning != "" {
		fmt.Fprintf(w, "Warning: %s.\n", warning)
	}
}

// withUnverified are the warnings of a document, that of its listing first.
func withUnverified(proof *cluster.Proof, warnings []planner.Warning) []planner.Warning {
	if warning := Unverified(proof); warning != "" {
		return append([]planner.Warning{{Code: codeUnverified, Message: warning}}, warnings...)
	}
	return warnings
}
