// Package trial tries rules on rows given by hand: the examples beside a rule and the tests of *_test.yaml files.
//
// It judges with the rule language's evaluator in Go, so nothing here needs a database. A rule that cannot be judged without one is never
// taken for one that passes: it is reported as not tried. Names, types and values were resolved by package check before.
package trial

import (
	"errors"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// Suite is everything of a project that can be tried.
type Suite struct {
	Rules    []*Rule // of all tables, in the order of their files
	Examples []*Example
	Tests    []*Test
	Views    []*ViewTest
}

// Rule is a rule that can be tried.
type Rule struct {
	model.Rule
	Table   string
	Columns []model.Column      // those that it mentions
	Program *expression.Program // nil: it needs a database
	Covered bool                // some test or example makes it fail
}

// Word is a verdict as examples and tests write it.
type Word string

// The words. Rows that where does not select are not judged.
const (
	Pass      Word = "pass"
	Fail      Word = "fail"
	Unknown   Word = "unknown"
	NotJudged Word = "not judged"
)

func wordOf(v expression.Verdict) Word {
	return [...]Word{expression.Unknown: Unknown, expression.False: Fail, expression.True: Pass, expression.NotLooked: NotJudged}[v]
}

// Fails tells whether a verdict counts as a failure of the rule.
func (r *Rule) Fails(w Word) bool {
	return w == Fail || w == Unknown && (r.NullsFail || r.Aggregate)
}

// errDatabase says why a rule without a program is not tried.
var errDatabase = errors.New("it needs a database")

// judged is what a rule says of some rows: one word for each, or one of all of them with the values that it measured.
type judged struct {
	words    []Word
	measures []report.Value
}

// judge tries a rule on rows. The error says why it cannot be tried here.
func (r *Rule) judge(rows []expression.Row, w expression.World) (judged, error) {
	if r.Program == nil {
		return judged{}, errDatabase
	}
	if !r.Aggregate {
		verdicts, err := r.Program.Judge(rows, w)
		out := judged{words: make([]Word, len(verdicts))}
		for i, v := range verdicts {
			out.words[i] = wordOf(v)
		}
		return out, reason(err)
	}
	verdict, measures, err := r.Program.JudgeAll(rows, w)
	out := judged{words: []Word{wordOf(verdict)}}
	for i, m := range r.Measures {
		if i < len(measures) {
			out.measures = append(out.measures, report.Value{Column: m.Text, Value: expression.FormatDatum(measures[i], model.Type{})})
		}
	}
	return out, reason(err)
}

// reason takes the general part from the error of something that is missing, so that what is missing remains.
func reason(err error) error {
	if err == nil || !errors.Is(err, expression.ErrNoWorld) {
		return err
	}
	if what, ok := strings.CutPrefix(err.Error(), expression.ErrNoWorld.Error()+": "); ok {
		return errors.New("it needs " + what)
	}
	return errDatabase
}

// values are those of the columns that a rule mentions, in a row.
func (r *Rule) values(row expression.Row) []report.Value {
	out := make([]report.Value, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = report.Value{Column: c.Name, Value: expression.FormatDatum(row[c.Name], c.Type)}
	}
	return out
}

// reasons prepares to say why the rule judges rows as it does; nil when it cannot.
func (r *Rule) reasons(rows []expression.Row, w expression.World) *expression.Reasons {
	if r.Program == nil || r.Aggregate {
		return nil
	}
	return r.Program.Reasons(rows, w)
}

// because says which parts of a rule made a verdict, or "" when it has no parts.
func (r *Rule) because(word Word, row int, reasons *expression.Reasons) string {
	if word == NotJudged {
		return "where does not select the row: " + r.WhereText
	}
	if reasons == nil {
		return ""
	}
	text := []rune(r.Text)
	var parts []string
	for _, p := range reasons.Of(row) {
		if p.From >= 0 && p.From < p.To && p.To <= len(text) {
			parts = append(parts, string(text[p.From:p.To]))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	is := map[Word]string{Pass: "true: ", Fail: "false: ", Unknown: "unknown: "}[word]
	return is + strings.Join(parts, "; ")
}

// Example is one row beside a rule, or one batch of rows, and what the rule must say of it.
type Example struct {
	Rule  *Rule
	Want  Word
	Rows  []expression.Row
	World expression.World
	Place diag.Place
}

// Try returns nil when the rule says what the example wants.
func (e *Example) Try() *report.Miss {
	miss := report.Miss{Place: e.Place, Rule: e.Rule.Name, Expected: string(e.Want)}
	j, err := e.Rule.judge(e.Rows, e.World)
	switch {
	case err != nil:
		miss.Actual, miss.Reason = string(NotTried), err.Error()
	case e.Rule.Aggregate && j.words[0] != e.Want:
		miss.Actual, miss.Values = string(j.words[0]), j.measures
	case !e.Rule.Aggregate && j.words[0] != e.Want:
		row := e.Rows[0]
		miss.Actual, miss.Values, miss.Reason = string(j.words[0]), e.Rule.values(row), e.Rule.because(j.words[0], 0, e.Rule.reasons(e.Rows, e.World))
	default:
		return nil
	}
	return &miss
}

// ExamplesOf returns the examples of a rule.
func (s *Suite) ExamplesOf(rule *Rule) (out []*Example) {
	for _, e := range s.Examples {
		if e.Rule == rule {
			out = append(out, e)
		}
	}
	return out
}

// TryExamples tries the examples of a rule as one test.
func TryExamples(rule *Rule, list []*Example) report.Test {
	out := report.Test{Name: "examples of " + rule.Name, Place: list[0].Place, Verdict: report.Pass}
	for _, e := range list {
		if miss := e.Try(); miss != nil {
			out.Misses, out.Verdict = append(out.Misses, *miss), report.Fail
		}
	}
	return out
}

// NotTried is the word for a rule that cannot be judged here.
const NotTried Word = "not tried"
