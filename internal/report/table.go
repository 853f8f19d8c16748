package report

// Table is text in columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell
}

// Column is a column of a table. The first one, with the names, shrinks last.
type Column struct {
	Title string
	Least int // the width it keeps on a narrow terminal; with 0 it never shrinks
	Right bool
	// Spare columns are left out before the first one shrinks: the lowest number first, 0 never.
	Spare int
}

// Cell is one value of a table.
type Cell struct {
	Text  string
	Level Level
}

// Quiet returns how many of the last n rows have no level.
func (t Table) Quiet(n int) (quiet int) {
	for _, row := range t.Rows[len(t.Rows)-n:] {
		if levelOf(row) == Silent {
			quiet++
		}
	}
	return quiet
}

// levelOf returns the highest level of the cells of a row.
func levelOf(row []Cell) (level Level) {
	for _, cell := range row {
		level = max(level, cell.Level)
	}
	return level
}
