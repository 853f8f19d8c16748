package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// column is one of a table. Where the terminal is too narrow, it gives way
// until only least cells are left; with 0 it never does. The first column, by
// which a row is known, gives way last.
type column struct {
	title string
	least int
	right bool
	// spare columns are left out before the first one gives way.
	spare bool
}

// table is text in columns, two blanks apart.
type table struct {
	columns []column
	rows    [][]string
	// color is the colour of a cell, or empty; nil colours none.
	color func(title, cell string) string
}

// columnGap is between two columns.
const columnGap = "  "

// write writes the table, no wider than limit where that is not 0.
func (t table) write(w io.Writer, limit int) {
	t = t.narrowed(limit)
	widths := t.fit(t.fit(t.widths(), limit, 1), limit, 0)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	t.row(w, widths, titles, false)
	for _, row := range t.rows {
		t.row(w, widths, row, true)
	}
}

// narrowed leaves out spare columns, the last first, while the others do not fit
// with a first one that keeps its width.
func (t table) narrowed(limit int) table {
	for limit > 0 && cellsOf(t.fit(t.widths(), limit, 1)) > limit {
		spare := -1
		for i, c := range t.columns {
			if c.spare {
				spare = i
			}
		}
		if spare < 0 {
			break
		}
		t = t.without(spare)
	}
	return t
}

func (t table) without(column int) table {
	t.columns = slices.Delete(slices.Clone(t.columns), column, column+1)
	rows := make([][]string, 0, len(t.rows))
	for _, row := range t.rows {
		rows = append(rows, slices.Delete(slices.Clone(row), column, column+1))
	}
	t.rows = rows
	return t
}

// cellsOf is how wide columns are with what is between them.
func cellsOf(widths []int) int {
	sum := len(columnGap) * (len(widths) - 1)
	for _, width := range widths {
		sum += width
	}
	return sum
}

// widths are those that every cell has room in.
func (t table) widths() []int {
	widths := make([]int, len(t.columns))
	for i, c := range t.columns {
		widths[i] = cells(c.title)
		for _, row := range t.rows {
			widths[i] = max(widths[i], cells(row[i]))
		}
	}
	return widths
}

// fit takes from the widest column, of those from first on, that may still give,
// cell by cell.
func (t table) fit(widths []int, limit, first int) []int {
	if limit == 0 {
		return widths
	}
	for excess := cellsOf(widths) - limit; excess > 0; excess-- {
		widest := -1
		for i, c := range t.columns {
			if i >= first && c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

func (t table) row(w io.Writer, widths []int, row []string, coloured bool) {
	shown := make([]string, len(row))
	for i, cell := range row {
		cell = shortened(cell, widths[i])
		if t.columns[i].right {
			shown[i] = strings.Repeat(" ", widths[i]-cells(cell)) + cell
		} else {
			shown[i] = padded(cell, widths[i])
		}
		if coloured && t.color != nil {
			shown[i] = colored(t.color(t.columns[i].title, cell), shown[i])
		}
	}
	fmt.Fprintln(w, strings.TrimRight(strings.Join(shown, columnGap), " "))
}
