package text

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"clusterctl/internal/report"
)

// columnGap is between two columns.
const columnGap = "  "

// column is a column of a table, with the cells of all rows and its width.
type column struct {
	report.Column
	cells []report.Cell
	width int
}

// table writes a table no wider than the terminal.
func (f Format) table(w io.Writer, t report.Table) {
	columns := f.columns(t)
	if f.Width > 0 {
		columns = narrowed(columns, f.Width)
		fit(columns[1:], f.Width-columns[0].width-len(columnGap))
		fit(columns[:1], f.Width-total(columns[1:])-len(columnGap))
	}
	for row := range len(t.Rows) + 1 {
		shown := make([]string, len(columns))
		for i, c := range columns {
			shown[i] = f.cell(c, c.cells[row])
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(shown, columnGap), " "))
	}
}

// columns returns the columns of a table, titles first, as wide as their cells.
func (f Format) columns(t report.Table) []column {
	columns := make([]column, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = column{Column: c, cells: []report.Cell{{Text: c.Title}}, width: cells(c.Title)}
		for _, row := range t.Rows {
			cell := row[i]
			cell.Text = f.Masker.Text(cell.Text)
			columns[i].cells = append(columns[i].cells, cell)
			columns[i].width = max(columns[i].width, cells(cell.Text))
		}
	}
	return columns
}

func (f Format) cell(c column, cell report.Cell) string {
	text := shortened(cell.Text, c.width)
	if c.Right {
		text = strings.Repeat(" ", c.width-cells(text)) + text
	} else {
		text = padded(text, c.width)
	}
	return f.colored(colorOfLevel(cell.Level), text)
}

// narrowed removes spare columns, in their order, until the others fit without narrowing the
// first.
func narrowed(columns []column, limit int) []column {
	for {
		least := total(columns)
		for _, c := range columns[1:] {
			if c.Least > 0 {
				least -= max(c.width-c.Least, 0)
			}
		}
		spare := firstSpare(columns)
		if least <= limit || spare == 0 {
			return columns
		}
		columns = slices.Delete(columns, spare, spare+1)
	}
}

// firstSpare returns the column to remove first; 0 for none, since the first column is never spare.
func firstSpare(columns []column) (spare int) {
	for i, c := range columns {
		if c.Spare > 0 && (spare == 0 || c.Spare < columns[spare].Spare) {
			spare = i
		}
	}
	return spare
}

// total returns the width of columns with the gaps between them.
func total(columns []column) int {
	sum := len(columnGap) * (len(columns) - 1)
	for _, c := range columns {
		sum += c.width
	}
	return sum
}

// fit narrows the widest column that may shrink, cell by cell.
func fit(columns []column, limit int) {
	for excess := total(columns) - limit; excess > 0; excess-- {
		widest := -1
		for i, c := range columns {
			if c.Least > 0 && c.width > c.Least && (widest < 0 || c.width > columns[widest].width) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		columns[widest].width--
	}
}
