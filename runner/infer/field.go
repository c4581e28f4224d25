package infer

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/model"
)

// field is one column of a table over all months, and what is proposed for it.
type field struct {
	header   string
	name     string
	months   []*column // one for each month; nil where the file does not have it
	typ      model.Type
	read     model.Reading
	choices  []string // date formats between which the user has to choose
	nullable bool
	optional bool
	personal string // why its values look like personal data; "" when they do not
	notes    []string
	numbers  numbers
	grouped  *field // what it would be if its points grouped digits
	minimum  string // of days and times
	maximum  string
	finest   int // index of units, of stamps
}

// newField proposes the type of a column and how it is read.
func newField(header, name string, months []*column) *field {
	f := &field{header: header, name: name, months: months, read: model.Reading{Column: name}}
	f.optional = slices.Contains(months, nil)
	alive := f.common()
	switch {
	case f.total(func(c *column) int64 { return c.values }) == 0:
		f.settle("text")
		f.note("no values at all: declare its type when there are some")
	case f.asBoolean(alive), f.asWord(alive, model.UUID), f.asWord(alive, model.JSONB), f.asTime(compact(alive)), f.asNumber(alive), f.asTime(alive):
	default:
		f.settle("text")
	}
	f.nullable = f.optional || f.total(func(c *column) int64 { return c.nulls }) > 0 || len(f.read.NullValues) > 0
	f.remarks()
	return f
}

func (f *field) settle(typ string) bool {
	f.typ, _ = model.ParseType(typ)
	return true
}

func (f *field) note(format string, args ...any) {
	f.notes = append(f.notes, fmt.Sprintf(format, args...))
}

// present returns the columns of the months that have the field.
func (f *field) present() []*column {
	return slices.DeleteFunc(slices.Clone(f.months), func(c *column) bool { return c == nil })
}

func (f *field) total(of func(*column) int64) (n int64) {
	for _, c := range f.present() {
		n += of(c)
	}
	return n
}

// words adds up what may mean NULL.
func (f *field) words() map[string]int64 {
	out := map[string]int64{}
	for _, c := range f.present() {
		for w, n := range c.words {
			out[w] += n
		}
	}
	return out
}

// common returns the ways of reading that fit all values of every month, with what is known of all of them.
func (f *field) common() []*candidate {
	var out []*candidate
	begun := false
	for _, c := range f.present() {
		if !c.begun {
			continue // no value that could say anything
		}
		f.numbers.merge(c.digits)
		var both []*candidate
		for _, k := range c.alive {
			if i := slices.IndexFunc(out, func(o *candidate) bool { return o.id == k.id }); i >= 0 {
				both = append(both, out[i].with(k))
			} else if !begun {
				both = append(both, k)
			}
		}
		out, begun = both, true
	}
	return out
}

// with is what two months know together.
func (k *candidate) with(o *candidate) *candidate {
	sum := *k
	sum.numbers.minimum, sum.numbers.maximum = slices.Clone(k.numbers.minimum), slices.Clone(k.numbers.maximum)
	sum.numbers.merge(o.numbers)
	sum.sides |= o.sides
	sum.zoned += o.zoned
	sum.finest = max(sum.finest, o.finest)
	for _, b := range []string{o.minimum, o.maximum} {
		if b != "" {
			sum.bounds([]byte(b))
		}
	}
	return &sum
}

// proseBlanks is how many blanks make a text one of several words.
const proseBlanks = 2

// prose tells whether most values of a field are texts of several words.
func (f *field) prose() bool {
	return 2*f.total(func(c *column) int64 { return c.spaced }) > f.total(func(c *column) int64 { return c.values })
}

// compact returns the dates of eight digits, which are tried before numbers because the name of the column says that it holds dates.
func compact(alive []*candidate) []*candidate {
	return slices.DeleteFunc(slices.Clone(alive), func(k *candidate) bool { return !k.compact })
}

func of(alive []*candidate, family model.Family) []*candidate {
	return slices.DeleteFunc(slices.Clone(alive), func(k *candidate) bool { return k.typ.Family != family })
}

// asBoolean believes words for true and false when there is no other value; of the less certain pairs both words have to be seen.
func (f *field) asBoolean(alive []*candidate) bool {
	if len(f.words()) > 0 {
		return false
	}
	for _, k := range of(alive, model.Boolean) {
		usual := slices.ContainsFunc(truthPairs[:usualPairs], func(p [2]string) bool { return p[0] == k.read.TrueValues[0] })
		if k.sides != 3 && k.read.TrueValues[0] != truthPairs[0][0] {
			continue
		}
		if !usual {
			f.read.TrueValues, f.read.FalseValues = k.read.TrueValues, k.read.FalseValues
		}
		return f.settle("boolean")
	}
	if flagNames.of(f.header) && f.onlyBits() {
		f.read.TrueValues, f.read.FalseValues = []string{"1"}, []string{"0"}
		return f.settle("boolean")
	}
	return false
}

// onlyBits tells whether a field holds 1 and 0, both, and nothing else.
func (f *field) onlyBits() bool {
	var ones, zeros, values int64
	for _, c := range f.present() {
		ones, zeros, values = ones+c.categories["1"], zeros+c.categories["0"], values+c.values
	}
	return ones > 0 && zeros > 0 && ones+zeros == values
}

// asWord takes a type that has one way to be written.
func (f *field) asWord(alive []*candidate, family model.Family) bool {
	found := of(alive, family)
	if len(found) == 0 {
		return false
	}
	f.typ = found[0].typ
	f.wordsAreNull()
	return true
}

// wordsAreNull proposes the words among values of another kind as NULL.
func (f *field) wordsAreNull() {
	words := f.words()
	if len(words) == 0 {
		return
	}
	var found []string
	for _, w := range nullWords {
		if words[w] > 0 {
			found = append(found, w)
		}
	}
	f.read.NullValues = append([]string{""}, found...)
	var counts []string
	for _, w := range found {
		counts = append(counts, fmt.Sprintf("%q %s", w, times(words[w])))
	}
	f.note("%s among %s", strings.Join(counts, ", "), plural(f.typ.Family))
}

// plural is the word for values of a kind.
func plural(family model.Family) string {
	switch family {
	case model.Integer, model.Numeric, model.Float:
		return "numbers"
	case model.Date:
		return "dates"
	case model.Timestamp, model.TimestampTZ:
		return "times"
	}
	return family.String() + "s"
}

// asTime takes dates and times. Where digits alone do not say which of them is the day, the choice is left to the user.
func (f *field) asTime(alive []*candidate) bool {
	for _, family := range []model.Family{model.Date, model.Timestamp, model.TimestampTZ} {
		found := of(alive, family)
		if len(found) == 0 {
			continue
		}
		k := found[0]
		f.typ, f.read.DateFormats, f.minimum, f.maximum, f.finest = k.typ, k.read.DateFormats, k.minimum, k.maximum, k.finest
		for _, o := range found {
			if k.same(&manner{order: o.order, read: o.read}) {
				f.choices = append(f.choices, o.read.DateFormats[0])
			}
		}
		if len(f.choices) < 2 {
			f.choices = nil
		} else {
			f.read.DateFormats, f.minimum, f.maximum = f.choices, "", ""
		}
		values := f.total(func(c *column) int64 { return c.values })
		if family == model.TimestampTZ && k.zoned < values {
			if k.zoned == 0 {
				f.settle("timestamp")
			} else {
				f.note("%s without a zone are read in that of the project", number(values-k.zoned))
			}
		}
		f.wordsAreNull()
		return true
	}
	return false
}
