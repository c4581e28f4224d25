package check

import (
	"fmt"
	"slices"
	"time"

	"streamflow/runner/internal/diag"
	"streamflow/runner/spec"
)

// badIgnore is the check of comments that ignore findings. It cannot itself be ignored: a comment would have the last word about itself.
const badIgnore = "Y112"

// fromData are the checks that look at data, which may not be there in CI. A comment about them is never called unused.
var fromData = []string{"R204", "T304"}

// Ignore takes out of the findings of a tree those that comments in its files ask not to show, and adds what is wrong with such
// comments. Errors stay, whatever a comment says: a run would do what cannot be right. Known are all checks that a comment may name, today
// is the day for comments that hold until one. Both results are sorted. Where the findings hold errors nothing is called unused, because
// some checks could not be made.
func Ignore(tree *spec.Tree, findings diag.List, known []diag.Check, today time.Time) (kept diag.List, suppressed []diag.Suppressed) {
	m := muter{known: known, byFile: map[string][]*comment{}, certain: !findings.HasErrors()}
	for _, i := range tree.Ignores {
		c := &comment{Ignore: i, names: map[string]*named{}}
		m.read(c, tree.Project, today.Format(time.DateOnly))
		m.comments = append(m.comments, c)
		m.byFile[i.Place.File] = append(m.byFile[i.Place.File], c)
	}
	for _, d := range findings {
		if by := m.mutes(d); by != nil {
			suppressed = append(suppressed, diag.Suppressed{Diagnostic: d, Reason: by.Reason, By: by.Place})
		} else {
			kept = append(kept, d)
		}
	}
	m.unused()
	kept = append(kept, m.list...)
	kept.Sort()
	return kept, suppressed
}

// muter applies the comments of a project.
type muter struct {
	known    []diag.Check
	comments []*comment
	byFile   map[string][]*comment
	list     diag.List // what is wrong with the comments
	certain  bool      // every check was made
}

// comment is one of them, with the checks it names.
type comment struct {
	*spec.Ignore
	names   map[string]*named // by id
	expired bool
}

// named is a check that a comment names.
type named struct {
	check  diag.Check
	at     spec.Str
	hits   int // findings that it took out
	errors int // those that it may not
}

func (m *muter) fault(at diag.Place, hint, format string, args ...any) {
	m.list.Add(byID(badIgnore).At(at, fmt.Sprintf(format, args...), hint))
}

// read looks up what a comment names, and says what is wrong with it by itself.
func (m *muter) read(c *comment, project *spec.Project, today string) {
	for _, s := range c.Checks {
		i := slices.IndexFunc(m.known, func(k diag.Check) bool { return k.ID == s.Value || k.Name == s.Value })
		switch {
		case i < 0:
			m.fault(s.Place, m.meant(s.Value), "no check is called %s", s.Value)
			if meant := diag.Only(s.Value, m.words()); meant != "" {
				m.list[len(m.list)-1].Fix = &diag.Fix{Place: s.Place, Text: meant} // a comment is written as it is
			}
		case m.known[i].ID == badIgnore:
			m.fault(s.Place, "mend the comment that it is about", "%s is about comments such as this one, and cannot be ignored", s.Value)
		case c.names[m.known[i].ID] != nil:
			m.fault(s.Place, "keep one of them", "%s is named twice", s.Value)
		default:
			c.names[m.known[i].ID] = &named{check: m.known[i], at: s}
		}
	}
	if c.Until.Set && c.Until.Value < today {
		c.expired = true
		m.fault(c.Until.Place, "mend what it ignores and remove it, or give it a later day", "this comment expired on %s, and ignores nothing since", c.Until.Value)
	}
	if c.Reason == "" && project != nil && project.Lint != nil && project.Lint.RequireReason.Value {
		m.fault(c.Place, `write it behind the ids: " -- reason"`, "this comment does not say why it ignores, which runner.yaml asks for")
	}
}

// words are the ids and names of all checks.
func (m *muter) words() (out []string) {
	for _, k := range m.known {
		out = append(out, k.ID, k.Name)
	}
	return out
}

func (m *muter) meant(word string) string {
	if hint := diag.DidYouMean(word, m.words()); hint != "" {
		return hint
	}
	return "write the id or the name that stands in brackets behind the severity, such as X455 or no-expectations"
}

// mutes returns the comment that takes a finding out of the list, or nil. All that speak of it are used by it.
func (m *muter) mutes(d diag.Diagnostic) (by *comment) {
	for _, c := range m.byFile[d.File] {
		n := c.names[d.ID]
		switch {
		case n == nil || c.expired || !c.Holds(d.Place):
		case d.Severity == diag.Error:
			n.errors++
		default:
			n.hits++
			if by == nil {
				by = c
			}
		}
	}
	return by
}

// unused reports what comments name in vain: errors, which are not theirs to ignore, and checks that found nothing there.
func (m *muter) unused() {
	for _, c := range m.comments {
		for _, n := range c.names {
			switch {
			case c.expired || n.hits > 0 && n.errors == 0:
			case n.errors > 0 || n.check.Severity == diag.Error:
				m.fault(n.at.Place, "mend the error; only warnings and information can be ignored",
					"%s is an error%s, and errors are never ignored", n.at.Value, map[bool]string{true: " here"}[n.check.Severity != diag.Error])
			case m.certain && c.Certain && !slices.Contains(fromData, n.check.ID) && byID(n.check.ID).Name != "":
				m.fault(n.at.Place, "remove it"+c.elsewhere(), "%s finds nothing here, so this ignores nothing", n.at.Value)
			}
		}
	}
}

// elsewhere is more advice for a comment that was perhaps meant for more than it speaks of.
func (c *comment) elsewhere() string {
	if !c.Alone || c.From > c.To {
		return ""
	}
	return "; it speaks of the next key or item with all below it, and runner:ignore-file of the whole file"
}
