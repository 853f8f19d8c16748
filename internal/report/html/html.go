// Package html writes documents as pages, each in one file that needs no other: it
// opens from disk, prints, and asks nothing of any network. What a file or a tenant
// says reaches a page as text alone: html/template escapes it for the place where it
// stands.
package html

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"clusterctl/internal/report"
)

//go:embed *.tmpl
var pageTemplates embed.FS

//go:embed style.css
var pageStyle string

//go:embed script.js
var pageScript string

// Policy is the page's Content-Security-Policy: its own style and script, by
// their hashes, and nothing else from anywhere.
func (page) Policy() string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
		hashOf(pageStyle), hashOf(pageScript))
}

func hashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Style is the page's style sheet.
func (page) Style() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // G203: it is the program's own

// Script is what searches and filters the page. Without it, all is shown.
func (page) Script() template.JS {
	return template.JS(pageScript) //nolint:gosec // G203: it is the program's own, and takes nothing in
}

// Write writes a document in one go, once it is whole.
func Write(w io.Writer, d report.Document) error {
	templates := template.Must(template.New("").Funcs(template.FuncMap{
		"sign": sign, "class": class, "nameOf": nameOf, "actionOf": actionOf, "notesOf": notesOf, "moment": report.Moment,
	}).ParseFS(pageTemplates, "*.tmpl"))
	p := page{Document: d, Chart: chartOf(d.Page.Timeline)}
	p.Sections = p.sectionsOf()
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, "page.tmpl", p)
	if err == nil {
		_, err = out.WriteTo(w)
	}
	return err
}
