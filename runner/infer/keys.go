package infer

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strconv"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

const (
	mostSingles   = 6       // columns that are tried as a key of one column
	mostParts     = 8       // columns of which keys of two and three are made
	mostSets      = 8       // of these that are looked at in all rows
	longestKey    = 200     // bytes of a cell of a key
	refutingRoom  = 1 << 12 // fingerprints by which sets that are no keys are soon found
	exactRoom     = 1 << 20 // fingerprints in memory while all rows are compared: 16 to 32 MB
	believedRows  = 20      // fewer rows may well differ by accident
	goodRank      = 1       // of a column whose name or place speaks for a key
	possibleRank  = 2
	unlikelyRank  = 3
	mostKeyFields = 3
)

// set is a set of fields that may be a key.
type set struct {
	fields []int
	failed bool
}

// findKey looks for the smallest set of columns that is complete and unique in every month. Of several it takes the one whose names and
// places speak for it. Uniqueness is exact: fingerprints that differ come from cells that differ.
func (t *table) findKey() error {
	if t.total() == 0 {
		return nil
	}
	singles, err := t.uniqueSingles()
	if err != nil {
		return err
	}
	likely := slices.DeleteFunc(slices.Clone(singles), func(i int) bool { return !t.believable(i) })
	switch {
	case len(likely) > 0:
		t.key = likely[:1]
	default:
		if t.key, err = t.uniqueSet(singles); err != nil {
			return err
		}
		if t.key == nil && len(singles) > 0 && t.deliberate(singles[:1]) {
			t.key = singles[:1]
		}
	}
	for _, i := range singles {
		if !slices.Contains(t.key, i) {
			t.unique = append(t.unique, i)
		}
	}
	return nil
}

// believable tells whether a unique column is probably unique on purpose.
func (t *table) believable(i int) bool {
	f := t.fields[i]
	switch {
	case f.tellsTime():
		return t.deliberate([]int{i})
	case t.rank(i) <= possibleRank:
		return true
	}
	return t.total() >= believedRows && (f.typ.Family == model.Text || f.typ.Family == model.UUID)
}

// leastCollisions is how many rows of a table would have to agree by chance in columns that nobody made unique, before it is believed that
// somebody did because none do.
const leastCollisions = 3

// deliberate tells whether it is no accident that no two rows agree in some columns: their names say so, or by chance several would, as of n
// birthdays in d days n*n/2d pairs fall together. Times of events seldom agree whatever they are called, so that names prove nothing there.
func (t *table) deliberate(fields []int) bool {
	aloneInTime := len(fields) == 1 && t.fields[fields[0]].tellsTime()
	if !aloneInTime && !slices.ContainsFunc(fields, func(i int) bool { return t.rank(i) > possibleRank }) {
		return true
	}
	days := 1.0
	for _, i := range fields {
		days *= float64(t.fields[i].possible())
	}
	n := float64(t.rows[0])
	return n*n/2/days >= leastCollisions
}

// possible is how many values a field may have in a month: those between the smallest and the greatest of whole numbers and stamps, and else
// those that it has.
func (f *field) possible() int64 {
	c := f.months[0]
	if f.typ.Family == model.Timestamp || f.typ.Family == model.TimestampTZ {
		return max(f.span()/int64(len(f.months)), c.distinct, 1)
	}
	if f.typ.Family == model.Integer && (!c.repeated || f.tellsTime()) {
		low, err1 := strconv.ParseInt(string(f.numbers.minimum), 10, 64)
		high, err2 := strconv.ParseInt(string(f.numbers.maximum), 10, 64)
		if span := high - low; err1 == nil && err2 == nil && span >= 0 {
			return max(span, c.distinct)
		}
	}
	return max(c.distinct, 1)
}

// eligible tells whether a field may be part of a key: complete everywhere, and of a type that names things. Sentences do not, however
// seldom they come twice.
func (t *table) eligible(i int) bool {
	f := t.fields[i]
	if f.nullable || len(f.choices) > 0 {
		return false
	}
	switch f.typ.Family {
	case model.Text:
		if t.rank(i) > possibleRank && (f.prose() || measureNames.last(f.name)) {
			return false
		}
	case model.Numeric: // whole numbers beyond bigint
		if f.numbers.pointed+f.numbers.exponents > 0 {
			return false
		}
	case model.Integer, model.UUID, model.Date, model.Timestamp, model.TimestampTZ:
	default:
		return false
	}
	return !slices.ContainsFunc(f.months, func(c *column) bool { return c.longest > longestKey })
}

// rank is lower the more the name and the place of a field speak for a key.
func (t *table) rank(i int) int {
	name := t.fields[i].name
	own := singular(t.name)
	switch {
	case name == "id", name == own+"_id", name == t.name+"_id", name == own && !t.repeats(i), name == own+"_key", name == own+"_code":
		return 0
	case i == 0 && !measureNames.last(name), keyNames.last(name):
		return goodRank
	case partNames.last(name):
		return possibleRank
	}
	return unlikelyRank
}

// repeats tells whether some value of a field is known to come twice in a month.
func (t *table) repeats(i int) bool {
	return slices.ContainsFunc(t.fields[i].months, func(c *column) bool { return c != nil && c.repeated })
}

// byRank sorts fields: those that are more probably keys first.
func (t *table) byRank(fields []int) {
	slices.SortStableFunc(fields, func(a, b int) int { return cmp.Compare(t.rank(a), t.rank(b)) })
}

// uniqueSingles returns the columns that are unique alone.
func (t *table) uniqueSingles() ([]int, error) {
	var fields []int
	for i := range t.fields {
		if t.eligible(i) && !t.repeats(i) {
			fields = append(fields, i)
		}
	}
	t.byRank(fields)
	var sets []*set
	for _, i := range fields[:min(len(fields), mostSingles)] {
		sets = append(sets, &set{fields: []int{i}})
	}
	if err := t.compareAll(sets); err != nil {
		return nil, err
	}
	var out []int
	for _, s := range sets {
		if !s.failed {
			out = append(out, s.fields[0])
		}
	}
	return out, nil
}

// uniqueSet returns the first set of two or three columns that is unique. It needs no column that is unique alone: what stands beside that
// one proves nothing.
func (t *table) uniqueSet(singles []int) ([]int, error) {
	sets := t.sets(singles)
	if err := t.probe(sets, refutingRoom, 1); err != nil {
		return nil, err
	}
	sets = slices.DeleteFunc(sets, func(s *set) bool { return s.failed })
	for len(sets) > 0 {
		size := len(sets[0].fields)
		end := slices.IndexFunc(sets, func(s *set) bool { return len(s.fields) != size })
		if end < 0 {
			end = len(sets)
		}
		some := sets[:min(end, mostSets)]
		if err := t.compareAll(some); err != nil {
			return nil, err
		}
		for _, s := range some {
			if !s.failed && t.deliberate(s.fields) {
				return s.fields, nil
			}
		}
		sets = sets[end:]
	}
	return nil, nil
}

// sets makes the pairs and triples of columns that may be a key, smaller ones first, each size by rank. One of the columns has to be
// likely by itself.
func (t *table) sets(without []int) []*set {
	var parts []int
	for i := range t.fields {
		if t.eligible(i) && !slices.Contains(without, i) {
			parts = append(parts, i)
		}
	}
	t.byRank(parts)
	parts = parts[:min(len(parts), mostParts)]
	slices.Sort(parts)
	var out []*set
	var extend func(fields []int, from int)
	extend = func(fields []int, from int) {
		if len(fields) > 1 && slices.ContainsFunc(fields, func(i int) bool { return t.rank(i) <= goodRank }) {
			out = append(out, &set{fields: slices.Clone(fields)})
		}
		for n := from; n < len(parts) && len(fields) < mostKeyFields; n++ {
			extend(append(fields, parts[n]), n+1)
		}
	}
	extend(nil, 0)
	slices.SortStableFunc(out, func(a, b *set) int {
		return cmp.Or(cmp.Compare(len(a.fields), len(b.fields)), cmp.Compare(t.rankOf(a), t.rankOf(b)))
	})
	return out
}

func (t *table) rankOf(s *set) (sum int) {
	for _, i := range s.fields {
		sum += t.rank(i)
	}
	return sum
}

// compareAll looks at every row, in as many passes as memory asks for: each takes another part of all fingerprints.
func (t *table) compareAll(sets []*set) error {
	if len(sets) == 0 {
		return nil
	}
	parts := int(slices.Max(t.rows))*len(sets)/exactRoom + 1
	return t.probe(sets, 2*exactRoom, uint64(parts))
}

// probe marks the sets that repeat, each looked at in sets of fingerprints of some room. A set that was not marked is unique if the room
// was enough for all rows.
func (t *table) probe(sets []*set, room int, parts uint64) error {
	seen := make([]*prints, len(sets))
	for i := range seen {
		seen[i] = newPrints(room)
	}
	for m, stream := range t.input.Months {
		for part := range parts {
			for i, s := range sets {
				if !s.failed {
					seen[i].expect(int(t.rows[m] / int64(parts) * 9 / 8))
				}
			}
			err := stream(ignoreHeader, func(cells []source.Cell) {
				for i, s := range sets {
					if s.failed {
						continue
					}
					h, _ := fingerprint(cells, t.at[m], s.fields)
					if h%parts == part && seen[i].add(h) {
						s.failed, seen[i] = true, nil
					}
				}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func ignoreHeader([]string) error { return nil }

// fingerprint is that of some cells together; false when one of them is NULL.
func fingerprint(cells []source.Cell, at []int, fields []int) (uint64, bool) {
	var h uint64
	for n, f := range fields {
		c := cells[at[f]]
		if len(c.Text) == 0 && !c.Quoted {
			return 0, false
		}
		one := maphash.Bytes(seed, c.Text)
		if n == 0 {
			h = one
			continue
		}
		h = (h<<13 | h>>51) * 0x9e3779b97f4a7c15
		h ^= one
	}
	return h, true
}
