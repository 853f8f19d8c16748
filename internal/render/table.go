package render

import (
	"fmt"
	"io"
	"strings"
)

// column is one of a table. Where the terminal is too narrow, it gives way
// until only least cells are left; with 0 it never does.
type column struct {
	title string
	least int
	right bool
}

// table is text in columns, two blanks apart.
type table struct {
	columns []column
	rows    [][]string
}

// columnGap is between two columns.
const columnGap = "  "

// write writes the table, no wider than limit where that is not 0.
func (t table) write(w io.Writer, limit int) {
	widths := t.fit(t.widths(), limit)
	titles := make([]string, len(t.columns))
	for i, c := range t.columns {
		titles[i] = c.title
	}
	t.row(w, widths, titles)
	for _, row := range t.rows {
		t.row(w, widths, row)
	}
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

// fit takes from the widest column that may still give, cell by cell.
func (t table) fit(widths []int, limit int) []int {
	if limit == 0 {
		return widths
	}
	total := len(columnGap) * (len(widths) - 1)
	for _, width := range widths {
		total += width
	}
	for ; total > limit; total-- {
		widest := -1
		for i, c := range t.columns {
			if c.least > 0 && widths[i] > c.least && (widest < 0 || widths[i] > widths[widest]) {
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

func (t table) row(w io.Writer, widths []int, row []string) {
	shown := make([]string, len(row))
	for i, cell := range row {
		cell = shortened(cell, widths[i])
		if t.columns[i].right {
			shown[i] = strings.Repeat(" ", widths[i]-cells(cell)) + cell
		} else {
			shown[i] = padded(cell, widths[i])
		}
	}
	fmt.Fprintln(w, strings.TrimRight(strings.Join(shown, columnGap), " "))
}
