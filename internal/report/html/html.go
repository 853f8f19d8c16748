// Package html writes documents as self-contained pages: they open from disk, print, and use
// no network. html/template escapes all text from files and tenants for its place.
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

// Policy returns the page's Content-Security-Policy: only its own style and script, by hash.
func (page) Policy() string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'",
		hashOf(pageStyle), hashOf(pageScript))
}

func hashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// Style returns the style sheet of the page.
func (page) Style() template.CSS { return template.CSS(pageStyle) } //nolint:gosec // G203: it is part of the program

// Script returns what searches and filters the page. Without it, everything is shown.
func (page) Script() template.JS {
	return template.JS(pageScript) //nolint:gosec // G203: it is part of the program and takes no input
}

// Write writes a document in one go, once it is whole.
func Write(w io.Writer, d report.Document) error {
	templates := template.Must(template.New("").Funcs(template.FuncMap{
		"sign": sign, "class": class, "label": label, "nameOf": nameOf, "actionOf": actionOf, "notesOf": notesOf, "moment": report.Moment,
	}).ParseFS(pageTemplates, "*.tmpl"))
	p := page{Document: d, Chart: chartOf(d.Page.Timeline)}
	for _, part := range d.Parts() {
		p.Sections = append(p.Sections, page{Document: part.Document}.sectionsOf(part.Name)...)
	}
	var out bytes.Buffer
	err := templates.ExecuteTemplate(&out, "page.tmpl", p)
	if err == nil {
		_, err = out.WriteTo(w)
	}
	return err
}
