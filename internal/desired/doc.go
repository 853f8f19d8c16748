// Package desired reads desired-state files: YAML in, the clusters they
// declare and the diagnostics out. It keeps one invariant: a file is taken
// whole or not at all, and whatever stops it is told in one run, each finding
// with the file, line and column it stands at. It never panics, and its time
// is linear in the size of the files, whatever is in them.
//
// The language is a set of tables, one for each kind of object, of key and
// reader (see field). One walker holds every object against its table, so that
// unknown keys, duplicate keys, merge keys and wrong types are dealt with in
// one place.
//
// It writes files as well (see Export and File). What it writes it reads back as
// the same clusters, and a file that was made of a tenant plans to no changes.
package desired
