package expression

import (
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

// What a float column can hold, as the emitter's assignFloat has it: nearer to zero it is zero, beyond the greatest it is nothing.
var floatLimits = func() map[int][2]Number {
	out := map[int][2]Number{}
	for bits, texts := range map[int][2]string{64: {smallestDouble, greatestDouble}, 32: {smallestReal, greatestReal}} {
		low, _ := parseNumber(texts[0])
		high, _ := parseNumber(texts[1])
		out[bits] = [2]Number{low, high}
	}
	return out
}()

// assign is the value of a node in a column of type want; what does not fit is nil. It mirrors the emitter's assign.
func (e *evaluator) assign(n *Node, want model.Type) Datum {
	v := e.value(n)
	switch {
	case v == nil:
		return nil
	case want.Family == model.Integer:
		if !fitsInteger(v.(Number), want.Bits) {
			return nil
		}
		return v
	case want.Family == model.Numeric:
		return e.assignNumeric(n, want, v.(Number))
	case want.Family == model.Float:
		return e.assignFloat(n, want, v.(Number))
	case want.Family == model.Text && want.Length > 0:
		return assignText(v.(string), want)
	case group(want) == momentGroup:
		return assignMoment(v, want)
	}
	return v
}

func (e *evaluator) assignNumeric(n *Node, want model.Type, v Number) Datum {
	switch {
	case want.Precision == 0:
		return v
	case n.size.numeric && n.Kind == ColumnRef && want.Holds(n.Type):
		return v.round(want.Scale)
	}
	if v, ok := e.number(n).(Number); ok {
		out := v.round(want.Scale)
		if out.abs().cmp(Number{coefficient: powerOfTen(want.Precision - want.Scale)}) < 0 {
			return out
		}
	}
	return nil
}

func (e *evaluator) assignFloat(n *Node, want model.Type, v Number) Datum {
	if n.Type.Family == model.Float && n.Type.Bits <= want.Bits {
		return v
	}
	v, ok := e.number(n).(Number)
	limits := floatLimits[want.Bits]
	switch {
	case !ok || v.abs().cmp(limits[1]) > 0:
		return nil
	case v.abs().cmp(limits[0]) < 0:
		return whole(0)
	}
	return nearest(v, want.Bits)
}

func assignText(v string, want model.Type) Datum {
	switch {
	case utf8.RuneCountInString(v) > want.Length:
		return nil
	case want.Padded:
		return strings.TrimRight(v, " ")
	}
	return v
}

// assignMoment makes a time of a day: its midnight, where a timestamp can hold it.
func assignMoment(v Datum, want model.Type) Datum {
	d, ok := v.(Date)
	if !ok || want.Family == model.Date {
		return v
	}
	if d.Infinite != 0 || d.Days < firstMidnight || d.Days > lastStampDay {
		return nil
	}
	return Stamp{Micros: d.Days * microsPerDay}
}

// firstMidnight is the first day that is assigned to a timestamp.
var firstMidnight = daysOf(-4712, 1, 1)
