package imports

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// An aggregate that has no value, because there are no rows, fails: so it is in Great Expectations and so it is here.

// buildAggregate compares an aggregate of a column with a range. Values of the column's own kind are compared as such, others as numbers.
func buildAggregate(function string, own bool) func(*draft) {
	return func(d *draft) {
		d.aggregate = true
		c := d.column("column")
		x, beside := function+"("+spelled(c)+")", &numberColumn
		if own {
			x, beside = timed(c, x, d.kwargs["min_value"], d.kwargs["max_value"])
		}
		d.value("parse_strings_as_datetimes")
		d.Text = d.between(x, beside, own && isInteger(c))
		d.none(d.Text)
	}
}

func buildUniqueCount(d *draft) {
	d.aggregate = true
	x := "count_distinct(" + spelled(d.column("column")) + ")"
	low, high := d.literal("min_value", &lengthColumn), d.literal("max_value", &lengthColumn)
	strictLow, strictHigh := d.boolean("strict_min", false), d.boolean("strict_max", false)
	if d.old && (strictLow || strictHigh) {
		d.note("Great Expectations 0.x counts the ends in here, whatever strict_min and strict_max say")
		strictLow, strictHigh = false, false
	}
	d.Text = span(x, low, high, strictLow, strictHigh, true)
	d.none(d.Text)
}

func buildUniqueShare(d *draft) {
	d.aggregate = true
	x := spelled(d.column("column"))
	d.Text = d.between("((count_distinct("+x+") / count("+x+")) ?? 0)", &numberColumn, false)
	d.none(d.Text)
}

func buildFilledShare(d *draft) {
	d.aggregate = true
	d.Text = d.between("((1 - null_share("+spelled(d.column("column"))+")) ?? 0)", &numberColumn, false)
	d.none(d.Text)
}

// buildQuantiles compares quantiles with ranges. Great Expectations lets a bound be missed by one in ten thousand; where a value of the
// column can lie in between, the bound is written that much wider.
func buildQuantiles(d *draft) {
	d.aggregate = true
	c := d.column("column")
	if v := d.value("allow_relative_error"); v != nil && v != false {
		d.fail("allow_relative_error is %s: quantiles are exact here", shown(v))
	}
	ranges, _ := d.value("quantile_ranges").(map[string]any)
	shares, _ := ranges["quantiles"].([]any)
	values, _ := ranges["value_ranges"].([]any)
	if len(shares) == 0 || len(shares) != len(values) {
		d.fail("quantile_ranges needs as many value_ranges as quantiles")
		return
	}
	var parts []string
	for i, share := range shares {
		ends, ok := values[i].([]any)
		q, err := number(strings.Trim(shown(share), `"`))
		if !ok || len(ends) != 2 || err != nil {
			d.fail("quantile_ranges holds %s and %s", shown(share), shown(values[i]))
			return
		}
		low, high := d.wider(c, ends[0], -1), d.wider(c, ends[1], 1)
		if part := span("quantile("+spelled(c)+", "+q+")", low, high, false, false, isInteger(c)); part != "" {
			parts = append(parts, part)
		}
	}
	if d.Text = strings.Join(parts, " and "); len(parts) == 0 && d.err == nil {
		d.fail("the value_ranges have no ends")
	}
}

// wider is a bound of a quantile, a ten-thousandth of it and 10^-8 further out if that makes a difference.
func (d *draft) wider(c *model.Column, v any, sign int64) string {
	if v == nil || d.err != nil {
		return ""
	}
	plain, err := literal(c, v)
	if err != nil {
		d.fail("quantile_ranges: %v", err)
	}
	bound, ok := exact(plain)
	if !ok {
		return plain // a date
	}
	tolerance := new(big.Rat).Mul(new(big.Rat).Abs(bound), big.NewRat(1, 10_000))
	tolerance.Add(tolerance, big.NewRat(1, 100_000_000))
	out := new(big.Rat).Add(bound, tolerance.Mul(tolerance, big.NewRat(sign, 1)))
	step := int64(1)
	switch {
	case c.Type.Family == model.Numeric && c.Type.Precision > 0:
		for range c.Type.Scale {
			step *= 10
		}
	case c.Type.Family != model.Integer:
		step = 0
	}
	if step > 0 && floor(bound, step, sign).Cmp(floor(out, step, sign)) == 0 {
		return plain
	}
	d.note("a bound of a quantile may be missed by one in ten thousand, as in Great Expectations")
	places, _ := out.FloatPrec()
	return out.FloatString(places)
}

// floor counts the steps up to a number, from below with a sign above zero, else from above.
func floor(x *big.Rat, step, sign int64) *big.Int {
	n := new(big.Rat).Mul(x, big.NewRat(step, 1))
	out := new(big.Int).Div(n.Num(), n.Denom())
	if sign < 0 && !n.IsInt() {
		out.Add(out, big.NewInt(1))
	}
	return out
}

// buildDistinct compares the set of values with a list.
func buildDistinct(function string) func(*draft) {
	return func(d *draft) {
		d.aggregate = true
		c := d.column("column")
		values, null := d.list("value_set")
		d.value("parse_strings_as_datetimes")
		x, c := timed(c, spelled(c), values...)
		list, before := d.literals("value_set", values, c), len(d.notes)
		switch {
		case function == "distinct_in" && len(values) == 0:
			d.always = "value_set is empty, which Great Expectations takes for every value here"
			return
		case null:
			d.fail("value_set is null, which Great Expectations refuses too")
		case len(list) == 0 && function == "distinct_contains" && before == 0:
			d.always = "value_set is empty, so there is nothing to contain"
			return
		}
		if function != "distinct_in" && before > 0 {
			d.fail("%s, so this never passes", d.notes[0])
		}
		d.Text = function + "(" + x + ", [" + strings.Join(list, ", ") + "])"
	}
}

func buildMode(d *draft) {
	d.aggregate = true
	c := d.column("column")
	values, _ := d.list("value_set")
	x, beside := timed(c, spelled(c), values...)
	list := d.literals("value_set", values, beside)
	d.Text = "mode_in(" + x + ", [" + strings.Join(list, ", ") + "])"
	if !d.boolean("ties_okay", false) {
		d.Text = "mode_count(" + x + ") == 1 and " + d.Text
	}
}

func buildRowCount(d *draft) {
	d.aggregate = true
	d.value("column")
	if d.given("value") {
		d.Text = "row_count() == " + d.number("value")
		return
	}
	if d.Text = d.between("row_count()", &lengthColumn, true); d.Text == "" && d.err == nil {
		d.always = "min_value and max_value are both missing"
	}
}

func buildOtherCount(d *draft) {
	d.aggregate = true
	d.Text = "row_count() == row_count(" + d.string("other_table_name") + ")"
}

// columnExists says that a column is there, and where.
func buildExists(d *draft) {
	d.aggregate = true
	name := text(d.string("column"))
	if at := d.number("column_index"); at != "" {
		d.Text = "columns()[" + at + "] == " + name
		return
	}
	d.Text = name + " in columns()"
}

func buildOrderedColumns(d *draft) {
	d.aggregate = true
	d.Text = "columns() == " + listed(d.names("column_list"))
}

func buildColumnSet(d *draft) {
	d.aggregate = true
	names := d.names("column_set")
	slices.Sort(names)
	names = slices.Compact(names)
	if d.boolean("exact_match", true) {
		d.Text = "column_set() == " + listed(names)
		return
	}
	var parts []string
	for _, n := range names {
		parts = append(parts, text(n)+" in columns()")
	}
	if d.Text = strings.Join(parts, " and "); d.Text == "" {
		d.always = "column_set is empty"
	}
}

func listed(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = text(n)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func buildColumnCount(d *draft) {
	d.aggregate = true
	if d.given("value") {
		d.Text = "column_count() == " + d.number("value")
		return
	}
	if d.Text = d.between("column_count()", &lengthColumn, true); d.Text == "" && d.err == nil {
		d.always = "min_value and max_value are both missing"
	}
}

// types are the names that SQLAlchemy, pandas, numpy, Python and Spark have for the types of Postgres.
var types = map[string][]string{
	"smallint":                    {"smallint", "int16", "shorttype", "int2"},
	"integer":                     {"integer", "int32", "integertype", "int4"},
	"bigint":                      {"bigint", "int64", "longtype", "int8"},
	"real":                        {"real", "float32", "floattype", "float4"},
	"double precision":            {"double_precision", "double precision", "double", "float64", "doubletype", "float8"},
	"numeric":                     {"numeric", "decimal", "decimaltype"},
	"text":                        {"text", "stringtype"},
	"character varying":           {"varchar", "character varying"},
	"boolean":                     {"boolean", "bool", "bool_", "booleantype"},
	"date":                        {"date", "datetype"},
	"timestamp without time zone": {"timestamp", "datetime", "timestamptype", "datetime64", "datetime64[ns]", "timestamp without time zone"},
	"timestamp with time zone":    {"timestamptz", "timestamp with time zone"},
	"uuid":                        {"uuid"}, "json": {"json"}, "jsonb": {"jsonb"}, "bytea": {"bytea", "binarytype", "bytes"},
}

// wide are the names that stand for several types of Postgres.
var wide = map[string][]string{
	"int": {"smallint", "integer", "bigint"}, "float": {"real", "double precision", "numeric"}, "str": {"text", "character varying"},
	"string": {"text", "character varying"}, "int64": {"smallint", "integer", "bigint"}, "float64": {"real", "double precision", "numeric"},
	"object": {"text", "character varying"},
}

// buildType compares the declared type. Numbers of pandas have no width worth speaking of: int64 is how it reads every whole number.
func buildType(d *draft) {
	d.aggregate = true
	c := d.column("column")
	var given []string
	switch {
	case d.given("type_list") && d.value("type_list") == nil, !d.given("type_list") && d.value("type_") == nil:
		d.always = "there is no type to compare with"
		return
	case d.given("type_list"):
		given = d.names("type_list")
	default:
		given = []string{d.string("type_")}
	}
	var out []string
	for _, g := range given {
		found := wide[strings.ToLower(g)]
		for name, others := range types {
			if len(found) == 0 && slices.Contains(others, strings.ToLower(g)) {
				found = []string{name}
			}
		}
		if len(found) == 0 {
			d.note("the type %s is none of Postgres, so no column has it", strconv.Quote(g))
		}
		for _, name := range found {
			if c.Type.Family == model.Numeric && name == "numeric" || c.Type.Length > 0 && strings.HasPrefix(c.Type.Name, name+"(") {
				name = c.Type.Name // with its digits
			}
			if !slices.Contains(out, text(name)) {
				out = append(out, text(name))
			}
		}
	}
	switch len(out) {
	case 0:
		d.fail("no type of Postgres is meant by %s", strings.Join(given, ", "))
	case 1:
		d.Text = "type(" + spelled(c) + ") == " + out[0]
	default:
		d.Text = "type(" + spelled(c) + ") in [" + strings.Join(out, ", ") + "]"
	}
}

// hole is what Great Expectations puts a name or a value in place of.
var hole = regexp.MustCompile(`\{[^{}]*\}`)

// buildQuery writes a query whose rows are failures. It sees the batch as the table under its own name.
func buildQuery(d *draft) {
	d.aggregate = true
	query := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(d.string("unexpected_rows_query")), ";"))
	if d.kwargs["row_condition"] != nil {
		d.fail("a row_condition beside a query is not carried over: write it into the query")
	}
	for _, h := range hole.FindAllString(query, -1) {
		if h != "{batch}" {
			d.fail("the query has a place %s, of which nothing is known here", h)
		}
	}
	d.Query, d.Text = true, strings.ReplaceAll(query, "{batch}", string(pgsql.Ident(d.table.Name)))
	switch q := pgsql.ReadQuery(d.Text); {
	case len(q.Words) == 0 || !slices.Contains([]string{"select", "with", "values", "table"}, q.Words[0]), q.Open >= 0, q.Further >= 0:
		d.fail("this is not one query of SQL: %s", shown(query))
	case len(q.Params) > 0:
		d.fail("a colon before a name is a parameter in a rule in SQL: %s", shown(query))
	}
}
