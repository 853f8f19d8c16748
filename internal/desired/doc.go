// Package desired reads desired-state files: YAML in, the clusters they
// declare and the diagnostics out. It keeps one invariant: a file is taken
// whole or not at all, and one run finds everything that stops it, each finding
// with its file, line and column. It never panics, and its time is linear in
// the size of the files.
//
// The language is a set of tables, one for each kind of object (see field). All
// objects are read by one function, so that unknown keys, duplicate keys, merge
// keys and wrong types are found in one place. The schema, the canonical layout
// and what is exported follow from the same tables.
//
// What the package writes (see Export and File) it reads back as the same
// clusters, and a file that was made of a tenant plans to no changes.
package desired
