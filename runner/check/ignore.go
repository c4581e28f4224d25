package check

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
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
	m := muter{known: known, spoken: map[subject]*silence{}, certain: !findings.HasErrors()}
	for _, i := range tree.Ignores {
		c := &comment{Ignore: i, names: map[string]named{}}
		m.read(c, tree.Project, today.Format(time.DateOnly))
		m.comments = append(m.comments, c)
	}
	m.index()
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
	spoken   map[subject]*silence
	list     diag.List // what is wrong with the comments
	certain  bool      // every check was made
}

// comment is one of them, with the checks it names by id.
type comment struct {
	*spec.Ignore
	names   map[string]named
	expired bool
}

// named is a check as a comment names it.
type named struct {
	check diag.Check
	at    spec.Str
}

// subject is what comments may speak of: a check in a file.
type subject struct{ file, id string }

// silence is all that comments say of a subject. Comments and findings may both be very many, so neither are looked through for each of
// the others.
type silence struct {
	comments     []*comment // by their first line
	widest       []int      // of the comments up to each, the one that reaches furthest down
	hits, errors []int      // lines of findings that were taken out, and of those that may not be
}

// index puts the comments in order.
func (m *muter) index() {
	for _, c := range m.comments {
		for id := range c.names {
			at := subject{c.Place.File, id}
			if m.spoken[at] == nil {
				m.spoken[at] = &silence{}
			}
			if s := m.spoken[at]; !c.expired {
				s.comments = append(s.comments, c)
			}
		}
	}
	for _, s := range m.spoken {
		slices.SortStableFunc(s.comments, func(a, b *comment) int { return cmp.Compare(a.From, b.From) })
		widest := 0
		for i, c := range s.comments {
			if c.To > s.comments[widest].To {
				widest = i
			}
			s.widest = append(s.widest, widest)
		}
	}
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
		case c.names[m.known[i].ID].at.Set:
			m.fault(s.Place, "keep one of them", "%s is named twice", s.Value)
		default:
			c.names[m.known[i].ID] = named{check: m.known[i], at: s}
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

// mutes returns a comment that takes a finding out of the list, or nil.
func (m *muter) mutes(d diag.Diagnostic) *comment {
	s := m.spoken[subject{d.File, d.ID}]
	if s == nil {
		return nil
	}
	if d.Severity == diag.Error {
		s.errors = append(s.errors, d.Line)
		return nil
	}
	i := sort.Search(len(s.comments), func(i int) bool { return s.comments[i].From > d.Line }) - 1
	if i < 0 || s.comments[s.widest[i]].To < d.Line {
		return nil
	}
	s.hits = append(s.hits, d.Line)
	return s.comments[s.widest[i]]
}

// unused reports what comments name in vain: errors, which are not theirs to ignore, and checks that found nothing there.
func (m *muter) unused() {
	for _, s := range m.spoken {
		slices.Sort(s.hits)
		slices.Sort(s.errors)
	}
	for _, c := range m.comments {
		for id, n := range c.names {
			s := m.spoken[subject{c.Place.File, id}]
			hit, hard := c.among(s.hits), c.among(s.errors)
			switch {
			case c.expired || hit && !hard:
			case hard || n.check.Severity == diag.Error:
				m.fault(n.at.Place, "mend the error; only warnings and information can be ignored",
					"%s is an error%s, and errors are never ignored", n.at.Value, map[bool]string{true: " here"}[n.check.Severity != diag.Error])
			case m.certain && c.Certain && !slices.Contains(fromData, n.check.ID) && byID(n.check.ID).Name != "":
				m.fault(n.at.Place, "remove it"+c.elsewhere(), "%s finds nothing here, so this ignores nothing", n.at.Value)
			}
		}
	}
}

// among tells whether one of some lines, which are sorted, is one that the comment speaks of.
func (c *comment) among(lines []int) bool {
	i, _ := slices.BinarySearch(lines, c.From)
	return i < len(lines) && lines[i] <= c.To
}

// elsewhere is more advice for a comment that was perhaps meant for more than it speaks of.
func (c *comment) elsewhere() string {
	if !c.Alone || c.From > c.To {
		return ""
	}
	return "; it speaks of the next key or item with all below it, and runner:ignore-file of the whole file"
}
