package infer

import (
	"bytes"
	"hash/maphash"
	"slices"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

// Limits of what is remembered of a column, so that memory does not grow with the rows.
const (
	mostCategories  = 120 // values counted one by one; Deequ's limit of a histogram (Profiler.scala, DEFAULT_CARDINALITY_THRESHOLD)
	longestCategory = 200 // bytes of such a value
	mostPrints      = 1 << 16
	fewestPrints    = 1 << 8
	printsInAll     = 2 << 20 // over all columns of a file: 32 MB at most
)

// column is what one pass over a file has found in one of its columns.
type column struct {
	name       string
	rows       int64
	nulls      int64            // unquoted empty cells
	emptyTexts int64            // quoted empty cells
	words      map[string]int64 // unquoted cells that may mean NULL
	values     int64            // all others
	alive      []*candidate     // ways in which all values can be read
	begun      bool
	digits     numbers // values of digits alone, which every way to write numbers has in common
	emails     int64
	phones     int64
	spaced     int64            // texts of several words
	signed     int64            // numbers with a sign of money or per cent, or blanks around
	nearly     []*candidate     // ways that fitted many values, until one did not
	odd        int64            // values that do not fit these
	oddest     string           // the first of them
	categories map[string]int64 // how often each value comes; nil when there are too many
	seen       *prints          // of the first distinct cells
	distinct   int64            // how many different cells there are; that of the rows where they are too many to be counted
	repeated   bool             // a cell has come twice, so that it cannot be a key alone
	longest    int
	first      string
	constant   bool
}

// candidate is a manner of reading that still fits, and what is known of the values read in it.
type candidate struct {
	*manner
	id      int
	sides   int // of a boolean: 1 true was seen, 2 false was seen
	numbers numbers
	zoned   int64
	minimum string // of days and times
	maximum string
	finest  int // index of units: the greatest of which all stamps are a multiple
}

func newColumn(name string, room int) *column {
	return &column{name: name, words: map[string]int64{}, categories: map[string]int64{}, seen: newPrints(room), constant: true}
}

// seed makes all fingerprints of one process comparable.
var seed = maphash.MakeSeed()

// take looks at one cell.
func (c *column) take(p *profiler, cell source.Cell) {
	c.rows++
	if len(cell.Text) == 0 && !cell.Quoted {
		c.nulls++
		return
	}
	if c.seen.add(maphash.Bytes(seed, cell.Text)) {
		c.repeated = true
	}
	c.count(cell.Text)
	if !cell.Quoted {
		if w := nullWord(cell.Text); w != "" {
			c.words[w]++
			return
		}
	}
	c.values++
	if len(cell.Text) == 0 {
		c.emptyTexts++
		c.alive, c.begun = nil, true
		return
	}
	c.read(p, cell.Text)
}

// count counts values while they are few.
func (c *column) count(text []byte) {
	if c.constant {
		if c.rows-c.nulls == 1 {
			c.first = string(text[:min(len(text), longestCategory)])
		} else if c.first != string(text) {
			c.constant = false
		}
	}
	if c.categories == nil {
		return
	}
	if _, ok := c.categories[string(text)]; ok {
		c.categories[string(text)]++
		return
	}
	if len(c.categories) >= mostCategories || len(text) > longestCategory {
		c.categories = nil
		return
	}
	c.categories[string(text)] = 1
}

// read keeps the ways in which this value can be read as well.
func (c *column) read(p *profiler, text []byte) {
	c.longest = max(c.longest, len(text))
	if !c.begun {
		c.begun = true
		for i := range p.manners {
			m := &p.manners[i]
			if m.compact && !dayNames.of(c.name) {
				continue
			}
			c.alive = append(c.alive, &candidate{manner: m, id: i})
		}
	}
	if len(c.alive) == 0 {
		c.compare(p, text)
		c.marks(text)
		return
	}
	before := c.alive
	if onlyDigits(text) {
		c.digits.take(text)
		c.keep(func(k *candidate) bool { return k.number || k.compact && k.take(p, text) })
	} else {
		c.readMarked(p, text)
	}
	if len(c.alive) == 0 {
		if c.values > believedRows {
			c.nearly, c.odd, c.oddest = before, 1, string(text[:min(len(text), longestOdd)])
		}
		c.marks(text)
	}
}

// longestOdd is how many bytes are shown of a value that does not fit.
const longestOdd = 20

// compare goes on to count which values fit what fitted until one did not.
func (c *column) compare(p *profiler, text []byte) {
	if c.nearly == nil {
		return
	}
	fit := slices.DeleteFunc(slices.Clone(c.nearly), func(k *candidate) bool {
		_, ok := k.fits(p.scratch[:0], text)
		return !ok
	})
	switch {
	case len(fit) > 0:
		c.nearly = fit
	case c.odd > c.values/rareShare:
		c.nearly = nil // it is a text indeed
	default:
		c.odd++
	}
}

// rareShare is one in how many values may not fit, so that the others still say what was meant.
const rareShare = 20

// readMarked reads a value that is more than digits. While plain decimals fit, those that follow them need not be tried.
func (c *column) readMarked(p *profiler, text []byte) {
	plain := slices.IndexFunc(c.alive, func(k *candidate) bool { return k.plain })
	if plain < 0 {
		c.keep(func(k *candidate) bool { return k.take(p, text) })
		return
	}
	if c.alive[plain].take(p, text) {
		c.keep(func(k *candidate) bool { return k.plain || k.follows || k.take(p, text) })
		return
	}
	c.catchUp()
	c.keep(func(k *candidate) bool { return !k.plain && k.take(p, text) })
}

// finish is called when all cells were seen.
func (c *column) finish() {
	c.catchUp()
	c.distinct = int64(c.seen.n)
	if c.seen.full() {
		c.distinct = c.rows
	}
	c.seen = nil // it has told what it knows
}

// catchUp tells the ways that follow plain decimals of the numbers that only these were shown.
func (c *column) catchUp() {
	plain := slices.IndexFunc(c.alive, func(k *candidate) bool { return k.plain })
	if plain < 0 {
		return
	}
	for _, k := range c.alive {
		if k.follows {
			k.numbers = numbers{}
			k.numbers.merge(c.alive[plain].numbers)
		}
	}
}

func (c *column) keep(fits func(*candidate) bool) {
	kept := c.alive[:0]
	for _, k := range c.alive {
		if fits(k) {
			kept = append(kept, k)
		}
	}
	c.alive = kept
}

// marks counts texts of several words, and those that look like personal data.
func (c *column) marks(text []byte) {
	if bytes.Count(text, []byte{' '}) >= proseBlanks {
		c.spaced++
	}
	switch {
	case looksLikeEmail(text):
		c.emails++
	case looksLikePhone(text):
		c.phones++
	case hasSign(text):
		c.signed++
	}
}

// onlyDigits tells whether a text is a whole number that every manner writes alike.
func onlyDigits(text []byte) bool {
	if text[0] == '-' {
		text = text[1:]
	}
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) > 0
}

// take reads a value and remembers what is worth it.
func (k *candidate) take(p *profiler, text []byte) bool {
	out, ok := k.fits(p.scratch[:0], text)
	p.scratch = out[:0]
	if !ok {
		return false
	}
	switch k.typ.Family {
	case model.Boolean:
		if out[0] == 't' {
			k.sides |= 1
		} else {
			k.sides |= 2
		}
	case model.Numeric, model.Float:
		if last := out[len(out)-1]; last != 'y' && last != 'N' { // of Infinity and NaN nothing is counted
			k.numbers.take(out)
		}
	case model.TimestampTZ:
		if zoned(text) {
			k.zoned++
		}
		k.bounds(out)
		k.finest = max(k.finest, finest(out))
	case model.Timestamp:
		k.bounds(out)
		k.finest = max(k.finest, finest(out))
	case model.Date:
		k.bounds(out)
	}
	return true
}

// zoned tells whether an ISO stamp ends in a zone.
func zoned(text []byte) bool {
	for _, b := range text[16:] {
		if b == 'Z' || b == '+' || b == '-' {
			return true
		}
	}
	return false
}

func (k *candidate) bounds(out []byte) {
	if k.minimum == "" || string(out) < k.minimum {
		k.minimum = string(out)
	}
	if string(out) > k.maximum {
		k.maximum = string(out)
	}
}
