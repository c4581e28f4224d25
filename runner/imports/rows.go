package imports

import (
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/model"
)

// A map expectation looks at the rows in which its column is not null, and passes when the share of those that meet it is at least mostly.
// So does a rule whose verdict is unknown where the column is: nothing has to be said about null.

// between writes that a value lies in a range. Nothing at all is written when both ends are missing.
func (d *draft) between(x string, c *model.Column, whole bool) string {
	low, high := d.literal("min_value", c), d.literal("max_value", c)
	strictLow, strictHigh := d.boolean("strict_min", false), d.boolean("strict_max", false)
	return span(x, low, high, strictLow, strictHigh, whole)
}

func span(x, low, high string, strictLow, strictHigh, whole bool) string {
	under := map[bool]string{true: " < ", false: " <= "}
	over := map[bool]string{true: " > ", false: " >= "}
	switch {
	case low == "" && high == "":
		return ""
	case high == "":
		return x + over[strictLow] + low
	case low == "":
		return x + under[strictHigh] + high
	case strictLow || strictHigh:
		return low + under[strictLow] + x + under[strictHigh] + high
	case whole && low == high:
		return x + " == " + low
	case whole && isWhole(low) && isWhole(high):
		return x + " in " + low + ".." + high
	}
	return low + " <= " + x + " <= " + high
}

func isWhole(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= 0
}

func isInteger(c *model.Column) bool { return c.Type.Family == model.Integer }

// none tells that a range has no end, so that nothing is said.
func (d *draft) none(text string) bool {
	if text == "" && d.err == nil {
		d.fail("min_value and max_value are both missing, which Great Expectations refuses too")
	}
	return text == ""
}

func buildBetween(d *draft) {
	c := d.column("column")
	if d.boolean("allow_cross_type_comparisons", false) {
		d.fail("allow_cross_type_comparisons has no equal: a column has one type")
	}
	d.value("parse_strings_as_datetimes") // a bound is read as the type of the column says
	x, beside := timed(c, spelled(c), d.kwargs["min_value"], d.kwargs["max_value"])
	d.Text = d.between(x, beside, isInteger(c))
	d.none(d.Text)
}

func buildNull(op string) func(*draft) {
	return func(d *draft) {
		c := d.column("column")
		if d.Text = spelled(c) + op; op == " != nil" && !c.Nullable && d.err == nil {
			d.always = "the table is declared so that the column is never missing"
		}
	}
}

// buildSet writes value in [...] or its opposite. An empty list is met by no value.
func buildSet(not bool) func(*draft) {
	return func(d *draft) {
		c := d.column("column")
		values, null := d.list("value_set")
		x, c := timed(c, spelled(c), values...)
		d.value("parse_strings_as_datetimes")
		list := d.literals("value_set", values, c)
		switch {
		case d.err != nil:
		case null:
			d.always = "value_set is null, which Great Expectations takes for every value"
		case len(list) == 0 && not:
			d.always = "no value is forbidden"
		case len(list) == 0 && zero(d.kwargs["mostly"]):
			d.always = "mostly is 0"
		case len(list) == 0: // each value fails, so any share of them is too small
			d.Text = x + " == nil"
			d.kwargs = without(d.kwargs, "mostly")
			d.note("value_set is empty, so there may be no value at all")
		default:
			d.Text = among(x, c, list, not)
		}
	}
}

func without(kwargs map[string]any, name string) map[string]any {
	out := map[string]any{}
	for k, v := range kwargs {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// among writes that a value is one of a list, or none of it.
func among(x string, c *model.Column, list []string, not bool) string {
	if c.Type.Family == model.Boolean {
		switch {
		case len(list) == 2 && not:
			return x + " == nil"
		case len(list) == 2:
			return x + " in [" + strings.Join(list, ", ") + "]"
		case (list[0] == "true") != not:
			return x
		}
		return "not " + x
	}
	op, one := " in ", " == "
	if not {
		op, one = " not in ", " != "
	}
	if len(list) == 1 {
		return x + one + list[0]
	}
	return x + op + "[" + strings.Join(list, ", ") + "]"
}

func buildUnique(d *draft) {
	c := d.column("column")
	d.Text = "unique(" + spelled(c) + ")"
	d.keyed([]*model.Column{c})
}

// keyed tells that columns which hold the whole primary key are unique in any case.
func (d *draft) keyed(columns []*model.Column) {
	for _, key := range d.table.Env.Key {
		if !slices.ContainsFunc(columns, func(c *model.Column) bool { return c.Name == key }) {
			return
		}
	}
	if len(d.table.Env.Key) > 0 && d.err == nil {
		d.always = "the primary key makes sure of it"
	}
}

func buildLength(d *draft) {
	x := "len(" + spelled(d.column("column")) + ")"
	if d.given("value") {
		d.Text = x + " == " + d.number("value")
		return
	}
	d.Text = d.between(x, &lengthColumn, true)
	d.none(d.Text)
}

// lengthColumn stands for numbers that are whole.
var lengthColumn = model.Column{Name: "the length", Type: model.Type{Name: "integer", Family: model.Integer}}

// numberColumn stands for numbers of any kind.
var numberColumn = model.Column{Name: "the number", Type: model.Type{Name: "numeric", Family: model.Numeric}}

func buildPattern(test func(x, pattern string) string) func(*draft) {
	return func(d *draft) {
		x := spelled(d.column("column"))
		for _, name := range []string{"regex", "like_pattern"} {
			if d.given(name) {
				d.Text = test(x, text(d.string(name)))
				return
			}
		}
		d.fail("there is no pattern")
	}
}

// buildPatterns joins the tests of a list: one has to be met, or all.
func buildPatterns(test func(x, pattern string) string, not bool) func(*draft) {
	return func(d *draft) {
		x := spelled(d.column("column"))
		name := "regex_list"
		if d.given("like_pattern_list") {
			name = "like_pattern_list"
		}
		var parts []string
		for _, p := range d.names(name) {
			parts = append(parts, test(x, text(p)))
		}
		join := " or "
		if not || !not && d.word("match_on", "any", "all") == "all" {
			join = " and "
		}
		if not {
			d.value("match_on")
		}
		if d.Text = strings.Join(parts, join); len(parts) == 0 {
			d.fail("%s is empty", name)
		}
	}
}

func matches(x, pattern string) string    { return x + " matches " + pattern }
func notMatches(x, pattern string) string { return x + " not matches " + pattern }
func like(x, pattern string) string       { return "like(" + x + ", " + pattern + ")" }
func notLike(x, pattern string) string    { return "not like(" + x + ", " + pattern + ")" }

func buildStrftime(d *draft) {
	x, format := spelled(d.column("column")), d.string("strftime_format")
	d.Text = "is_date(" + x + ", " + text(format) + ")"
}

func buildTest(function string) func(*draft) {
	return func(d *draft) { d.Text = function + "(" + spelled(d.column("column")) + ")" }
}

func buildOrder(direction string) func(*draft) {
	return func(d *draft) {
		function := direction
		if d.boolean("strictly", false) {
			function = "strictly_" + direction
		}
		d.value("parse_strings_as_datetimes")
		d.Text = function + "(" + spelled(d.column("column")) + ")"
	}
}

// buildZScore writes a z-score below a threshold. Where all values are the same, or there is only one, there is no score: 0.x fails
// those rows, 1.x passes them.
func buildZScore(d *draft) {
	c := d.column("column")
	x, threshold := "zscore("+spelled(c)+")", d.number("threshold")
	if threshold == "" {
		d.fail("there is no threshold")
		return
	}
	if d.boolean("double_sided", true) {
		x, threshold = "abs("+x+")", strings.TrimPrefix(threshold, "-")
	}
	d.Text = x + " < " + threshold
	if d.old {
		d.rows, d.NullsFail = spelled(c)+" != nil", true
	}
}

// buildOutliers writes that a value is less than some standard deviations from the mean, or the mean itself where the multiplier is 0.
// Without a standard deviation nothing is an outlier.
func buildOutliers(d *draft) {
	x, multiplier := "abs(zscore("+spelled(d.column("column"))+"))", d.number("multiplier")
	if d.word("method", "iqr", "std") == "iqr" {
		d.fail("the method iqr has no equal: a rule cannot compare each row with a quantile of all rows; abs(zscore(x)) < 3 is near it")
	}
	switch {
	case multiplier == "":
		multiplier = "1.5"
	case strings.HasPrefix(multiplier, "-"):
		d.fail("multiplier is %s, and must not be less than 0", multiplier)
	}
	if d.Text = x + " < " + multiplier; multiplier == "0" {
		d.Text = x + " <= 0"
	}
}
