package report

import (
	"fmt"
	"io"
	"strings"

	"clusterctl/internal/desired"
	"clusterctl/internal/planner"
)

// adoption writes clusters that are in no file as entries that can be pasted
// into one, as many as are listed among the findings. The writer of files makes
// what is in them printable.
func adoption(w io.Writer, strays []planner.Stray) {
	var block desired.File
	for _, s := range strays[:min(len(strays), shownFindings)] {
		if strings.TrimSpace(s.Live.Name) == "" { // no entry can be without a name
			continue
		}
		declared := desired.Declare(s.Live).Cluster
		if s.Shared {
			declared.ID = s.Live.ID
		}
		block.Clusters = append(block.Clusters, declared)
	}
	if len(block.Clusters) == 0 {
		return
	}
	fmt.Fprintf(w, "\nTo manage what is unmanaged, add it to the clusters of a file; to leave it alone, add it to policy.ignore.\n\n%s", block.Entries())
	if more := len(strays) - shownFindings; more > 0 {
		fmt.Fprintf(w, "\n… and %d more, which clusterctl export --target NAME prints.\n", more)
	}
}
