package infer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// Thresholds of Deequ's default rules (suggestions/rules/*.scala).
const (
	leastComplete = 0.2  // RetainCompletenessRule: columns that are emptier say nothing
	waldZ         = 1.96 // of the 95 % interval
	onceShare     = 0.1  // CategoricalRangeRule: the share of values that come once
	onceShareFew  = 0.4  // FractionalCategoricalRangeRule
	coveredShare  = 0.9  // of the rows that the usual values of a fractional range cover
	mostListed    = 25   // values in a rule that a person can still read
	longestListed = 40   // bytes of such a value
)

// rule is a proposed rule.
type rule struct {
	text     string
	atLeast  string // "" for all rows
	evidence string
	nullable bool // its column may be NULL
}

// rules proposes what holds of a table: the first month suggests, and what does not hold in each of the others is dropped.
func (t *table) rules() []rule {
	var out []rule
	for i, f := range t.fields {
		if slices.Contains(t.key, i) || len(f.present()) == 0 {
			continue
		}
		refers := slices.ContainsFunc(t.refs, func(r reference) bool { return slices.Contains(r.fields, i) })
		for _, propose := range []func(int, *field) *rule{t.mostlyThere, t.notNegative, t.oneOf, t.uniqueRule} {
			if r := propose(i, f); r != nil && !(refers && strings.Contains(r.text, ">=")) {
				r.nullable = f.nullable
				out = append(out, *r)
			}
		}
	}
	return out
}

func (t *table) spelling(f *field) string { return expression.Spelling(f.name) }

// lowerBound is the lower end of the 95 % Wald interval of a share, cut to two decimals as Deequ does.
func lowerBound(share float64, n int64) float64 {
	return math.Floor((share-waldZ*math.Sqrt(share*(1-share)/float64(n)))*100) / 100
}

// missing counts the cells that are NULL as the field is read.
func (f *field) missing(c *column) int64 {
	n := c.nulls
	for _, w := range f.read.NullValues {
		n += c.words[w]
	}
	return n
}

// mostlyThere is Deequ's RetainCompletenessRule. What is complete is declared so, and needs no rule.
func (t *table) mostlyThere(_ int, f *field) *rule {
	if !f.nullable || f.optional {
		return nil
	}
	bound := 0.0
	for m, c := range f.months {
		if c.rows < believedRows {
			return nil // the interval would hold everything
		}
		share := 1 - float64(f.missing(c))/float64(c.rows)
		if m == 0 {
			if share <= leastComplete || share >= 1 {
				return nil
			}
			bound = lowerBound(share, c.rows)
		}
		if share < bound {
			return nil
		}
	}
	if bound <= 0 {
		return nil
	}
	return &rule{text: t.spelling(f) + " != nil", atLeast: decimal(bound), evidence: f.nullEvidence()}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// notNegative is Deequ's NonNegativeNumbersRule. Numbers that only name something are left out.
func (t *table) notNegative(_ int, f *field) *rule {
	n := f.numbers
	switch f.typ.Family {
	case model.Integer, model.Numeric, model.Float:
	default:
		return nil
	}
	if n.n == 0 || n.negative > 0 || f.typ.Family == model.Integer && idNames.last(f.name) {
		return nil
	}
	if n.exponents > 0 {
		return &rule{text: t.spelling(f) + " >= 0", evidence: "none is negative, " + f.nullEvidence()}
	}
	return &rule{text: t.spelling(f) + " >= 0", evidence: fmt.Sprintf("min %s, max %s, %s", withoutZeros(n.minimum), withoutZeros(n.maximum), f.nullEvidence())}
}

// nullEvidence counts NULL: once when all months are the same, else in all of them together.
func (f *field) nullEvidence() string {
	var nulls, rows int64
	months := f.present()
	same := true
	for _, c := range months {
		nulls, rows = nulls+f.missing(c), rows+c.rows
		same = same && f.missing(c) == f.missing(months[0]) && c.rows == months[0].rows
	}
	if !same {
		return fmt.Sprintf("%s of %s null over %d months", number(nulls), number(rows), len(months))
	}
	nulls, rows = f.missing(months[0]), months[0].rows
	return fmt.Sprintf("%s of %s null%s", number(nulls), number(rows), overMonths(len(months)))
}

// category is a value and how often it comes.
type category struct {
	value string
	n     int64
}

// oneOf is Deequ's CategoricalRangeRule, or its FractionalCategoricalRangeRule where few values cover most rows.
func (t *table) oneOf(_ int, f *field) *rule {
	if f.typ.Family != model.Text || f.personal != "" || f.signed() || f.present()[0].categories == nil {
		return nil
	}
	all := sorted(f.present()[0].categories)
	once := 0
	for _, c := range all {
		if c.n == 1 {
			once++
		}
		if !writable(c.value) {
			return nil
		}
	}
	if len(all) < 2 || len(all) > mostListed {
		return nil
	}
	switch share := float64(once) / float64(len(all)); {
	case share <= onceShare:
		if f.covered(all) < 1 {
			return nil // another month has other values
		}
		return &rule{text: t.spelling(f) + " in " + literals(all), evidence: counts(all) + overMonths(len(f.present()))}
	case share <= onceShareFew:
		return t.mostlyOneOf(f, all)
	}
	return nil
}

// mostlyOneOf lists the most frequent values, until they cover enough rows.
func (t *table) mostlyOneOf(f *field, all []category) *rule {
	total, sum := int64(0), int64(0)
	for _, c := range all {
		total += c.n
	}
	top := all[:0:0]
	for _, c := range all {
		if float64(sum) >= coveredShare*float64(total) {
			break
		}
		sum += c.n
		top = append(top, c)
	}
	bound := lowerBound(float64(sum)/float64(total), total)
	if sum == total || bound <= 0 || f.covered(top) < bound {
		return nil
	}
	return &rule{text: t.spelling(f) + " in " + literals(top), atLeast: decimal(bound),
		evidence: fmt.Sprintf("%s of %s%s", number(sum), number(total), overMonths(len(f.present())))}
}

// covered is the least share of values, over the months, that are among some.
func (f *field) covered(some []category) float64 {
	least := 1.0
	for _, c := range f.present() {
		if c.categories == nil {
			return 0
		}
		var all, in int64
		for v, n := range c.categories {
			all += n
			if slices.ContainsFunc(some, func(s category) bool { return s.value == v }) {
				in += n
			}
		}
		if all > 0 {
			least = min(least, float64(in)/float64(all))
		}
	}
	return least
}

func sorted(counts map[string]int64) []category {
	var out []category
	for v, n := range counts {
		out = append(out, category{v, n})
	}
	slices.SortFunc(out, func(a, b category) int {
		if a.n != b.n {
			return int(b.n - a.n)
		}
		return strings.Compare(a.value, b.value)
	})
	return out
}

// writable tells whether a value can stand in a rule as it is.
func writable(v string) bool {
	return len(v) <= longestListed && strconv.Quote(v) == `"`+v+`"` && !strings.Contains(v, "${")
}

func literals(values []category) string {
	quoted := make([]string, len(values))
	for i, c := range values {
		quoted[i] = strconv.Quote(c.value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func counts(values []category) string {
	parts := make([]string, len(values))
	for i, c := range values {
		parts[i] = number(c.n)
	}
	return strings.Join(parts, ", ") + " rows"
}

// uniqueRule is for columns that are unique beside the key, by a name that says so: others may be so by accident, until next month.
func (t *table) uniqueRule(i int, f *field) *rule {
	named := f.typ.Family == model.UUID || keyNames.last(f.name) || ownNames.of(f.header)
	if !named || !slices.Contains(t.unique, i) || t.total() < believedRows || f.tellsTime() {
		return nil
	}
	return &rule{text: "unique(" + t.spelling(f) + ")", evidence: "no two rows agree" + overMonths(len(t.rows))}
}
