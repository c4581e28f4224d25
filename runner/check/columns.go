package check

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// Defaults of reading: an unquoted empty field is NULL, and the words of Postgres are booleans in any case.
var (
	nullValues  = []string{""}
	trueValues  = []string{"true", "t", "yes", "y", "1"}
	falseValues = []string{"false", "f", "no", "n", "0"}
)

// checkColumns makes the columns of a table and how each is read. Value expressions come later, when all columns are known.
func (p *pass) checkColumns(t *table) {
	p.checkIdentifier(t.name, "table")
	if t.spec.Columns.Set && len(t.spec.Columns.Entries) == 0 {
		p.fault("Y104", t.spec.Columns.Place, "declare those of the file", "table %q has no columns", t.name.Value)
	}
	var columns names
	keys := t.options.list(func(o spec.Options) spec.StrList { return o.PrimaryKey }).Strings()
	for _, e := range t.spec.Columns.Entries {
		p.checkColumnName(e.Key) // a column of a bad name is kept, so that what mentions it is not called wrong as well
		p.claimColumn(&columns, e.Key)
		column := p.declared(e, slices.Contains(keys, e.Key.Value))
		t.load.Table.Columns = append(t.load.Table.Columns, column)
		p.checkMoney(e.Key, e.Value, column.Type)
		t.load.Reading = append(t.load.Reading, p.checkReading(t, e.Key, e.Value, column.Type))
	}
	if mode := t.options.str(func(o spec.Options) spec.Str { return o.Mode }); mode.Value == "append" {
		p.makeAppend(t, mode)
	}
}

// declared is a column as it will be in the database.
func (p *pass) declared(e spec.Entry[*spec.Column], isKey bool) model.Column {
	c := e.Value
	out := model.Column{Name: e.Key.Value, Type: p.checkType(c.Type), Nullable: !isKey, Description: c.Description.Value, PII: c.PII.Value,
		RenamedFrom: c.RenamedFrom.Value, Origin: e.Key.Place}
	if c.Nullable.Set {
		out.Nullable = c.Nullable.Value
	}
	switch {
	case isKey && out.Nullable:
		p.fault("T302", c.Nullable.Place, "a key identifies a row, so it is always there", "primary key column %q may not be nullable", out.Name)
	case isKey && c.Optional.Value:
		p.fault("T302", c.Optional.Place, "a key identifies a row, so it is always there", "primary key column %q may not be optional", out.Name)
	case c.Optional.Value && !out.Nullable && !c.Default.Set && !c.Value.Set:
		p.fault("T302", c.Optional.Place, "give it a default, or let it be nullable", "column %q may be missing from the file but may not be NULL", out.Name)
	}
	return out
}

// makeAppend gives an append table the column that says which partition brought a row. The plan binds its value.
func (p *pass) makeAppend(t *table, mode spec.Str) {
	t.load.Append = true
	if len(t.pipeline.model.Params) == 0 {
		p.fault("T311", mode.Place, "declare parameters and partitions, so that a re-run can be told from new rows", "mode append needs partition parameters")
	}
	typ, _ := model.ParseType("text")
	t.load.Table.Columns = append(t.load.Table.Columns, model.Column{Name: model.PartitionColumn, Type: typ, Nullable: true, Origin: mode.Place})
	t.load.Reading = append(t.load.Reading, model.Reading{Column: model.PartitionColumn,
		Value: &model.Value{SQL: pgsql.Param(model.PartitionColumn), Text: "the partition", Origin: mode.Place}})
}

func (p *pass) checkColumnName(name spec.Str) {
	if !p.checkIdentifier(name, "column") {
		return
	}
	switch {
	case strings.HasPrefix(name.Value, "#") || name.Value == model.PartitionColumn || slices.ContainsFunc(model.OnlineColumns(), func(c model.Column) bool { return c.Name == name.Value }):
		p.fault("T306", name.Place, "choose another", "the column name %q belongs to runner", name.Value)
	case slices.Contains([]string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}, name.Value):
		p.fault("T306", name.Place, "choose another, and name the file's column with from:", "the column name %q belongs to Postgres", name.Value)
	case expression.Reserved(name.Value):
		p.fault("T306", name.Place, "rename it, or write "+expression.Spelling(name.Value)+" in rules", "the column name %q is a word of the rule language", name.Value)
		p.list[len(p.list)-1].Severity = diag.Warning
	}
}

// claimColumn refuses names that differ in nothing but case: they would be two columns to Postgres and one to every reader.
func (p *pass) claimColumn(columns *names, name spec.Str) {
	p.claim(columns, name, "column", "columns of a table have different names, whatever their case")
}

func (p *pass) checkType(s spec.Str) model.Type {
	if !s.Set {
		return model.Type{}
	}
	t, err := model.ParseType(s.Value)
	if err != nil {
		word := strings.ToLower(s.Value)
		p.fault("T303", s.Place, typeHint(word), "%v", err)
		if ours, ok := foreignTypes[word]; ok {
			p.mend(s, ours)
		} else {
			p.mendName(s, model.TypeNames())
		}
	}
	return t
}

// foreignTypes are the words of other systems for types of Postgres.
var foreignTypes = map[string]string{"string": "text", "str": "text", "object": "text", "long": "bigint", "int64": "bigint", "int32": "integer",
	"number": "numeric", "double": "double precision", "float64": "double precision", "float32": "real", "datetime": "timestamp", "datetime64": "timestamp",
	"bit": "boolean", "dict": "jsonb", "map": "jsonb", "binary": "bytea", "blob": "bytea", "serial": "integer", "bigserial": "bigint"}

// constraints are what SQL writes behind a type, and what a spec has for it.
var constraints = []struct{ words, hint string }{
	{" not null", "write {type: %s, nullable: false}"}, {" null", "write %s: it may be NULL in any case"},
	{" primary key", "write %s, and the column under primary_key of the table"},
	{" unique", "write %s, and {columns: ..., unique: true} under indexes of the table"},
	{" references ", "write %s, and the column under references of the table"}, {" default ", "write {type: %s, default: ...}"},
}

func typeHint(word string) string {
	if strings.Contains(word, "(") && !strings.Contains(word, ")") {
		return `quote it, such as "numeric(10,2)": between { and } a comma ends the value`
	}
	for _, c := range constraints {
		if base, _, ok := strings.Cut(word, c.words); ok {
			if _, err := model.ParseType(base); err == nil {
				return fmt.Sprintf(c.hint, base)
			}
		}
	}
	if base, _, ok := strings.Cut(word, "("); ok {
		if _, err := model.ParseType(strings.TrimSpace(base)); err == nil {
			return "mend the numbers in brackets, or write " + strings.TrimSpace(base) + " without them"
		}
	}
	names := model.TypeNames()
	for foreign := range foreignTypes {
		names = append(names, foreign)
	}
	meant := diag.Nearest(word, names)
	if _, exact := foreignTypes[word]; exact {
		meant = word
	}
	if ours, ok := foreignTypes[meant]; ok {
		meant = ours
	}
	if meant == "" {
		return "write a Postgres type such as text, integer, numeric(10,2), boolean, date or timestamptz"
	}
	return fmt.Sprintf("did you mean %q?", meant)
}

// checkReading resolves how the cells of a column are read. The column's own keys win over its table's, these over the defaults.
func (p *pass) checkReading(t *table, name spec.Str, c *spec.Column, typ model.Type) model.Reading {
	levels := append([]spec.Reading{c.Reading}, t.options.readings...)
	list := func(get func(spec.Reading) spec.StrList) spec.StrList {
		return nearest(levels, func(r spec.Reading) listOption { return listOption{get(r)} }).StrList
	}
	str := func(get func(spec.Reading) spec.Str) spec.Str {
		return nearest(levels, func(r spec.Reading) strOption { return strOption{get(r)} }).Str
	}
	out := model.Reading{Column: name.Value, From: c.From.Strings(), Optional: c.Optional.Value, WhenAbsent: c.WhenAbsent.Value,
		NullValues: nullValues, TrueValues: trueValues, FalseValues: falseValues}
	if l := list(func(r spec.Reading) spec.StrList { return r.NullValues }); l.Set {
		out.NullValues = append([]string{}, l.Strings()...)
	}
	p.checkWords(&out, list(func(r spec.Reading) spec.StrList { return r.TrueValues }), list(func(r spec.Reading) spec.StrList { return r.FalseValues }), typ)
	p.checkFormats(&out, list(func(r spec.Reading) spec.StrList { return r.DateFormat }), typ)
	if zone := str(func(r spec.Reading) spec.Str { return r.Timezone }); zone.Set {
		p.checkTimezone(zone)
		out.Timezone = zone.Value
	}
	decimal, group := str(func(r spec.Reading) spec.Str { return r.Decimal }), str(func(r spec.Reading) spec.Str { return r.Group })
	out.Decimal, out.Group = p.one(decimal, "decimal"), p.one(group, "group")
	if point := out.Decimal; out.Group != 0 && (point == out.Group || point == 0 && !decimal.Set && out.Group == '.') {
		p.fault("T310", group.Place, "they must differ", "decimal and group are the same character")
	}
	p.checkFits(name, c.Reading, typ)
	p.checkDefault(&out, c, typ)
	if c.WhenAbsent.Set && !c.Optional.Value {
		p.fault("T310", c.WhenAbsent.Place, "add optional: true", "when_absent says nothing about a column that is never absent")
	}
	return out
}

// checkWords resolves the words for true and false, which any case stands for.
func (p *pass) checkWords(out *model.Reading, yes, no spec.StrList, typ model.Type) {
	if yes.Set {
		out.TrueValues = lower(yes.Strings())
	}
	if no.Set {
		out.FalseValues = lower(no.Strings())
	}
	for _, v := range out.TrueValues {
		if typ.Family == model.Boolean && slices.Contains(out.FalseValues, v) {
			p.fault("T310", place(yes.Place, no.Place), "a word means one of the two", "%q is both a true and a false value", v)
		}
	}
}

func (p *pass) checkDefault(out *model.Reading, c *spec.Column, typ model.Type) {
	if !c.Default.Set {
		return
	}
	out.Default = &c.Default.Value
	if typ.Family != model.NoFamily {
		if why := literalFault(typ, c.Default.Value); why != "" {
			p.fault("T309", c.Default.Place, "", "the default of %q does not hold: %s", out.Column, why)
		}
	}
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	return out
}
