// Package desired reads desired-state files. It returns the clusters that they
// declare, and diagnostics. A file is accepted as a whole or not at all. One run
// finds every error, each with file, line and column. The package never panics,
// and its running time is linear in the size of the files.
//
// Tables define the file format, one for each kind of object (see field). One
// function reads all objects, so that unknown keys, duplicate keys, merge keys and
// wrong types are detected in one place. The JSON Schema, the canonical layout and
// the export are derived from the same tables.
//
// What the package writes (see Export and File), it reads back as the same
// clusters. A plan for an exported file has no changes.
package desired
