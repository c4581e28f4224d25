package expression

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// found is the column of a Join that is true where there is a match.
const found = "#found"

// elsewhereFunctions look at other tables, and at earlier batches and freezes of the same one.
func elsewhereFunctions() []Function {
	table := Parameter{Name: "table"}
	whole := []Parameter{{Name: "aggregate"}}
	psi := []Parameter{{Name: "x", Accepts: rankedArg, Plain: true}}
	date := Parameter{Name: "date"}
	const drift = "the population stability index of the values against those of "
	return []Function{
		{Name: "exists", Elsewhere: true, form: existsForm, Parameters: []Parameter{table, {Name: "column"}}, Variadic: true, Result: model.Boolean, Doc: "is there a row of the other table whose key these columns are? unknown where one of them is nil", Example: `exists(customers, code)`},
		{Name: "old", Elsewhere: true, form: oldForm, Parameters: []Parameter{{Name: "column", Plain: true}}, Doc: "what the column held in the row of the same key when the table was last frozen; nil where there was none", Example: `amount >= old(amount)`},
		{Name: "row_count", Elsewhere: true, Aggregate: true, form: tableForm, Parameters: []Parameter{table}, Result: model.Integer, Digits: 19, Doc: "number of rows that the other table has when the run is over", Example: `row_count() <= row_count(customers)`},
		{Name: "previous", Elsewhere: true, Aggregate: true, form: previousForm, Parameters: whole, Doc: "what the aggregate was for the newest earlier batch", Example: `row_count() >= 0.9 * previous(row_count())`},
		{Name: "snapshot", Elsewhere: true, Aggregate: true, form: previousForm, Parameters: append(whole, date), Doc: "what the aggregate is for the freeze of a date", Example: `sum(amount) >= snapshot(sum(amount), date("2024-01-31"))`},
		{Name: "psi", Elsewhere: true, Aggregate: true, form: psiForm, Parameters: psi, Result: model.Numeric, Digits: 10, Doc: drift + "the newest earlier freeze", Example: `psi(amount) < 0.2`},
		{Name: "psi", Elsewhere: true, Aggregate: true, form: psiForm, Parameters: append(psi, date), Result: model.Numeric, Digits: 10, Doc: drift + "the freeze of a date", Example: `psi(code, date("2024-01-31")) < 0.2`},
	}
}

// tableNamed resolves the bare name of a table that stands as an argument.
func (c *checker) tableNamed(f *Function, arg ast.Node) *Relation {
	name, ok := "", false
	switch a := arg.(type) {
	case *ast.IdentifierNode:
		name, ok = a.Value, true
	case *ast.MemberNode:
		base, isName := a.Node.(*ast.IdentifierNode)
		property, isText := a.Property.(*ast.StringNode)
		if ok = isName && isText && base.Value == "$env"; ok {
			name = property.Value
		}
	}
	if !ok {
		c.fault(badType, c.span(arg), "write "+f.Signature(), "%s() takes the name of a table", f.Name)
		return nil
	}
	var names []string
	for i := range c.env.Tables {
		if c.env.Tables[i].Name == name {
			return &c.env.Tables[i]
		}
		names = append(names, c.env.Tables[i].Name)
	}
	c.misspelt(unknownName, c.span(arg), name, names, hints(didYouMean(name, names), listed("tables", names)), "unknown table %s", quoted(name))
	return nil
}

// joins says that the expression looks at rows beside the judged one, or why it cannot.
func (c *checker) joins(n ast.Node, what string) bool {
	if c.oneRow {
		c.fault(badType, c.span(n), c.instead, "%s", strings.Replace(c.noAggregate, "an aggregate", what, 1))
		return false
	}
	c.joined = true
	return true
}

func (c *checker) mention(name string) {
	if !slices.Contains(c.mentioned, name) {
		c.mentioned = append(c.mentioned, name)
	}
}

// existsCall checks exists(table, columns).
func (c *checker) existsCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.joins(n, f.Name+"()") {
		return nil
	}
	table := c.tableNamed(f, args[0])
	nodes, ok := make([]*Node, len(args)-1), true
	for i, a := range args[1:] {
		nodes[i] = c.node(a)
		if nodes[i] != nil && nodes[i].Kind != ColumnRef {
			c.fault(badType, c.span(a), "", "%s() takes columns of the rows that are judged, and this is %s", f.Name, kindOf(nodes[i]))
			nodes[i] = nil
		}
		ok = ok && nodes[i] != nil
	}
	if table == nil || !ok {
		return nil
	}
	switch key := len(table.Key); {
	case key == 0:
		c.fault(badType, c.span(args[0]), "", "table %s has no primary key to look for", quoted(table.Name))
		return nil
	case key != len(nodes):
		c.fault(badType, c.span(n), "name them in the order of the key: "+strings.Join(table.Key, ", "), "the key of %s has %s, and %s() is given %s",
			quoted(table.Name), counted(key), f.Name, counted(len(nodes)))
		return nil
	}
	join := model.Join{Kind: model.Parent, Table: table.Name}
	for i, x := range nodes {
		k := relationColumn(table, table.Key[i])
		if k == nil || !joinable(x.Type, k.Type) {
			c.fault(badType, c.span(args[i+1]), "", "cannot look for %s among the keys of %s: %s is of type %s", c.describe(x), quoted(table.Name),
				quoted(table.Key[i]), typeName(k))
			return nil
		}
		join.On = append(join.On, [2]string{x.Name, table.Key[i]})
	}
	out := &Node{Kind: Call, Function: f, Name: f.Name, Type: boolType, Args: nodes}
	return out.through(join)
}

func counted(n int) string {
	if n == 1 {
		return "1 column"
	}
	return fmt.Sprintf("%d columns", n)
}

func typeName(c *Column) string {
	if c == nil {
		return "unknown"
	}
	return c.Type.Name
}

func relationColumn(r *Relation, name string) *Column {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}

// joinable tells whether two columns can be matched as they are, whatever the zone of the session.
func joinable(a, b model.Type) bool {
	return alike(a, b) && (group(a) != momentGroup || a.Family == b.Family)
}

// through makes a node look at the row of a join. Joins of one table by one key have one alias.
func (n *Node) through(join model.Join) *Node {
	text := join.Table
	for _, on := range join.On {
		text += "\x00" + on[0] + "\x00" + on[1]
	}
	join.Alias = map[model.JoinKind]string{model.Parent: "parent_", model.Before: "old_"}[join.Kind] + hashed(text)
	n.join, n.Text = &join, join.Alias
	return n
}

// parent resolves table.column, where a reference leads to the table. The second result tells whether that is what was meant.
func (c *checker) parent(n *ast.MemberNode) (*Node, bool) {
	base, isName := n.Node.(*ast.IdentifierNode)
	property, isText := n.Property.(*ast.StringNode)
	if !isName || !isText || base.Value == "params" || base.Value == "$env" {
		return nil, false
	}
	if col, ok := c.columns[base.Value]; ok && (col.Type.Family == model.JSONB || col.Type.Family == model.JSON) {
		return nil, false
	}
	var named, same []*Parent
	for i := range c.env.Parents {
		p := &c.env.Parents[i]
		if p.Name == base.Value {
			named = append(named, p)
		} else if p.Table.Name == base.Value {
			same = append(same, p)
		}
	}
	at := c.span(n)
	switch isTable := slices.ContainsFunc(c.env.Tables, func(r Relation) bool { return r.Name == base.Value }); {
	case len(named) == 1:
		return c.parentColumn(n, named[0], property.Value), true
	case len(named)+len(same) > 0:
		var names []string
		for _, p := range append(named, same...) {
			names = append(names, p.Name+"."+property.Value)
		}
		c.fault(unknownName, at, "write "+strings.Join(names, " or "), "%d references lead to %s", len(names), quoted(base.Value))
		return nil, true
	case isTable:
		c.fault(unknownName, at, "declare it under references:, or ask exists("+base.Value+", ...)", "no reference leads to the table %s", quoted(base.Value))
		return nil, true
	}
	return nil, false
}

func (c *checker) parentColumn(n *ast.MemberNode, p *Parent, name string) *Node {
	col := relationColumn(&p.Table, name)
	if col == nil {
		var names []string
		for _, c := range p.Table.Columns {
			names = append(names, c.Name)
		}
		c.misspelt(unknownName, c.span(n), name, names, hints(didYouMean(name, names), listed("columns", names)), "table %s has no column %s", quoted(p.Table.Name), quoted(name))
		return nil
	}
	if !c.joins(n, "a column of another table") {
		return nil
	}
	return c.joinColumn(*col, model.Join{Kind: model.Parent, Table: p.Table.Name, On: p.On})
}

// joinColumn is a column of a joined row.
func (c *checker) joinColumn(col Column, join model.Join) *Node {
	for _, on := range join.On {
		c.mention(on[0])
	}
	if !slices.ContainsFunc(join.On, func(on [2]string) bool { return on[1] == col.Name }) {
		join.Columns = []string{col.Name}
	}
	out := &Node{Kind: JoinRef, Name: col.Name, Type: col.Type, size: sizeOf(col.Type)}
	if !c.inside {
		c.bare = append(c.bare, out)
	}
	return out.through(join)
}

// oldCall checks old(column).
func (c *checker) oldCall(n ast.Node, f *Function, args []ast.Node) *Node {
	x := c.node(args[0])
	switch {
	case x == nil || !c.joins(n, f.Name+"()"):
		return nil
	case x.Kind != ColumnRef:
		c.fault(badType, c.span(args[0]), "", "%s() takes a column, and this is %s", f.Name, kindOf(x))
		return nil
	}
	s := c.frozen(n, f, []string{x.Name})
	if s == nil {
		return nil
	}
	join := model.Join{Kind: model.Before, Table: s.Name}
	for _, k := range c.env.Key {
		join.On = append(join.On, [2]string{k, k})
	}
	return c.joinColumn(*relationColumn(s, x.Name), join)
}

// frozen finds a snapshot that holds columns, or reports that there is none.
func (c *checker) frozen(n ast.Node, f *Function, columns []string) *Relation {
	for i := range c.env.Snapshots {
		s := &c.env.Snapshots[i]
		if !slices.ContainsFunc(columns, func(name string) bool { return relationColumn(s, name) == nil }) {
			return s
		}
	}
	if len(c.env.Snapshots) == 0 {
		c.fault(badType, c.span(n), "declare one under snapshots:", "%s() looks at what is frozen, and this table has no snapshot", f.Name)
	} else {
		c.fault(badType, c.span(n), "add it to the columns of a snapshot", "no snapshot of this table holds %s", strings.Join(columns, ", "))
	}
	return nil
}

// tableCall checks row_count(table).
func (c *checker) tableCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	table := c.tableNamed(f, args[0])
	if table == nil {
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name, Text: table.Name, Type: integerType, size: size{digits: f.Digits}}
	c.aggregates = append(c.aggregates, out)
	return out
}

// joinRef is a column of a joined row; of the columns that were matched the joined row has none of its own.
func (e *emitter) joinRef(n *Node) pgsql.Frag {
	e.match(n)
	for _, on := range n.join.On {
		if on[1] == n.Name {
			own := *n
			own.Name = on[0]
			return "(CASE WHEN " + pgsql.Column(pgsql.Ident(n.join.Alias), found) + " THEN " + columnOf("r", &own) + " END)"
		}
	}
	return columnOf(pgsql.Ident(n.join.Alias), n)
}

// exists is true where the join finds a row.
func (e *emitter) exists(n *Node) pgsql.Frag {
	e.match(n)
	return "(CASE WHEN " + e.complete(n.Args) + " THEN " + pgsql.Column(pgsql.Ident(n.join.Alias), found) + " IS TRUE END)"
}

// match adds the join of a node to what the rule needs.
func (e *emitter) match(n *Node) {
	i := need(&e.needs.Joins, *n.join, func(j model.Join) bool { return j.Alias == n.join.Alias })
	e.needs.Joins[i].Columns = merge(e.needs.Joins[i].Columns, n.join.Columns)
}

func (e *emitter) tableCount(n *Node) pgsql.Frag {
	need(&e.needs.Tables, n.Text, func(name string) bool { return name == n.Text })
	return "(SELECT count(*) FROM " + pgsql.Param(model.TableMark(n.Text)) + " AS t)"
}
