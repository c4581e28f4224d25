package expression_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"streamflow/runner/expression"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// world binds the marks of a rule's needs, beside the parameters.
func world(t *testing.T, f pgsql.Frag, marks map[string]pgsql.Frag) string {
	t.Helper()
	values := map[string]pgsql.Frag{}
	for k, v := range bindings {
		values[k] = v
	}
	for k, v := range marks {
		values[k] = v
	}
	out, err := f.Bind(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// place is what rules are asked on here: rows, and what they need beside them, as an engine provides it.
type place struct {
	env    expression.Env
	rows   []map[string]string
	other  map[string][]map[string]string // rows of other tables
	before []map[string]string            // rows of the earlier freeze
	values map[string]string              // what earlier aggregates were, by their text and date
	order  pgsql.Frag
}

// relation writes rows of columns as a relation.
func relation(columns []expression.Column, rows []map[string]string) pgsql.Frag {
	if len(rows) == 0 {
		return "(SELECT *" + pgsql.Frag(from(expression.Env{Columns: columns}, map[string]string{})) + " WHERE false)"
	}
	return "(SELECT *" + pgsql.Frag(from(expression.Env{Columns: columns}, rows...)) + ")"
}

func (p place) table(name string) pgsql.Frag {
	for _, r := range p.env.Tables {
		if r.Name == name {
			return relation(r.Columns, p.other[name])
		}
	}
	return "nothing"
}

// marks binds what a rule needs.
func (p place) marks(rule expression.Rule) map[string]pgsql.Frag {
	out := map[string]pgsql.Frag{model.RowsMark: relation(p.env.Columns, p.rows), model.OrderMark: p.order}
	var names []pgsql.Frag
	for _, c := range p.env.Columns {
		names = append(names, pgsql.Literal(c.Name))
	}
	out[model.ColumnsMark] = "ARRAY[" + pgsql.Join(names, ", ") + "]::text[]"
	for _, t := range rule.Needs.Tables {
		out[model.TableMark(t)] = p.table(t)
	}
	for _, e := range rule.Needs.Earlier {
		out[e.Mark] = relation(p.env.Columns, p.before)
	}
	for _, v := range rule.Needs.Values {
		out[v.Mark] = "NULL::" + pgsql.Frag(v.Type.Name)
		if text, ok := p.values[v.Text]; ok {
			out[v.Mark] = pgsql.Typed(text, pgsql.Frag(v.Type.Name))
		}
	}
	return out
}

// from is the relation that a rule is asked of: rows, joined and with their windows.
func (p place) from(t *testing.T, rule expression.Rule, marks map[string]pgsql.Frag) string {
	t.Helper()
	joins := ""
	for _, j := range rule.Needs.Joins {
		rows := relation(p.env.Columns, p.before)
		if j.Kind == model.Parent {
			rows = p.table(j.Table)
		}
		var on []string
		columns := append([]string{}, j.Columns...)
		for _, pair := range j.On {
			columns = append(columns, pair[1])
			on = append(on, string(pgsql.Column(pgsql.Ident(j.Alias), pair[1])+" = "+pgsql.Column("r", pair[0])))
		}
		joins += " LEFT JOIN (SELECT " + string(pgsql.List(columns, pgsql.Ident)) + `, true AS "#found" FROM ` + string(rows) + " AS o) AS " + string(pgsql.Ident(j.Alias)) +
			" ON " + strings.Join(on, " AND ")
	}
	rows := string(relation(p.env.Columns, p.rows)) + " AS r"
	if len(rule.Needs.Windows) > 0 {
		columns := "r.*"
		for _, w := range rule.Needs.Windows {
			columns += ", " + world(t, w.SQL, marks) + " AS " + string(pgsql.Ident(w.Name))
		}
		rows = "(SELECT " + columns + " FROM " + rows + joins + ") AS r"
	}
	return " FROM " + rows + joins
}

// ask compiles a rule and returns its verdicts: one of an aggregate, of others one for each row in the order of the rows; "-" for those
// that where leaves out.
func (p place) ask(t *testing.T, conn *pgx.Conn, text, where string) string {
	t.Helper()
	rule, faults, whereFaults := expression.CompileRule(text, where, p.env)
	if rule.SQL == "" {
		return show(text, faults) + show(where, whereFaults)
	}
	marks := p.marks(rule)
	condition, rows := "coalesce(("+world(t, rule.SQL, marks)+")::text, 'unknown')", p.from(t, rule, marks)
	if rule.Loose != "" {
		condition = "CASE WHEN (" + world(t, rule.SQL, marks) + ") IS FALSE AND (" + world(t, rule.Loose, marks) + ") IS NOT FALSE THEN 'not loose' ELSE " + condition + " END"
	}
	if rule.Present != "" {
		condition = "CASE WHEN ((" + world(t, rule.SQL, marks) + ") IS NULL) <> ((" + world(t, rule.Present, marks) + ") IS NULL) THEN 'not present' ELSE " + condition + " END"
	}
	var sql string
	switch {
	case rule.Aggregate:
		sql = "SELECT " + condition + rows + " HAVING count(*) >= 0"
	case rule.Where != "":
		sql = "SELECT CASE WHEN " + world(t, rule.Where, marks) + " THEN " + condition + " ELSE '-' END" + rows + ` ORDER BY r."row"`
	default:
		sql = "SELECT " + condition + rows + ` ORDER BY r."row"`
	}
	answer, err := conn.Query(context.Background(), sql)
	if err != nil {
		return err.Error() + "\n" + sql
	}
	out, err := pgx.CollectRows(answer, pgx.RowTo[string])
	if err != nil {
		return err.Error() + "\n" + sql
	}
	got := strings.Join(out, " ")
	if memory := p.judge(t, rule); memory != got && memory != "" {
		return got + ", but in memory " + memory + "\n" + sql
	}
	return got
}

// judge asks the same in memory; "" where it cannot be.
func (p place) judge(t *testing.T, rule expression.Rule) string {
	t.Helper()
	w := bound(t)
	w.Tables, w.Previous, w.Before = map[string][]expression.Row{}, map[string]expression.Datum{}, []expression.Row{}
	for _, c := range p.env.Columns {
		w.Columns = append(w.Columns, c.Name)
	}
	for _, r := range p.env.Tables {
		w.Tables[r.Name] = inMemory(t, expression.Env{Columns: r.Columns}, p.other[r.Name]...)
	}
	w.Before = append(w.Before, inMemory(t, p.env, p.before...)...)
	for _, v := range rule.Needs.Values {
		w.Previous[v.Text] = nil
		if text, ok := p.values[v.Text]; ok {
			d, err := expression.ParseDatum(text, v.Type)
			if err != nil {
				t.Fatal(err)
			}
			w.Previous[v.Text] = d
		}
	}
	rows := inMemory(t, p.env, p.rows...)
	var verdicts []expression.Verdict
	var err error
	if rule.Aggregate {
		verdicts = make([]expression.Verdict, 1)
		verdicts[0], _, err = rule.Program.JudgeAll(rows, w)
	} else {
		verdicts, err = rule.Program.Judge(rows, w)
	}
	needsDatabase := len(rule.Needs.Earlier) > 0 || slices.ContainsFunc(rule.Needs.Values, func(v model.Elsewhere) bool { return v.Date != "" })
	switch {
	case needsDatabase && errors.Is(err, expression.ErrNoWorld):
		return ""
	case err != nil:
		return err.Error()
	}
	out := make([]string, len(verdicts))
	for i, v := range verdicts {
		if out[i] = v.String(); v == expression.NotLooked {
			out[i] = "-"
		}
	}
	return strings.Join(out, " ")
}

// table is a list of rows, written as a header and lines of cells; "." is nil.
func table(text string) []map[string]string {
	var names []string
	var out []map[string]string
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		row := map[string]string{"row": string(rune('0' + i))}
		for j, cell := range strings.Fields(line) {
			if i == 0 {
				names = append(names, cell)
			} else if cell != "." {
				row[names[j]] = cell
			}
		}
		if i > 0 {
			out = append(out, row)
		}
	}
	return out
}

// shop is a place with two parents, one of which is referred to twice, and a snapshot that holds some columns.
func shop(t *testing.T) place {
	t.Helper()
	columns := func(pairs ...string) []expression.Column {
		var out []expression.Column
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, expression.Column{Name: pairs[i], Type: typ(t, pairs[i+1]), Nullable: true})
		}
		return out
	}
	customers := expression.Relation{Name: "customers", Key: []string{"code"}, Columns: columns("code", "text", "level", "integer", "credit", "double precision")}
	places := expression.Relation{Name: "places", Key: []string{"zone", "no"}, Columns: columns("zone", "text", "no", "integer", "name", "text")}
	odd := expression.Relation{Name: "odd name", Columns: columns("x", "text")}
	p := place{order: `r."row"`}
	p.env = expression.Env{
		Columns: columns("row", "integer", "id", "integer", "code", "text", "payer", "text", "zone", "text", "no", "bigint", "amount", "numeric", "ratio", "double precision", "day", "date", "good", "boolean", "doc", "json"),
		Params:  env(t).Params, Key: []string{"id"}, Tables: []expression.Relation{customers, places, odd},
		Parents: []expression.Parent{{Name: "code", Table: customers, On: [][2]string{{"code", "code"}}}, {Name: "payer", Table: customers, On: [][2]string{{"payer", "code"}}},
			{Name: "places", Table: places, On: [][2]string{{"zone", "zone"}, {"no", "no"}}}},
		Snapshots: []expression.Relation{{Name: "some", Key: []string{"id"}, Columns: columns("id", "integer", "code", "text", "amount", "numeric", "ratio", "double precision", "day", "date")},
			{Name: "more", Key: []string{"id"}, Columns: columns("id", "integer", "good", "boolean")}},
	}
	p.rows = table(`
		id code payer zone no amount ratio day        good
		1  a    b     n    1  10     0.5   2024-01-03 true
		2  b    .     n    9  20     NaN   2024-01-01 false
		3  .    x     s    .  20     0.7   2024-01-02 true
		4  d    a     s    2  .      0.7   .          .`)
	p.other = map[string][]map[string]string{
		"customers": table("code level credit\na 1 NaN\nb 2 0.5"),
		"places":    table("zone no name\nn 1 north\ns 2 south"),
		"odd name":  table("x\n1\n2\n3"),
	}
	p.before = table("id code amount good ratio day\n1 a 5 true 0.5 2024-01-01\n2 c . false 0.6 2024-01-01\n9 z 7 . 0.6 2024-01-01")
	return p
}
