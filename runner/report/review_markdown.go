package report

import (
	"io"
	"strings"
)

// ReviewMarkdown writes a review for a comment on a pull request: the closing line first, then a table for each danger, of which the safe
// ones are folded. The error is that of the writer.
func ReviewMarkdown(w io.Writer, r *Review) error {
	m := &markdown{}
	m.line("### runner review %s", markdownCode(r.Ref))
	m.line("")
	m.line("**%s**", markdownText(r.Summary()))
	for _, d := range Dangers() {
		var list []ReviewChange
		for _, c := range r.Changes {
			if c.Danger == d {
				list = append(list, c)
			}
		}
		if len(list) == 0 {
			continue
		}
		folded := d == Safe
		if folded {
			m.line("")
			m.line("<details><summary>%s</summary>", count(int64(len(list)), "safe change"))
		}
		title := strings.ToUpper(d.String()[:1]) + d.String()[1:]
		markdownTable(m, title, []string{"change", "before and after", "used by", "where"}, list, func(c ReviewChange) []string {
			what := ""
			if c.What() != "" {
				what = markdownCode(c.What())
			}
			title := markdownText(c.Title())
			if c.Note != "" {
				title += "<br>" + markdownText(c.Note)
			}
			if c.ID != "" {
				title += " (" + c.ID + ")"
			}
			return []string{title, what, markdownText(names(c.Consumers)), markdownText(r.where(c))}
		})
		if folded {
			m.line("")
			m.line("</details>")
		}
	}
	for i, n := range r.Notes {
		if i == 0 {
			m.line("")
		}
		m.line("- %s", markdownText(n))
	}
	_, err := io.WriteString(w, m.String())
	return err
}
