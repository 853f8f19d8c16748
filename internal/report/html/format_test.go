package html_test

import (
	"flag"

	"clusterctl/internal/report/html"
	"clusterctl/internal/testkit/documents"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func inHTML() documents.Format { return html.Write }
