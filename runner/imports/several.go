package imports

import (
	"errors"
	"slices"
	"strings"

	"streamflow/runner/model"
)

// policy says which rows an expectation about several columns leaves out, by how many of their values are null. A row that is left in and
// holds a null fails a comparison, as in pandas; where one is left out, the comparison is unknown by itself.
func (d *draft) policy(columns []*model.Column, leaveAll, leaveAny, leaveNone string) {
	var some []string
	certain := true // no value can be null
	for _, c := range columns {
		some = append(some, spelled(c)+" != nil")
		certain = certain && !c.Nullable
	}
	switch d.word("ignore_row_if", leaveAll, leaveAny, leaveNone) {
	case leaveAny:
	case leaveAll:
		d.NullsFail = !certain
		if !slices.ContainsFunc(columns, func(c *model.Column) bool { return !c.Nullable }) {
			d.rows = strings.Join(some, " or ")
		}
	case leaveNone:
		d.NullsFail = !certain
	}
}

func (d *draft) pair() (a, b *model.Column) {
	a, b = d.column("column_A"), d.column("column_B")
	d.policy([]*model.Column{a, b}, "both_values_are_missing", "either_value_is_missing", "neither")
	if d.boolean("allow_cross_type_comparisons", false) {
		d.fail("allow_cross_type_comparisons has no equal: a column has one type")
	}
	d.value("parse_strings_as_datetimes")
	return a, b
}

func buildPairEqual(d *draft) {
	a, b := d.pair()
	d.Text = spelled(a) + " == " + spelled(b)
}

func buildPairGreater(d *draft) {
	a, b := d.pair()
	op := " > "
	if d.boolean("or_equal", false) {
		op = " >= "
	}
	d.Text = spelled(a) + op + spelled(b)
}

// buildPairSet writes that two values are one of several pairs, in which a null stands for a missing value.
func buildPairSet(d *draft) {
	a, b := d.pair()
	d.complete([]*model.Column{a, b}, "both_values_are_missing", "either_value_is_missing", "neither")
	pairs, null := d.list("value_pairs_set")
	if null {
		d.always = "value_pairs_set is null, which Great Expectations takes for every pair"
		return
	}
	var list []string
	for _, p := range pairs {
		if text, ok := d.onePair(p, a, b); ok && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	if len(list) == 0 {
		d.fail("value_pairs_set holds no pair that a row can have")
	}
	d.Text = "[" + spelled(a) + ", " + spelled(b) + "] in [" + strings.Join(list, ", ") + "]"
}

func (d *draft) onePair(v any, a, b *model.Column) (string, bool) {
	pair, ok := v.([]any)
	if !ok || len(pair) != 2 {
		d.fail("value_pairs_set holds %s, which is no pair", shown(v))
		return "", false
	}
	var out []string
	for i, c := range []*model.Column{a, b} {
		if pair[i] == nil {
			out = append(out, "nil")
			continue
		}
		l, err := literal(c, pair[i])
		var other unlike
		if errors.As(err, &other) {
			d.note("value_pairs_set: %v, so no row has it", other)
			return "", false
		}
		if err != nil {
			d.fail("value_pairs_set: %v", err)
			return "", false
		}
		out = append(out, l)
	}
	return "[" + strings.Join(out, ", ") + "]", true
}

func (d *draft) several() []*model.Column {
	columns := d.columns("column_list")
	d.policy(columns, "all_values_are_missing", "any_value_is_missing", "never")
	return columns
}

func spelledAll(columns []*model.Column) []string {
	var out []string
	for _, c := range columns {
		out = append(out, spelled(c))
	}
	return out
}

func buildSum(d *draft) {
	columns := d.several()
	d.Text = strings.Join(spelledAll(columns), " + ") + " == " + d.number("sum_total")
}

// buildDifferent writes that no two values of a row are the same. The function is never unknown, so rows with a null are left out by name.
func buildDifferent(d *draft) {
	columns := d.several()
	d.NullsFail = false
	d.complete(columns, "all_values_are_missing", "any_value_is_missing", "never")
	d.Text = "all_different(" + strings.Join(spelledAll(columns), ", ") + ")"
}

// complete leaves out rows that lack a value, where that is the policy, by name: for what is not unknown of them by itself.
func (d *draft) complete(columns []*model.Column, leaveAll, leaveAny, leaveNone string) {
	if d.word("ignore_row_if", leaveAll, leaveAny, leaveNone) != leaveAny {
		return
	}
	var there []string
	for _, c := range columns {
		if c.Nullable {
			there = append(there, spelled(c)+" != nil")
		}
	}
	d.rows = strings.Join(there, " and ")
}

// buildCompound writes that columns are unique together. A group with a null is never repeated, as on SQL; on pandas two nulls are the same.
func buildCompound(d *draft) {
	columns := d.several()
	d.NullsFail = false
	d.keyed(columns)
	d.Text = "unique(" + strings.Join(spelledAll(columns), ", ") + ")"
	if any := d.word("ignore_row_if", "all_values_are_missing", "any_value_is_missing", "never") == "any_value_is_missing"; any || d.kwargs["mostly"] == nil {
		d.rows = ""
		return
	}
	d.Text += " ?? true" // with a share to reach, the rows that cannot be repeated count among those that are not
}

func buildAllEqual(d *draft) {
	columns := d.several()
	var parts []string
	for i := 1; i < len(columns); i++ {
		a, b := spelled(columns[i-1]), spelled(columns[i])
		part := a + " == " + b
		if d.NullsFail { // two missing values are equal, and one is not
			part = "(" + part + " or " + a + " == nil and " + b + " == nil)"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		d.fail("column_list names one column only")
	}
	if len(parts) > 1 { // one of several comparisons may be false beside another that is unknown
		d.complete(columns, "all_values_are_missing", "any_value_is_missing", "never")
	}
	d.Text = strings.Join(parts, " and ")
}
