package spec

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"streamflow/runner/internal/diag"
)

// conflicts leaves out what stands between the marks of a merge that was not resolved: nobody meant both sides at once.
func (s *salvage) conflicts() {
	f := s.w.file
	for n := 1; n <= len(f.lines); n++ {
		if !strings.HasPrefix(f.line(n), "<<<<<<< ") {
			continue
		}
		length := slices.IndexFunc(f.lines[n-1:], func(l string) bool { return strings.HasPrefix(l, ">>>>>>> ") })
		if length < 0 {
			return
		}
		end := n + length
		s.faults++
		s.w.report("Y101", f.span(n, 1, utf8.RuneCountInString(f.line(n))), "not YAML: a merge that was not resolved", "choose a side, and remove the marks",
			diag.Related{Place: f.span(end, 1, utf8.RuneCountInString(f.line(end))), Message: "its end"})
		s.torn = append(s.torn, lines{n, end})
		s.leave(lines{n, end})
		s.leaveOpen(lines{1, n - 1})
		n = end
	}
}

func (s *salvage) isTorn(r lines) bool {
	return slices.ContainsFunc(s.torn, func(t lines) bool { return t.from <= r.to && r.from <= t.to })
}

var badMark = regexp.MustCompile(`^(?:--|-{4,})[ \t]*$`)

// badMark tells whether a line is to separate two documents and does not, which it reports.
func (s *salvage) badMark(n int) bool {
	line := s.w.file.line(n)
	if !badMark.MatchString(line) || s.blank[n-1] {
		return false
	}
	s.faults++
	at := s.w.file.span(n, 1, len(strings.TrimRight(line, " \t")))
	s.w.report("Y101", at, `not YAML: documents are separated by "---"`, `write "---"`)
	s.w.mend(&diag.Fix{Place: at, Text: "---"})
	s.leave(lines{n, n})
	return true
}
