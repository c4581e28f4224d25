package expression

import (
	"errors"
	"fmt"
	"regexp"

	"streamflow/runner/model"
)

// Program is a compiled rule or value that is computed for rows in memory, with the same results as its SQL. It may be used by several
// goroutines.
type Program struct {
	rule, where *Node
	measures    []*Node // of an aggregate rule
	aggregate   bool
	want        model.Type // of a value
}

// Row is a row in memory; a column that is missing is nil.
type Row map[string]Datum

// World is what a program may look at beside the rows it judges. A part that is missing makes a rule that needs it fail with
// ErrNoWorld. file_name() is the parameter of that name.
type World struct {
	Params  map[string]Datum
	Tables  map[string][]Row // the rows of other tables
	Before  []Row            // the rows of the newest earlier freeze; nil when there is none
	Columns []string         // the names of the columns that the rows have
	// Previous is what previous() gives, by the text of the aggregate and its where (model.MeasureKey); what is not there is computed from
	// Before.
	Previous map[string]Datum
}

// ErrNoWorld says that a rule looks at something that is only in a database.
var ErrNoWorld = errors.New("this rule looks at what is only in a database")

// Verdict is what a rule says of a row, or of a batch.
type Verdict int

// The verdicts. NotLooked: the row is not selected by where.
const (
	Unknown Verdict = iota
	False
	True
	NotLooked
)

// String is the word for a verdict in messages.
func (v Verdict) String() string { return [...]string{"unknown", "false", "true", "not looked at"}[v] }

// verdictOf reads the result of a condition.
func verdictOf(d Datum) Verdict {
	switch d {
	case true:
		return True
	case false:
		return False
	}
	return Unknown
}

// newProgram makes a program of trees that are complete; where may be nil.
func newProgram(rule, where *Node, measures []*Node) *Program {
	for _, n := range append([]*Node{rule, where}, measures...) {
		n.prepare()
	}
	return &Program{rule: rule, where: where, measures: measures, aggregate: len(measures) > 0}
}

// prepare computes what does not depend on rows, once: constants and patterns.
func (n *Node) prepare() {
	if n == nil {
		return
	}
	switch n.Kind {
	case Literal:
		n.constant = constantOf(n)
	case Matches:
		n.pattern = regexp.MustCompile(n.Text) // checkPattern has read it
	}
	for _, a := range n.Args {
		a.prepare()
	}
}

// constantOf is the value of a literal.
func constantOf(n *Node) Datum {
	switch group(n.Type) {
	case numberGroup:
		v, _ := parseNumber(n.Text)
		return v
	case textGroup:
		return n.Text
	}
	d, _ := ParseDatum(n.Text, n.Type)
	return d
}

// Judge judges each row by itself. It fails with ErrNoWorld where the rule needs what the world does not hold.
func (p *Program) Judge(rows []Row, w World) ([]Verdict, error) {
	if p.aggregate {
		return nil, errors.New("this rule judges all rows at once")
	}
	out := make([]Verdict, len(rows))
	e := &evaluator{world: w, rows: rows, beside: beside{where: p.where}}
	for i, row := range rows {
		e.row, e.index = row, i
		if p.where != nil && e.value(p.where) != true {
			out[i] = NotLooked
		} else {
			out[i] = verdictOf(e.value(p.rule))
		}
		if e.err != nil {
			return nil, e.err
		}
	}
	return out, nil
}

// JudgeAll judges all rows at once and returns the measures of the rule too, in the order of Rule.Measures.
func (p *Program) JudgeAll(rows []Row, w World) (Verdict, []Datum, error) {
	e := &evaluator{world: w, beside: beside{where: p.where}}
	for _, row := range rows {
		e.row = row
		if p.where == nil || e.value(p.where) == true {
			e.rows = append(e.rows, row)
		}
	}
	e.row = nil
	verdict := verdictOf(e.value(p.rule))
	measures := make([]Datum, len(p.measures))
	for i, m := range p.measures {
		measures[i] = e.value(m)
	}
	return verdict, measures, e.err
}

// Compute computes a value for one row, as its column would hold it.
func (p *Program) Compute(row Row, w World) (Datum, error) {
	e := &evaluator{world: w, row: row}
	out := e.assign(p.rule, p.want)
	return out, e.err
}

// missing says what of the world a rule needs and there is not.
func missing(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNoWorld, fmt.Sprintf(format, args...))
}
