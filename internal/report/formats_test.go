package report_test

import (
	"clusterctl/internal/mask"
	"clusterctl/internal/report"
	"clusterctl/internal/report/ci"
	"clusterctl/internal/report/html"
	"clusterctl/internal/report/markdown"
	"clusterctl/internal/report/text"
	"clusterctl/internal/testkit/documents"
)

// The tests of this package render documents in all formats. The packages of the formats test
// what is specific to one.

func inText() documents.Format { return text.Format{}.Write }

func inHTML() documents.Format { return html.Write }

func inMarkdown(m *mask.Masker) documents.Format {
	return markdown.Format{Limited: report.Limited{Masker: m}}.Write
}

func inGitHub(m *mask.Masker) documents.Format {
	return ci.Format{Limited: report.Limited{Masker: m}}.GitHub
}

func inJUnit(m *mask.Masker) documents.Format {
	return ci.Format{Limited: report.Limited{Masker: m}}.JUnit
}

func inSARIF() documents.Format { return ci.Format{Version: "1.2.3"}.SARIF }
