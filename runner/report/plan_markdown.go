package report

import (
	"io"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
)

// FormatMarkdown is a plan, or a review, as a comment on a pull request.
const FormatMarkdown = "markdown"

// PlanMarkdown writes a plan for a comment on a pull request: the closing line first, what is destroyed or rewritten next, and the rest
// in tables. The error is that of the writer.
func PlanMarkdown(w io.Writer, r *Report, opts TextOptions) error {
	m := &markdown{}
	m.planHead(r)
	show := func(s Section) bool {
		return !r.Unfinished && (len(opts.Sections) == 0 || slices.Contains(opts.Sections, s))
	}
	if show(DestructiveSection) {
		m.losses(r.Losses)
	}
	m.problems(r)
	if show(SchemaSection) {
		markdownTable(m, "Schema", []string{"", "object", "change", "where"}, r.Changes, func(c Change) []string {
			return []string{c.Action, markdownCode(c.Object), markdownText(c.Detail), markdownText(c.Origin.String())}
		})
	}
	if show(DataSection) {
		m.tables(r.Tables, opts.All)
	}
	if show(SnapshotsSection) {
		m.snapshots(r.Snapshots, opts.All)
	}
	if show(OnlineSection) {
		markdownTable(m, "Online", []string{"view", "insert:", "update:", "delete:", "same:", ""}, changedViews(r.Materialized, opts.All), func(v Materialized) []string {
			return []string{markdownCode(v.View), thousands(v.Inserted), thousands(v.Updated), thousands(v.Deleted), thousands(v.Unchanged), v.State}
		})
	}
	if show(ExpectationsSection) {
		m.rules(r.Rules)
	}
	if show(FeaturesSection) {
		markdownTable(m, "Features", []string{"feature", "change", "", "used by"}, r.Features, func(c FeatureChange) []string {
			word := ""
			if c.Breaking {
				word = "**breaking**"
			}
			return []string{markdownCode(c.View + "." + c.Feature), markdownText(c.Detail), word, markdownText(strings.Join(c.Consumers, ", "))}
		})
	}
	if len(opts.Sections) == 0 {
		for i, n := range planNotes(r.Notes, opts.All) {
			if i == 0 {
				m.line("")
			}
			m.line("- %s", markdownText(n))
		}
	}
	_, err := io.WriteString(w, m.String())
	return err
}

// planHead is what one reads when one reads no further.
func (m *markdown) planHead(r *Report) {
	title := "### runner plan"
	if what := strings.TrimSpace(r.Pipeline + "  " + paramText(r.Params)); what != "" {
		title += " " + markdownCode(what)
	}
	m.line("%s", title)
	if r.Target != "" {
		m.line("")
		m.line("Target: %s", markdownCode(strings.Join(strings.Fields(r.Target), " ")))
	}
	said := []string{closing(r), Summarize(r).String()}
	if r.Unfinished {
		said = said[:1]
	}
	for _, text := range slices.DeleteFunc(said, func(text string) bool { return text == "" }) {
		m.line("")
		m.line("**%s**", markdownText(text))
	}
}

func (m *markdown) losses(losses []Loss) {
	if len(losses) == 0 {
		return
	}
	m.line("")
	m.line("> [!CAUTION]")
	m.line("> What is destroyed or rewritten:")
	for _, l := range losses {
		m.line("> - %s %s: %s %s (%s)", markdownText(l.Action), markdownCode(l.Object), thousands(l.Rows), markdownText(l.What), markdownText(consent(l)))
	}
}

// problems lists what apply would refuse, and then what is only worth a look.
func (m *markdown) problems(r *Report) {
	problems, _ := unseen(r)
	against := func(d Problem) bool { return d.Severity == diag.Error }
	m.findings("What stands against it", slices.DeleteFunc(slices.Clone(problems), func(d Problem) bool { return !against(d) }))
	m.findings("Warnings", slices.DeleteFunc(problems, against))
}

func (m *markdown) findings(title string, problems []Problem) {
	for i, d := range problems {
		if i == 0 {
			m.line("")
			m.line("#### %s", title)
			m.line("")
		}
		text := markdownText(d.Message)
		if at := d.Place.String(); at != "" {
			text = markdownCode(at) + " " + text
		}
		if d.Hint != "" {
			text += " (" + markdownText(d.Hint) + ")"
		}
		m.line("- %s", strings.TrimSpace(d.ID+" "+text))
	}
}

// snapshots lists those that would change, or conflict, with how the batch differs from what is frozen.
func (m *markdown) snapshots(snapshots []Snapshot, all bool) {
	shown := slices.DeleteFunc(slices.Clone(snapshots), func(s Snapshot) bool { return !all && s.State == IsUnchanged })
	markdownTable(m, "Snapshots", []string{"snapshot", "as of", "rows:", "", "differs"}, shown, func(s Snapshot) []string {
		state, differs := s.State, ""
		if s.LeftOut > 0 {
			state += ", left out " + thousands(s.LeftOut)
		}
		if d := s.Diff; d != nil {
			differs = thousands(d.Added) + " added, " + thousands(d.Removed) + " removed, " + thousands(d.Changed) + " changed"
			if len(d.Columns) > 0 {
				differs += " (" + changedColumns(d.Columns, 5) + ")"
			}
		}
		return []string{markdownCode(s.Name), s.AsOf, thousands(s.Rows), state, markdownText(differs)}
	})
}

func (m *markdown) tables(tables []Table, all bool) {
	var shown []Table
	for _, t := range tables {
		if all || !t.same() {
			shown = append(shown, t)
		}
	}
	markdownTable(m, "Data", []string{"table", "rows in:", "insert:", "update:", "delete:", "same:", "reject:", "most changed"}, shown, func(t Table) []string {
		return []string{markdownCode(t.Name), thousands(t.RowsIn), thousands(t.Inserted), thousands(t.Updated), thousands(t.Deleted), thousands(t.Unchanged),
			thousands(t.Rejected), markdownText(changedColumns(t.Changed, 5))}
	})
}

// rules lists those that do not pass, each with its first failing row.
func (m *markdown) rules(rules []Rule) {
	var bad []Rule
	for _, r := range rules {
		if r.Verdict == Fail || r.Verdict == Errored || r.Verdict == Quarantined {
			bad = append(bad, r)
		}
	}
	markdownTable(m, "Expectations", []string{"", "rule", "failed", "such as", "where"}, bad, func(r Rule) []string {
		word, such := "warn", ""
		switch {
		case r.Verdict == Quarantined:
			word = "set aside"
		case r.Severity == "error":
			word = "**fail**"
		}
		if len(r.Samples) > 0 { // as code, in which GitHub sees nobody mentioned and no issue named
			such = markdownCode(strings.TrimSpace(values(r.Samples[0].Key) + "  " + values(withoutKey(r.Samples[0]))))
		}
		failed := thousands(r.Failed) + " of " + thousands(r.Judged)
		for _, x := range r.Measures {
			failed = x.Text + " = " + x.Shown()
		}
		return []string{word, markdownCode(r.Table + ": " + r.Rule), markdownText(failed), such, markdownText(position(r))}
	})
}
