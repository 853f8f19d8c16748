package desired

// extensionPrefix begins the keys of a document that are ignored.
const extensionPrefix = "x-"

// extensionField is the row of a document's keys that hold anchors. They stand
// in front of the keys that use them.
func extensionField[T any]() field[T] {
	return field[T]{
		extensionPrefix,
		form{kind: formExtension, about: "Anything, ignored: a place for anchors that the rest of the file uses."},
		func(*reader, value, *T) {},
	}
}
