package explain

import (
	"fmt"
	"strings"
)

const pageHead = `# What is checked

<!-- Written by go test ./runner/explain -update from the list in runner/explain and its cases. -->

Every finding has an id that never changes, a name and a severity. Errors of ` + "`runner lint`" + ` end with exit code 2, and
` + "`runner apply`" + ` refuses specs that have any; information is shown with ` + "`--format json`" + ` only. Some findings come milder than listed where less is at
stake. Each example below is run by the tests, and its output is what is printed.

` + "`runner explain ID`" + ` shows one in the terminal, and ` + "`runner lint --list`" + ` lists all. With ` + "`--format json`" + ` both write ` + "`{\"checks\": [...]}`" + `, each with
` + "`id`, `name`, `severity`, `title` and `page`; `explain` adds `why`, `mend` and `example` with `language`, `files` and `output`" + `.
`

// documentation is docs/checks.md.
func documentation(all []Group) string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, g := range all {
		fmt.Fprintf(&b, "\n%s:\n\n| id | severity | about |\n|---|---|---|\n", g.Title)
		for _, c := range g.Checks {
			fmt.Fprintf(&b, "| [%s](%s) | %s | %s |\n", c.ID, strings.TrimPrefix(c.Page, "docs/checks.md"), c.Severity, c.Title)
		}
	}
	for _, g := range all {
		fmt.Fprintf(&b, "\n## %s\n", g.Title)
		for _, c := range g.Checks {
			writeSection(&b, c)
		}
	}
	return b.String()
}

// writeSection is what the page says of one check.
func writeSection(b *strings.Builder, c Check) {
	severity := c.Severity.String()
	fmt.Fprintf(b, "\n### %s %s\n\n%s: %s.\n\n%s\n\n", c.ID, c.Name, strings.ToUpper(severity[:1])+severity[1:], c.Title, c.Why)
	if len(c.Cases) > 0 {
		example, language := c.Cases[0], "text"
		if example.Session != "" {
			language = "console"
		}
		fmt.Fprintf(b, "```%s\n%s```\n\n```%s\n%s\n```\n\n", example.Language, example.Files, language, example.Shown(c.ID))
	}
	fmt.Fprintf(b, "To mend it: %s\n", c.Mend)
}
