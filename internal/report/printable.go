package report

import (
	"clusterctl/internal/escape"
)

// printable escapes what is not printable or would begin a command of a pipeline, so that no
// name can move a cursor or forge a line.
func (d Document) printable() Document {
	show(&d.Tool, &d.Policy)
	for _, p := range append(d.Text.Lead, d.Comment.Intro, d.Comment.Outro, d.Page.Subject) {
		p.show()
	}
	for i := range d.Page.Facts {
		show(&d.Page.Facts[i].Text)
	}
	for i := range d.Text.Checks {
		show(&d.Text.Checks[i].Message, &d.Text.Checks[i].Remedy)
	}
	if d.Text.Table != nil {
		for _, row := range d.Text.Table.Rows {
			for i := range row {
				show(&row[i].Text)
			}
		}
	}
	showItems(d.Items)
	for i := range d.Runs {
		d.Runs[i].Lead.show()
		show(&d.Runs[i].Digest)
		showItems(d.Runs[i].Items)
	}
	return d
}

func showItems(items []Item) {
	for n := range items {
		i := &items[n]
		show(&i.Kind, &i.What, &i.Name, &i.ID, &i.Origin, &i.State, &i.Message, &i.Alike, &i.Trace, &i.Sent, &i.Line, &i.Rule, &i.Test.Verb, &i.Test.Reason)
		if i.Accepted != nil {
			i.Accepted = &Accepted{Reason: escape.Text(i.Accepted.Reason), Until: i.Accepted.Until}
		}
		for _, fields := range [][]Field{i.Fields, i.Requests} {
			for n := range fields {
				show(&fields[n].Path, &fields[n].Before, &fields[n].After)
			}
		}
	}
}

func show(texts ...*string) {
	for _, text := range texts {
		if *text != "" {
			*text = escape.Text(*text)
		}
	}
}
