package plan

import (
	"fmt"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Change is one step from the found schema to the declared one. A change with Lost is only safe when that query answers 0, or when
// it is allowed by name.
type Change struct {
	ID      string // of the check that it falls under (D802); "" for none
	Action  string // "create", "alter", "drop"
	Object  string // schema.table
	Detail  string // "+ column promo_code text"
	SQL     pgsql.Frag
	Origin  diag.Place
	Lost    pgsql.Frag // counts the values that the change would lose; "" when it cannot lose any
	Why     string     // what a lost value is: "NULLs", "values that do not fit"
	Flag    string     // what allows it: "--allow-narrow t.c"; "" when nothing does
	Named   bool       // the caller allowed it
	Refused bool       // a drop that something stands against, whatever was named
	Filled  bool       // a lost value would become NULL, which the column cannot hold
	Table   string     // name of the table or snapshot
	Column  string     // the column that is changed or dropped; "" when the whole table is
	Samples pgsql.Frag // finds a few of what Lost counts, each as a json array of the texts of Shown, and perhaps how often it is there
	Shown   []string   // declared names of columns
	Holds   string     // what others wait for: "a rewrite, which keeps readers and writers waiting,"; "" when it takes no time
	Retype  bool       // the values get another type, and so perhaps another text
	From    model.Type // of a Retype: the type that the column has now
	Rename  [2]string  // old and new name of a renamed column
}

// What says what so many lost values are.
func (c Change) What(lost int64) string {
	if lost != 1 {
		return c.Why
	}
	return strings.NewReplacer("values", "value", "NULLs are", "NULL is", "rows there have no key or repeat", "row there has no key or repeats", "rows there have", "row there has",
		"rows there repeat", "row there repeats", "rows", "row").Replace(c.Why)
}

// Judge tells whether the change may be made when its query counted lost values, and says why not.
func (c Change) Judge(lost int64) *diag.Diagnostic {
	narrowing := c.Flag != ""
	if c.Lost == "" || c.Named && !c.Filled || (c.Named || !narrowing) && lost == 0 {
		return nil
	}
	found := check(c.ID).At(c.Origin, fmt.Sprintf("%s: %s: %d %s", c.Object, c.Detail, lost, c.What(lost)), "")
	d := &found
	if lost == 0 {
		d.Message = fmt.Sprintf("%s: %s: a narrower type, although every value there fits it today", c.Object, c.Detail)
	}
	switch {
	case c.Filled && lost > 0:
		d.Hint = "they would become NULL, which this column cannot hold: keep the wider type in the spec, or change them first"
	case narrowing:
		d.Hint = "allow it with " + c.Flag + ", or keep the wider type in the spec"
	case c.ID == "D805":
		d.Hint = "remove them first, or choose columns that tell the rows apart"
	default:
		d.Hint = "fill them first, or declare the column nullable"
	}
	return d
}

// compareSchema plans what the declared tables need. Faults are differences that runner will not settle.
func compareSchema(p *Plan, found Found, opt Options) ([]Change, diag.List) {
	var out []Change
	var faults diag.List
	if found.NoSchema {
		out = append(out, Change{Action: "create", Object: p.Schema, Detail: "+ schema", SQL: fill("schema_create", pgsql.Holes{"schema": pgsql.Ident(p.Schema)})})
	}
	for _, t := range p.Tables {
		changes, list := compareTable(t.Live, t.Found, found, opt)
		out, faults = append(out, changes...), append(faults, list...)
	}
	for _, s := range p.Snapshots {
		changes, list := compareTable(s.Table, found.Table(s.Want.Name), found, opt)
		out, faults = append(out, changes...), append(faults, list...)
	}
	return out, faults
}

func compareTable(want model.Table, live *model.Table, found Found, opt Options) ([]Change, diag.List) {
	object := want.Schema + "." + want.Name
	if live == nil {
		return []Change{{Action: "create", Object: object, Detail: fmt.Sprintf("+ table with %d columns", len(want.Columns)),
			SQL: createTable(want), Origin: want.Origin}}, nil
	}
	var out []Change
	var faults diag.List
	for _, c := range want.Columns {
		changes, fault := compareColumn(want, live, c, opt)
		out = append(out, changes...)
		if fault != nil {
			faults.Add(*fault)
		}
	}
	out = append(out, compareIndexes(want, live, found)...)
	keyChanges, fault := compareKey(want, live, found)
	if fault != nil {
		faults.Add(*fault)
	}
	faults = append(faults, requiredByDatabase(want, live, opt)...)
	return append(out, keyChanges...), faults
}

// createTable makes a table without its key: the key comes after the first rows.
func createTable(t model.Table) pgsql.Frag {
	columns := pgsql.List(t.Columns, func(c model.Column) pgsql.Frag {
		def := pgsql.Ident(c.Name) + " " + pgsql.Frag(c.Type.Name)
		if !c.Nullable {
			def += " NOT NULL"
		}
		return def
	})
	return fill("table_create", pgsql.Holes{"table": t.SQL(), "columns": columns})
}

func compareColumn(want model.Table, live *model.Table, c model.Column, opt Options) ([]Change, *diag.Diagnostic) {
	change := func(detail string, sql pgsql.Frag) Change {
		return Change{Action: "alter", Object: want.Schema + "." + want.Name, Detail: detail, SQL: sql, Origin: c.Origin, Table: want.Name, Column: c.Name}
	}
	alter := func(what pgsql.Frag) pgsql.Frag {
		return fill("table_alter", pgsql.Holes{"table": want.SQL(), "what": what})
	}
	var out []Change
	has, name := foundColumn(live, c), c.Name
	if has != nil && has.Name != c.Name {
		name = has.Name
		rename := change(fmt.Sprintf("~ column %s renamed to %s", name, c.Name), alter("RENAME COLUMN "+pgsql.Ident(name)+" TO "+pgsql.Ident(c.Name)))
		rename.Rename = [2]string{name, c.Name}
		out = append(out, rename)
	}
	if has == nil {
		add := change(fmt.Sprintf("+ column %s %s", c.Name, c.Type.Name), alter("ADD COLUMN "+pgsql.Ident(c.Name)+" "+pgsql.Frag(c.Type.Name)))
		if !c.Nullable {
			add.Detail += " not null"
			add.SQL = alter("ADD COLUMN " + pgsql.Ident(c.Name) + " " + pgsql.Frag(c.Type.Name) + " NOT NULL")
			add.Lost, add.Why, add.ID = fill("count", pgsql.Holes{"table": want.SQL()}), "rows there have no value for it", "D804"
		}
		return append(out, add), nil
	}
	if c.Nullable && !has.Nullable && !live.IsKey(name) {
		out = append(out, change(fmt.Sprintf("~ column %s drop not null", c.Name), alter("ALTER COLUMN "+pgsql.Ident(c.Name)+" DROP NOT NULL")))
	}
	if has.Type.Name != c.Type.Name {
		typed, fault := compareType(want, live, *has, c, opt)
		if fault != nil {
			return out, fault
		}
		out = append(out, typed)
	}
	if !c.Nullable && has.Nullable {
		set := change(fmt.Sprintf("~ column %s set not null", c.Name), alter("ALTER COLUMN "+pgsql.Ident(c.Name)+" SET NOT NULL"))
		set.Lost, set.Why = fill("count_nulls", pgsql.Holes{"table": want.SQL(), "column": pgsql.Ident(name)}), "NULLs are there"
		set.ID, set.Holds = "D804", "a look at all, which keeps readers and writers waiting,"
		set.Samples, set.Shown = shownRows(want, live, []string{c.Name}, pgsql.Column("r", c.Name)+" IS NULL")
		out = append(out, set)
	}
	return out, nil
}

func compareType(want model.Table, live *model.Table, has, c model.Column, opt Options) (Change, *diag.Diagnostic) {
	out := Change{Action: "alter", Object: want.Schema + "." + want.Name, Origin: c.Origin, Table: want.Name, Column: c.Name, Retype: true, From: has.Type,
		Detail: fmt.Sprintf("~ column %s %s -> %s", c.Name, has.Type.Name, c.Type.Name)}
	if rewrites(has.Type, c.Type) {
		out.Holds = "a rewrite, which keeps readers and writers waiting,"
	}
	column := pgsql.Ident(c.Name)
	using := retyped(column, has.Type, c.Type)
	if !c.Type.Holds(has.Type) {
		fits, ok := fitsInto(pgsql.Ident(has.Name), has.Type, c.Type)
		if !ok {
			return out, &diag.Diagnostic{Place: c.Origin,
				Message: fmt.Sprintf("column %q of %s is %s in the database and %s in the spec, and one cannot become the other by itself",
					c.Name, want.Name, has.Type.Name, c.Type.Name),
				Hint: "declare it as " + has.Type.Name + ", or change the column by hand"}
		}
		name := want.Name + "." + c.Name
		out.Lost, out.Why, out.Flag = fill("count_lost", pgsql.Holes{"table": want.SQL(), "fits": fits}), "values would be lost", "--allow-narrow "+diag.Typed(name)
		out.Named, out.Filled = contains(opt.AllowNarrow, name), !c.Nullable || want.IsKey(c.Name)
		out.ID = "D803"
		shown, _ := fitsInto(pgsql.Column("r", c.Name), has.Type, c.Type)
		out.Samples, out.Shown = shownRows(want, live, []string{c.Name}, "NOT "+shown)
		inNew, _ := fitsInto(column, has.Type, c.Type)
		using = "CASE WHEN " + inNew + " THEN " + using + " END"
	}
	out.SQL = fill("table_alter", pgsql.Holes{"table": want.SQL(), "what": "ALTER COLUMN " + column + " TYPE " + pgsql.Frag(c.Type.Name) + " USING " + using})
	return out, nil
}

// retyped is a column as a value of another type. A real goes through its text, so that 0.1 does not become 0.10000000149011612.
func retyped(column pgsql.Frag, from, to model.Type) pgsql.Frag {
	if from.Family == model.Float && to.Family == model.Float {
		column += "::text"
	}
	return column + "::" + pgsql.Frag(to.Name)
}

// fitsInto is a condition that holds where a value survives a narrowing unchanged; it never fails itself.
func fitsInto(column pgsql.Frag, from, to model.Type) (pgsql.Frag, bool) {
	exact := from.Family == model.Integer || from.Family == model.Numeric
	switch {
	case exact && to.Family == model.Integer:
		limit := map[int]pgsql.Frag{16: "-32768 AND 32767", 32: "-2147483648 AND 2147483647", 64: "-9223372036854775808 AND 9223372036854775807"}[to.Bits]
		return "(" + column + "::numeric = trunc(" + column + "::numeric) AND " + column + " BETWEEN " + limit + ")", true
	case exact && to.Family == model.Numeric:
		digits := pgsql.Frag(strings.Repeat("9", to.Precision-to.Scale))
		if digits == "" {
			digits = "0"
		}
		return "(" + column + "::numeric = round(" + column + "::numeric, " + pgsql.Int(to.Scale) + ") AND trunc(abs(" + column + "::numeric)) <= " + digits + ")", true
	case from.Family == model.Text && to.Family == model.Text && !from.Padded && !to.Padded:
		return "(char_length(" + column + ") <= " + pgsql.Int(to.Length) + ")", true
	}
	return "", false
}
