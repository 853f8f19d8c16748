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

// table writes a table, no wider than the terminal if there is one.
func (f Format) table(w io.Writer, t report.Table) {
	t = f.masked(t)
	t = narrowed(t, f.Width)
	widths := fit(t, fit(t, widthsOf(t), f.Width, 1), f.Width, 0)
	titles := make([]report.Cell, len(t.Columns))
	for i, c := range t.Columns {
		titles[i].Text = c.Title
	}
	for _, row := range append([][]report.Cell{titles}, t.Rows...) {
		fmt.Fprintln(w, f.row(t, widths, row))
	}
}

func (f Format) masked(t report.Table) report.Table {
	rows := make([][]report.Cell, len(t.Rows))
	for i, row := range t.Rows {
		for _, cell := range row {
			cell.Text = f.Masker.Text(cell.Text)
			rows[i] = append(rows[i], cell)
		}
	}
	t.Rows = rows
	return t
}

func (f Format) row(t report.Table, widths []int, row []report.Cell) string {
	shown := make([]string, len(row))
	for i, cell := range row {
		text := shortened(cell.Text, widths[i])
		if t.Columns[i].Right {
			text = strings.Repeat(" ", widths[i]-cells(text)) + text
		} else {
			text = padded(text, widths[i])
		}
		shown[i] = f.colored(colorOfLevel(cell.Level), text)
	}
	return strings.TrimRight(strings.Join(shown, columnGap), " ")
}

// narrowed leaves out spare columns, the last first, while the others do not fit
// with a first one that keeps its width.
func narrowed(t report.Table, limit int) report.Table {
	for limit > 0 && total(fit(t, widthsOf(t), limit, 1)) > limit {
		spare := -1
		for i, c := range t.Columns {
			if c.Spare {
				spare = i
			}
		}
		if spare < 0 {
			break
		}
		t.Columns = without(t.Columns, spare)
		rows := make([][]report.Cell, 0, len(t.Rows))
		for _, row := range t.Rows {
			rows = append(rows, without(row, spare))
		}
		t.Rows = rows
	}
	return t
}

func without[T any](all []T, i int) []T { return slices.Delete(slices.Clone(all), i, i+1) }

// total is how wide columns are with what is between them.
func total(widths []int) int {
	sum := len(columnGap) * (len(widths) - 1)
	for _, width := range widths {
		sum += width
	}
	return sum
}

// widthsOf are those that every cell has room in.
func widthsOf(t report.Table) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = cells(c.Title)
		for _, row := range t.Rows {
			widths[i] = max(widths[i], cells(row[i].Text))
		}
	}
	return widths
}

// fit takes from the widest column, of those from first on, that may still give,
// cell by cell.
func fit(t report.Table, widths []int, limit, first int) []int {
	if limit == 0 {
		return widths
	}
	for excess := total(widths) - limit; excess > 0; excess-- {
		widest := -1
		for i, c := range t.Columns {
			if i >= first && c.Least > 0 && widths[i] > c.Least && (widest < 0 || widths[i] > widths[widest]) {
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
