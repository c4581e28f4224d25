package expression

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// kl_divergence is the relative entropy, in natural units, of how often values occur against how often they were expected to: the sum over
// all of them of p * ln(p / q). The meaning of weights, bins and the share of other values is that of Great Expectations
// (expect_column_kl_divergence_to_be_less_than), whose sums are those of scipy.stats.entropy and numpy.histogram.
func divergenceFunctions() []Function {
	parameters := []Parameter{{Name: "x", Accepts: rankedArg, Plain: true}, {Name: "[a, b]"}, {Name: "[weight, weight]"}}
	const doc = "the relative entropy of the values against those expected: a weight for each value, or for each bin between two numbers (the last one holds both its ends, nil is no end), " +
		"with two weights more for what is below and above. Nil without any value, and where there is one whose weight is 0"
	return []Function{
		{Name: "kl_divergence", Aggregate: true, form: divergenceForm, Parameters: parameters, Result: model.Numeric, Digits: 10, Doc: doc, Example: `kl_divergence(code, ["a", "b"], [0.9, 0.1]) < 0.1`},
		{Name: "kl_divergence", Aggregate: true, form: divergenceForm, Parameters: append(slices.Clone(parameters), Parameter{Name: "others"}), Result: model.Numeric, Digits: 10, Doc: "the same, where all values that are not in the list share a weight", Example: `kl_divergence(code, ["a", "b"], [0.9, 0.1], 0.05) < 0.1`},
	}
}

// partition is what is expected: weights of values, or of the bins between edges, with one below and one above.
type partition struct {
	bins    bool
	closed  bool // the last bin holds its upper end
	weights []float64
	others  float64 // the weight of all values that are not in the list
}

// text and partitionOf keep a partition in the Text of a node.
func (p partition) text() string {
	out := []string{strconv.FormatBool(p.bins), strconv.FormatBool(p.closed), strconv.FormatFloat(p.others, 'g', -1, 64)}
	for _, w := range p.weights {
		out = append(out, strconv.FormatFloat(w, 'g', -1, 64))
	}
	return strings.Join(out, " ")
}

func partitionOf(text string) partition {
	words := strings.Fields(text)
	p := partition{bins: words[0] == "true", closed: words[1] == "true"}
	p.others, _ = strconv.ParseFloat(words[2], 64)
	for _, w := range words[3:] {
		f, _ := strconv.ParseFloat(w, 64)
		p.weights = append(p.weights, f)
	}
	return p
}

func (p partition) sum() float64 {
	out := 0.0
	for _, w := range p.weights {
		out += w
	}
	return out
}

// divergenceCall checks kl_divergence(x, list, weights) and with a weight for others.
func (c *checker) divergenceCall(n ast.Node, f *Function, args []ast.Node) *Node {
	if !c.allowed(n, f) {
		return nil
	}
	joined := c.joined
	x := c.within(f, args[0])
	if c.joined && !joined || c.whereJoined {
		c.fault(badType, c.span(n), "", "%s() looks at the rows once more, without those of other tables", f.Name)
		return nil
	}
	if x != nil && (!f.parameter(0).accepts(x.Type) || !x.Type.Comparable()) {
		c.unfit(n, f, f.parameter(0), x)
		return nil
	}
	list, isList := args[1].(*ast.ArrayNode)
	weights, areList := args[2].(*ast.ArrayNode)
	if !isList || !areList {
		c.fault(badList, c.span(n), "write "+f.Signature(), "%s() needs a list of values and a list of weights", f.Name)
		return nil
	}
	var p partition
	ok := true
	for _, w := range weights.Nodes {
		v, good := c.weight(w)
		p.weights, ok = append(p.weights, v), ok && good
	}
	if len(args) > 3 {
		good := false
		p.others, good = c.weight(args[3])
		ok = ok && good
	}
	if x == nil || !ok {
		return nil
	}
	values, ok := c.parts(n, f, x, list, &p)
	if !ok {
		return nil
	}
	if p.sum() <= 0 || p.others >= 1 {
		c.fault(badConst, c.span(args[2]), "weights are shares such as 0.25", "the weights of %s() leave nothing", f.Name)
		return nil
	}
	out := &Node{Kind: Aggregate, Function: f, Name: f.Name, Type: numericType, size: size{digits: f.Digits, scale: 6, numeric: true}, Text: p.text(),
		Args: append([]*Node{x}, values...)}
	c.aggregates = append(c.aggregates, out)
	return out
}

func (c *checker) weight(n ast.Node) (float64, bool) {
	w := c.node(n)
	if w == nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(w.Text, 64)
	if w.Kind != Literal || !isNumber(w) || err != nil || v < 0 || v > 1 {
		c.fault(badConst, c.span(n), "write it as 0.25", "a weight is a number from 0 to 1, written out")
		return 0, false
	}
	return v, true
}

// parts are the values of a list, or the edges of its bins, and completes the partition.
func (c *checker) parts(n ast.Node, f *Function, x *Node, list *ast.ArrayNode, p *partition) ([]*Node, bool) {
	elements := list.Nodes
	isNil := func(i int) bool { _, ok := elements[i].(*ast.NilNode); return ok }
	low, high := len(elements) > 1 && isNil(0), len(elements) > 1 && isNil(len(elements)-1)
	if low {
		elements = elements[1:]
	}
	if high {
		elements = elements[:len(elements)-1]
	}
	inner := len(list.Nodes) - 1
	p.bins = low || high || len(p.weights) != len(list.Nodes)
	values, ok := c.constants(f, x, &ast.ArrayNode{Nodes: elements})
	if !ok {
		return nil, false
	}
	if !p.bins {
		return values, true
	}
	p.closed = !high
	ends := 2
	for _, open := range []bool{low, high} {
		if open {
			ends--
		}
	}
	switch {
	case len(elements) == 0 || len(p.weights) != inner && len(p.weights) != inner+ends || p.others != 0:
		c.fault(badList, c.span(n), "n values have n weights, and the bins between n numbers n - 1, or two more for what is below and above",
			"%d weights do not fit a list of %d", len(p.weights), len(list.Nodes))
		return nil, false
	case !isNumber(x):
		c.fault(badType, c.span(n), "give each value a weight", "bins are for numbers, and this is %s", kindOf(x))
		return nil, false
	}
	if len(p.weights) == inner { // what is outside has no weight
		if !low {
			p.weights = append([]float64{0}, p.weights...)
		}
		if !high {
			p.weights = append(p.weights, 0)
		}
	}
	for i := 1; i < len(values); i++ {
		if values[i-1].Kind == Literal && values[i].Kind == Literal && rational(values[i-1]).Cmp(rational(values[i])) >= 0 {
			c.fault(badList, c.span(list), "write the smaller number first", "the ends of bins go up")
			return nil, false
		}
	}
	return values, true
}

// divergence is the SQL: values are counted by part, then shares compared. Its sum is made of floats, whose order is open, and therefore
// rounded to six places.
func (e *emitter) divergence(n *Node) pgsql.Frag {
	e.needs.Rows = true
	p, x := partitionOf(n.Text), n.Args[0]
	part, value := pgsql.Frag("CASE"), e.sorted(x)
	for i, v := range n.Args[1:] {
		op, at := "==", i+1
		if p.bins {
			if op = "<"; p.closed && i == len(n.Args)-2 {
				op = "<="
			}
		}
		part += " WHEN " + e.compare(op, x, v) + " THEN " + pgsql.Frag(strconv.Itoa(at))
	}
	if p.bins {
		part, value = part+" ELSE "+pgsql.Frag(strconv.Itoa(len(p.weights))), "NULL"
	}
	weights := pgsql.Map(p.weights, floatFrag)
	share := "COALESCE(h.w, 0) / " + floatFrag(p.sum())
	if p.others > 0 {
		share = "CASE WHEN h.k = 0 THEN h.w / " + floatFrag(p.sum()) + " ELSE COALESCE(h.w * " + floatFrag(1-p.others) + ", " + floatFrag(p.others) + " / h.k) / " + floatFrag(p.sum()*(1-p.others)+p.others) + " END"
	}
	return "(SELECT CASE WHEN min(g.q) > 0 THEN round(sum(g.p * ln(g.p / NULLIF(g.q, 0)))::numeric, 6) END FROM (SELECT h.n / sum(h.n) OVER () AS p, " + share +
		" AS q FROM (SELECT count(*)::double precision AS n, (ARRAY[" + pgsql.Join(weights, ", ") + "])[k.part] AS w, count(*) FILTER (WHERE k.part IS NULL) OVER () AS k FROM (SELECT " + part +
		" END AS part, " + value + " AS value FROM " + pgsql.Param(model.RowsMark) + " AS r WHERE " + e.and("("+e.value(x)+" IS NOT NULL)") + ") AS k GROUP BY k.part, k.value) AS h) AS g)"
}

func floatFrag(f float64) pgsql.Frag {
	return pgsql.Typed(strconv.FormatFloat(f, 'g', -1, 64), "double precision")
}

// divergence is the same in memory.
func (e *evaluator) divergence(n *Node) Datum {
	p := partitionOf(n.Text)
	ends := make([]Datum, len(n.Args)-1)
	for i, v := range n.Args[1:] {
		ends[i] = e.value(v)
	}
	counts, total := map[string]float64{}, 0.0
	weight := map[string]float64{}
	k := 0.0
	for _, v := range e.values(n.Args[0]) {
		at := e.bucket(p, ends, v)
		name := key(v)
		if p.bins {
			name = strconv.Itoa(at)
		}
		if counts[name] == 0 {
			weight[name] = -1
			if at >= 0 {
				weight[name] = p.weights[at]
			} else {
				k++
			}
		}
		counts[name]++
		total++
	}
	if total == 0 {
		return nil
	}
	sum := 0.0
	for name, count := range counts {
		q := max(weight[name], 0) / p.sum()
		if p.others > 0 && k > 0 {
			q = weight[name] * (1 - p.others)
			if weight[name] < 0 {
				q = p.others / k
			}
			q /= p.sum()*(1-p.others) + p.others
		}
		if q <= 0 {
			return nil
		}
		sum += count / total * math.Log(count/total/q)
	}
	out, _ := parseNumber(strconv.FormatFloat(math.Round(sum*1e6)/1e6, 'f', 6, 64))
	return out
}

// bucket is the place of a value among the weights; -1 when it is in no part.
func (e *evaluator) bucket(p partition, ends []Datum, v Datum) int {
	for i, end := range ends {
		op := "=="
		if p.bins {
			if op = "<"; p.closed && i == len(ends)-1 {
				op = "<="
			}
		}
		if e.compare(op, v, end) == true {
			return i
		}
	}
	if p.bins {
		return len(ends)
	}
	return -1
}
