package report

import (
	"fmt"
	"strings"
)

// markdown is a text in GitHub's Markdown under way.
type markdown struct{ strings.Builder }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

// row writes one line of a table.
func (m *markdown) row(cells []string) { m.line("| %s |", strings.Join(cells, " | ")) }

// head begins a table under a heading. Titles that end in a colon are of numbers.
func (m *markdown) head(title string, heads []string) {
	m.line("")
	m.line("#### %s", title)
	m.line("")
	titles, rules := make([]string, len(heads)), make([]string, len(heads))
	for i, h := range heads {
		name, number := strings.CutSuffix(h, ":")
		titles[i], rules[i] = name, "---"
		if number {
			rules[i] = "---:"
		}
	}
	m.row(titles)
	m.row(rules)
}

// markdownTable writes a list as a table under a heading, or nothing when it is empty.
func markdownTable[T any](m *markdown, title string, heads []string, list []T, cells func(T) []string) {
	if len(list) == 0 {
		return
	}
	m.head(title, heads)
	for _, x := range list {
		m.row(cells(x))
	}
}

// markdownText keeps a text from being read as Markdown or HTML, and in its line.
func markdownText(s string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "&", "&amp;", "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`).Replace(clean(s))
}

// markdownCode is a text as code. One that holds grave accents stands between more of them than it has in a row.
func markdownCode(s string) string {
	s = strings.ReplaceAll(clean(s), "|", `\|`)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
