package expression

import (
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Column is a column that an expression may mention.
type Column struct {
	Name     string
	Type     model.Type
	Nullable bool
	Optional bool // rows may come without it
}

// Param is a run parameter that an expression may mention, bare or as params.name. A column of the same name wins over a bare one.
type Param struct {
	Name string
	Kind model.ParamKind
}

// Env is everything that an expression may mention. FileName allows file_name(), which is emitted as pgsql.Param("file_name"): the
// plan binds it to the path of the row's file, as text. What follows Key is for rules only and may be empty.
type Env struct {
	Columns   []Column
	Params    []Param
	FileName  bool
	Key       []string   // the primary key of the table whose rows are judged
	Parents   []Parent   // tables that its references lead to, for parent.column
	Tables    []Relation // every other table of the project, for exists() and row_count()
	Snapshots []Relation // the snapshots of this table, for old(), previous(), snapshot() and psi()
}

// Parent is a table that a reference leads to. Its columns are read as name.column, where Name is the table's, or the referring column's
// when two references lead to one table.
type Parent struct {
	Name  string
	Table Relation
	On    [][2]string // a column of the judged row, and the key column it refers to
}

// Relation is a table or snapshot that an expression may look into. Columns include the key.
type Relation struct {
	Name    string
	Key     []string
	Columns []Column
}

// Rule is a compiled rule. SQL is boolean, over the row alias r or, when Aggregate, over aggregates of all rows. Where is the
// condition that selects rows, empty for all; of an aggregate rule it is inside SQL already, as FILTER. Both may hold pgsql.Param
// marks, to be bound to literals of the parameter's type. Columns are those mentioned in either text, in order. Measures are the
// aggregates that the rule computes. Loose and Present are cheaper forms of parts of SQL; model.Rule says what they mean.
type Rule struct {
	SQL     pgsql.Frag
	Where   pgsql.Frag
	Loose   pgsql.Frag
	Present pgsql.Frag
	// LooseThere is as Present, of rows that hold no NaN.
	LooseThere pgsql.Frag
	Aggregate  bool
	Columns    []string
	Measures   []model.Measure
	Needs      model.Needs
	Unguarded  []Mention // columns that may be NULL, and then the verdict may be unknown; each at its first place
	NilTested  []string  // columns that the rule, or its where, compares with nil
	Program    *Program  // the same rule for rows in memory; nil with an error among the faults
}

// Mention is a column in the text of a rule, at the runes From to To.
type Mention struct {
	Column   string
	From, To int
}

// Compiled is the part of a rule of the model that comes from its texts.
func (r Rule) Compiled(text, where string) model.Rule {
	return model.Rule{Text: text, WhereText: where, Aggregate: r.Aggregate, Condition: r.SQL, Where: r.Where, Loose: r.Loose, Present: r.Present,
		LooseThere: r.LooseThere, Columns: r.Columns, Measures: r.Measures, Needs: r.Needs}
}

// CompileRule compiles a rule and the text that selects its rows, which may be empty. It returns the faults of each text; with an
// error among them the Rule has no SQL.
func CompileRule(rule, where string, env Env) (Rule, []Fault, []Fault) {
	w := &checker{env: env, noAggregate: `"where" selects rows, so it cannot hold an aggregate`, instead: "write a rule of its own about the batch"}
	var filter *Node
	if where != "" {
		filter = w.condition(where, "where")
	}
	c := &checker{env: env, whereText: where, whereColumns: w.mentioned, whereJoined: w.joined}
	root := c.condition(rule, "rule")
	out := Rule{Aggregate: len(c.aggregates) > 0, Columns: merge(c.mentioned, w.mentioned)}
	if root == nil || where != "" && filter == nil {
		return out, c.sorted(), w.sorted()
	}
	if filter != nil {
		c.judgeBeside(root, filter)
		out.Where = w.emit(filter, "")
	}
	out.Unguarded, out.NilTested = c.unguarded(root, filter), nilTested(root, filter)
	out.SQL = c.emit(root, out.Where)
	if !out.Aggregate {
		out.Loose, out.Present, out.LooseThere = c.emitLoose(root, out.Where, out.SQL), present(root, column), present(root, bare)
	}
	var measures []*Node
	for _, a := range c.aggregates {
		m := model.Measure{Text: c.src.normal(a.From, a.To), SQL: c.emit(a, out.Where)}
		if !slices.Contains(out.Measures, m) {
			out.Measures, measures = append(out.Measures, m), append(measures, a)
		}
	}
	if !w.joined { // a proof is asked of the rows alone
		c.emitted(func(e *emitter) pgsql.Frag { e.where = out.Where; e.prove(root); return "" })
	}
	for _, j := range w.needs.Joins {
		i := need(&c.needs.Joins, j, func(o model.Join) bool { return o.Alias == j.Alias })
		c.needs.Joins[i].Columns = merge(c.needs.Joins[i].Columns, j.Columns)
	}
	out.Needs = c.needs
	if hasErrors(c.faults) || hasErrors(w.faults) { // SQL that has become too long
		out.SQL, out.Where, out.Measures, out.Loose, out.Present, out.LooseThere, out.Needs = "", "", nil, "", "", "", model.Needs{}
		return out, c.sorted(), w.sorted()
	}
	out.Program = newProgram(root, filter, measures)
	return out, c.sorted(), w.sorted()
}

// Value is a compiled expression that computes a column. SQL is over the row alias r and of the wanted type; Columns are those it
// mentions, in order.
type Value struct {
	SQL     pgsql.Frag
	Type    model.Type
	Columns []string
	Program *Program // the same value for rows in memory; nil with an error among the faults
}

// CompileValue compiles an expression whose result goes into a column of type want. The SQL is cast to that type and guarded: a value
// that does not fit becomes NULL, so that storing it cannot fail. Decimals are rounded to the scale of the column; a type that cannot
// hold the result at all is a fault. With an error among the faults the Value has no SQL.
func CompileValue(text string, env Env, want model.Type) (Value, []Fault) {
	c := &checker{env: env, oneRow: true, noAggregate: "a value is computed from one row, so it cannot hold an aggregate"}
	root := c.parse(text, "value")
	out := Value{Type: want, Columns: c.mentioned}
	if root == nil {
		return out, c.sorted()
	}
	if !c.assignable(root, want) || hasErrors(c.faults) {
		return out, c.sorted()
	}
	out.SQL = c.emitted(func(e *emitter) pgsql.Frag { return e.assign(root, want) })
	if !hasErrors(c.faults) {
		out.Program = newProgram(root, nil, nil)
		out.Program.want = want
	}
	return out, c.sorted()
}

// CompileFeature compiles an expression that computes a feature from others, which are the columns of env. Its type is that of its result;
// what has none of its own (nil alone, a time span of constants) is for CompileValue.
func CompileFeature(text string, env Env) (Value, []Fault) {
	c := &checker{env: env, oneRow: true, noAggregate: "a feature is computed from the others of its key, so it cannot hold an aggregate"}
	root := c.parse(text, "feature")
	if root == nil {
		return Value{Columns: c.mentioned}, c.sorted()
	}
	if root.Kind == Nil || root.Type.Name == "" {
		c.fault(badType, c.src.all(), "declare its type", "the result of this has no type of its own")
		return Value{Columns: c.mentioned}, c.sorted()
	}
	return CompileValue(text, env, root.Type)
}

// Fault is one thing wrong with an expression. From and To are rune offsets of the offending part, To exclusive. ID and Name are
// those of the lint check ("E402", "expr-unknown-name").
type Fault struct {
	From, To int
	ID, Name string
	Severity diag.Severity
	Message  string
	Hint     string
	Fix      *Fix // what to write instead, where that is certain
}

// Fix is a change of the text that mends a fault: what stands from From to To, in runes, becomes Text.
type Fix struct {
	From, To int
	Text     string
}

func hasErrors(faults []Fault) bool {
	return slices.ContainsFunc(faults, func(f Fault) bool { return f.Severity == diag.Error })
}

func merge(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
