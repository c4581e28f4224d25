package imports

import (
	"fmt"
	"strings"

	"streamflow/runner/spec"
)

// write makes the expectations file. What became of each expectation that is no rule stands in comments at its end.
func write(r Result, file, table, notes string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", spec.Comment(fmt.Sprintf("From the suite %s of Great Expectations %s (%s).", r.Suite, r.Version, file)))
	b.WriteString("kind: expectations\ntable: " + spec.Scalar(table) + "\n")
	if notes != "" {
		b.WriteString("description: " + spec.Scalar(notes) + "\n")
	}
	b.WriteString("defaults: {nulls: pass}    # a missing value is no failure, as in Great Expectations\n")
	rules := 0
	for _, list := range []struct {
		key     string
		warning bool
	}{{"rules", false}, {"warnings", true}} {
		begun := false
		for _, i := range r.Items {
			if i.Rule == nil || i.Rule.Warning != list.warning {
				continue
			}
			if !begun {
				b.WriteString(list.key + ":\n")
				begun = true
			}
			rules++
			writeRule(&b, i)
		}
	}
	if rules == 0 {
		b.WriteString("rules: []\n")
	}
	writeRest(&b, r)
	return b.String()
}

func writeRule(b *strings.Builder, i Item) {
	r := i.Rule
	for _, n := range i.Notes {
		b.WriteString("  # " + spec.Comment(n) + "\n")
	}
	key := "rule"
	if r.Query {
		key = "sql"
	}
	keys := [][2]string{{key, r.Text}, {"where", r.Where}}
	if r.Description != "" {
		keys = append(keys, [2]string{"description", r.Description})
	}
	if r.Where == "" && r.AtLeast == "" && !r.NullsFail && r.Description == "" && !r.Query {
		b.WriteString("  - " + spec.Scalar(r.Text) + "\n")
		return
	}
	lead := "  - "
	line := func(text string) {
		b.WriteString(lead + text + "\n")
		lead = "    "
	}
	for n, k := range keys {
		switch {
		case k[1] == "":
		case n == 0 && r.Query && strings.Contains(k[1], "\n") && spec.Printable(strings.ReplaceAll(k[1], "\n", "")):
			line(k[0] + ": |\n      " + strings.ReplaceAll(k[1], "\n", "\n      "))
		default:
			line(k[0] + ": " + spec.Scalar(k[1]))
		}
		if n == 1 && r.AtLeast != "" {
			line("at_least: " + r.AtLeast)
		}
		if n == 1 && r.NullsFail {
			line("nulls: fail")
		}
	}
}

// writeRest names what is no rule.
func writeRest(b *strings.Builder, r Result) {
	for _, part := range []struct {
		title string
		why   func(Item) string
	}{
		{"Always true, so there is nothing to write:", func(i Item) string { return i.Always }},
		{"Said twice:", func(i Item) string {
			if i.SameAs == nil {
				return ""
			}
			return fmt.Sprintf("says what expectations[%d] says", *i.SameAs)
		}},
		{"Not carried over:", func(i Item) string { return i.Refused }},
	} {
		begun := false
		for _, i := range r.Items {
			why := part.why(i)
			if why == "" {
				continue
			}
			if !begun {
				b.WriteString("\n# " + part.title + "\n")
				begun = true
			}
			b.WriteString("#   " + i.Title() + "\n#     " + spec.Comment(why) + "\n")
		}
	}
}

// Title names an expectation by its place in the suite, its type and its columns.
func (i Item) Title() string {
	out := fmt.Sprintf("expectations[%d] %s", i.Index, spec.Comment(i.Type))
	if i.About != "" {
		out += ", " + spec.Comment(i.About)
	}
	return out
}
