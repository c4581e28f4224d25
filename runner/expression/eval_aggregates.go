package expression

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"streamflow/runner/model"
)

// foldDeviation is stddev_samp of Postgres, digit for digit: the variance is (n * sum(x*x) - sum(x)^2) / (n * (n - 1)), divided with the scale
// that numeric division has, and its square root has that scale too (numeric_stddev_internal in src/backend/utils/adt/numeric.c).
func foldDeviation(rows [][]Datum) Datum {
	n := int64(len(rows))
	if n < 2 {
		return nil
	}
	scale := 0
	for _, row := range rows {
		scale = max(scale, row[0].(Number).scale)
	}
	sum, squares := new(big.Int), new(big.Int)
	for _, row := range rows {
		x := row[0].(Number).at(scale)
		sum.Add(sum, x)
		squares.Add(squares, new(big.Int).Mul(x, x))
	}
	over := squares.Sub(squares.Mul(squares, big.NewInt(n)), sum.Mul(sum, sum))
	if over.Sign() <= 0 {
		return whole(0)
	}
	return Number{coefficient: over, scale: 2 * scale}.div(whole(n).mul(whole(n - 1))).root()
}

// root is the square root of a number that is not negative, with the scale of the number.
func (n Number) root() Number {
	c := new(big.Int).Mul(n.coefficient, powerOfTen(n.scale+2)) // one digit more, to round by
	return Number{coefficient: divideRounded(c.Sqrt(c), big.NewInt(10)), scale: n.scale}
}

func foldMedian(rows [][]Datum) Datum {
	if len(rows) == 0 {
		return nil
	}
	values := make([]Number, len(rows))
	for i, row := range rows {
		values[i] = row[0].(Number)
	}
	slices.SortFunc(values, Number.cmp)
	half := Number{coefficient: big.NewInt(5), scale: 1}
	return values[(len(values)-1)/2].add(values[len(values)/2]).mul(half).normal()
}

// foldNulls is null_share; it sees rows with nil.
func foldNulls(rows [][]Datum) Datum {
	return shareOf(rows, func(row []Datum) bool { return row[0] == nil })
}

func foldShare(rows [][]Datum) Datum {
	return shareOf(rows, func(row []Datum) bool { return row[0] == true })
}

func shareOf(rows [][]Datum, counts func([]Datum) bool) Datum {
	if len(rows) == 0 {
		return nil
	}
	n := int64(0)
	for _, row := range rows {
		if counts(row) {
			n++
		}
	}
	return whole(n).div(whole(int64(len(rows))))
}

// formed is the value of an aggregate that is more than a fold.
func (e *evaluator) formed(n *Node) Datum {
	switch n.Function.form {
	case trimmedForm:
		values, most := e.modes(n)
		for _, v := range values {
			if most[key(v)] {
				return trimmed(v, n.Type)
			}
		}
		return nil
	case quantileForm:
		return e.quantile(n)
	case countForm:
		_, most := e.modes(n)
		return whole(int64(len(most)))
	case listForm:
		return e.listed(n)
	case tableForm:
		rows, ok := e.world.Tables[n.Text]
		if !ok {
			return e.fail(missing("the table %s", n.Text))
		}
		return whole(int64(len(rows)))
	case catalogForm:
		return e.catalog(n)
	case divergenceForm:
		return e.divergence(n)
	case previousForm:
		if n.Name == "previous" {
			return e.previous(n)
		}
	}
	return e.fail(missing("%s()", n.Name))
}

// previous is what an aggregate was: as the world knows it, or over the rows of the newest earlier freeze.
func (e *evaluator) previous(n *Node) Datum {
	if out, ok := e.world.Previous[n.Text]; ok {
		return out
	}
	if e.world.Before == nil {
		return e.fail(missing("rows of an earlier freeze"))
	}
	earlier := &evaluator{world: e.world}
	for _, row := range e.world.Before {
		earlier.row = row
		if e.where == nil || earlier.value(e.where) == true {
			earlier.rows = append(earlier.rows, row)
		}
	}
	earlier.row = nil
	out := earlier.value(n.Args[0])
	if earlier.err != nil {
		return e.fail(earlier.err)
	}
	return out
}

// trimmed is a decimal without the zeros at its end, as trim_scale leaves it.
func trimmed(d Datum, t model.Type) Datum {
	if v, ok := d.(Number); ok && t.Family == model.Numeric {
		return v.normal()
	}
	return d
}

// values are what an aggregate looks at, nil aside.
func (e *evaluator) values(x *Node) []Datum {
	outer := e.row
	var out []Datum
	for _, row := range e.rows {
		e.row = row
		if v := e.value(x); v != nil {
			out = append(out, v)
		}
	}
	e.row = outer
	return out
}

// ordered are the values from the smallest to the greatest.
func (e *evaluator) ordered(x *Node) []Datum {
	out := e.values(x)
	slices.SortStableFunc(out, e.rank)
	return out
}

// rank is the order in which Postgres sorts: false comes before true.
func (e *evaluator) rank(a, b Datum) int {
	if x, ok := a.(bool); ok {
		switch {
		case x == b:
			return 0
		case x:
			return 1
		}
		return -1
	}
	c, err := order(a, b)
	if err != nil {
		e.fail(err)
	}
	return c
}

// quantile is percentile_disc: the first value whose share of the rows is not less.
func (e *evaluator) quantile(n *Node) Datum {
	values := e.ordered(n.Args[0])
	if len(values) == 0 {
		return nil
	}
	share, _ := strconv.ParseFloat(n.Text, 64)
	at := int(math.Ceil(share * float64(len(values))))
	return trimmed(values[max(at, 1)-1], n.Type)
}

// modes are the values in order, and the keys of the most frequent.
func (e *evaluator) modes(n *Node) ([]Datum, map[string]bool) {
	var values []Datum
	if n.Function.form == trimmedForm {
		values = e.ordered(n.Args[0])
	} else {
		values = e.values(n.Args[0])
	}
	count, most := map[string]int{}, 0
	for _, v := range values {
		count[key(v)]++
		most = max(most, count[key(v)])
	}
	out := map[string]bool{}
	for k, n := range count {
		if n == most {
			out[k] = true
		}
	}
	return values, out
}

// listed compares the values with a list of constants.
func (e *evaluator) listed(n *Node) Datum {
	list := map[string]bool{}
	for _, element := range n.Args[1:] {
		list[key(e.value(element))] = true
	}
	if n.Name == "mode_in" {
		_, most := e.modes(n)
		if len(most) == 0 {
			return nil
		}
		for k := range most {
			if list[k] {
				return true
			}
		}
		return false
	}
	seen, outside := map[string]bool{}, false
	for _, v := range e.values(n.Args[0]) {
		seen[key(v)] = true
		outside = outside || !list[key(v)]
	}
	all := true
	for k := range list {
		all = all && seen[k]
	}
	switch n.Name {
	case "distinct_in":
		return !outside
	case "distinct_contains":
		return all
	}
	return all && !outside
}

// catalog is what the names and types of columns say.
func (e *evaluator) catalog(n *Node) Datum {
	if n.Name == "type" {
		return n.Text
	}
	if e.world.Columns == nil {
		return e.fail(missing("the names of the columns"))
	}
	if n.Name == "column_count" {
		return whole(int64(len(e.world.Columns)))
	}
	names := slices.Clone(e.world.Columns)
	if n.Name == "column_set" {
		slices.Sort(names)
	}
	out := make([]Datum, len(names))
	for i, name := range names {
		out[i] = name
	}
	return out
}
