package imports

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"streamflow/runner/model"
)

// buildDivergence writes the relative entropy against a partition: weights of values, or of bins. Great Expectations takes the shares that
// are held out away from the weights and gives them to what is outside of the bins, or to bins without a weight.
func buildDivergence(d *draft) {
	d.aggregate = true
	c := d.column("column")
	threshold := d.number("threshold")
	tail, inner := d.share("tail_weight_holdout"), d.share("internal_weight_holdout")
	bucketize := d.boolean("bucketize_data", true)
	partition, _ := d.value("partition_object").(map[string]any)
	switch {
	case threshold == "":
		d.always = "there is no threshold"
		return
	case partition == nil:
		d.always = "there is no partition_object, so the values are compared with themselves"
		return
	}
	values, isDiscrete := partition["values"].([]any)
	weights := d.rationals("weights", partition["weights"])
	var list, shares string
	if isDiscrete {
		list, shares = d.discrete(c, values, weights, tail, inner)
	} else {
		if !bucketize {
			d.fail("bucketize_data is false beside bins, which Great Expectations refuses too")
		}
		list, shares = d.binned(c, partition, weights, tail, inner)
	}
	d.Text = "kl_divergence(" + spelled(c) + ", " + list + ", " + shares + ") <= " + threshold
}

// share is a number from 0 to 1; 0 when it is missing.
func (d *draft) share(kwarg string) *big.Rat {
	v := d.value(kwarg)
	if v == nil {
		return new(big.Rat)
	}
	out := d.rationals(kwarg, []any{v})
	if len(out) != 1 || out[0].Sign() < 0 || out[0].Cmp(big.NewRat(1, 1)) > 0 {
		d.fail("%s must be a number from 0 to 1, and is %s", kwarg, shown(v))
		return new(big.Rat)
	}
	return out[0]
}

func (d *draft) rationals(what string, v any) []*big.Rat {
	list, _ := v.([]any)
	var out []*big.Rat
	for _, e := range list {
		n, ok := e.(json.Number)
		r, good := exact(n.String())
		if !ok || !good {
			d.fail("%s holds %s, which is no number", what, shown(e))
			return nil
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		d.fail("%s is empty", what)
	}
	return out
}

// discrete writes a weight for each value, and what all others share.
func (d *draft) discrete(c *model.Column, values []any, weights []*big.Rat, tail, inner *big.Rat) (list, shares string) {
	var out []string
	for _, v := range values {
		l, err := literal(c, v)
		if err != nil {
			d.fail("partition_object: %v", err)
			return "", ""
		}
		out = append(out, l)
	}
	switch {
	case inner.Sign() > 0:
		d.fail("internal_weight_holdout goes with bins only, in Great Expectations too")
	case len(out) != len(weights):
		d.fail("partition_object has %d values and %d weights", len(out), len(weights))
	}
	shares = decimals(weights)
	if tail.Sign() > 0 {
		shares += ", " + decimal(tail)
	}
	return "[" + strings.Join(out, ", ") + "]", shares
}

// binned writes the ends of the bins and their weights, with those of what is outside.
func (d *draft) binned(c *model.Column, partition map[string]any, weights []*big.Rat, tail, inner *big.Rat) (list, shares string) {
	edges, open := d.edges(c, partition["bins"])
	if d.err == nil && len(edges) != len(weights)+1 {
		d.fail("partition_object has %d ends of bins and %d weights", len(edges), len(weights))
	}
	tails, hasTails := partition["tail_weights"]
	if d.err != nil {
		return "", ""
	}
	held := new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Add(tail, inner))
	empty := int64(0)
	for i, w := range weights {
		weights[i] = new(big.Rat).Mul(w, held)
		if w.Sign() == 0 {
			empty++
		}
	}
	for i, w := range weights {
		if w.Sign() == 0 && inner.Sign() > 0 {
			weights[i] = new(big.Rat).Quo(inner, new(big.Rat).SetInt64(empty))
		}
	}
	half := new(big.Rat).Quo(tail, big.NewRat(2, 1))
	switch {
	case hasTails && (open > 0 || tail.Sign() > 0):
		d.fail("tail_weights go neither with an infinite bin nor with tail_weight_holdout, in Great Expectations too")
	case hasTails:
		if t := d.rationals("tail_weights", tails); len(t) == 2 {
			weights = append(append([]*big.Rat{t[0]}, weights...), t[1])
		} else {
			d.fail("tail_weights are two")
		}
	case open == 2 && tail.Sign() > 0:
		d.fail("tail_weight_holdout does not go with two infinite bins, in Great Expectations too")
	case tail.Sign() == 0 || open == 2:
	case open == 0:
		weights = append(append([]*big.Rat{half}, weights...), half)
	case edges[0] == "nil":
		weights = append(weights, tail)
	default:
		weights = append([]*big.Rat{tail}, weights...)
	}
	return "[" + strings.Join(edges, ", ") + "]", decimals(weights)
}

// edges are the ends of bins, nil for infinite ones, and how many of these there are.
func (d *draft) edges(c *model.Column, v any) (out []string, open int) {
	bins, _ := v.([]any)
	for _, b := range bins {
		if s, ok := b.(string); ok && strings.HasSuffix(s, "Infinity") {
			out, open = append(out, "nil"), open+1
			continue
		}
		l, err := literal(c, b)
		if err != nil {
			d.fail("partition_object: %v", err)
		}
		out = append(out, l)
	}
	if len(out) < 2 {
		d.fail("partition_object has neither values nor bins")
	}
	return out, open
}

func decimals(list []*big.Rat) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = decimal(r)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// decimal is a share with all its digits, or with those of a float.
func decimal(r *big.Rat) string {
	if places, whole := r.FloatPrec(); whole && places < 20 {
		return r.FloatString(places)
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}
