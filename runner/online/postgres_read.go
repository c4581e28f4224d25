package online

import (
	"context"
	"encoding/binary"
	"math"
	"reflect"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
)

// reading is how a set is read from the tables as they were found.
type reading struct {
	reads     []plan.OnlineRead
	watched   bool
	columns   int // features of all views
	one, many *pg.Statement
}

// reading returns how a set is read, and finds out when it is not known yet.
func (s *Postgres) reading(ctx context.Context, set *feature.Set) (*reading, error) {
	if r := s.known(set); r != nil {
		return r, nil
	}
	return s.learn(ctx, set, nil)
}

func (s *Postgres) known(set *feature.Set) *reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readings[set.ID]
}

// learn looks at the tables that a set reads, unless somebody has done so since the old reading was made.
func (s *Postgres) learn(ctx context.Context, set *feature.Set, old *reading) (*reading, error) {
	s.learning.Lock()
	defer s.learning.Unlock()
	if r := s.known(set); r != nil && r != old {
		return r, nil
	}
	found, err := s.inspect(ctx)
	if err != nil {
		return nil, err
	}
	r := &reading{}
	for _, read := range set.Reads {
		one := plan.NewOnlineRead(read.View, s.pool.Schema(), read.Columns, read.Keys, found.Table(read.View.Name))
		r.reads = append(r.reads, one)
		r.watched = r.watched || one.Watched()
		r.columns += len(one.Columns)
	}
	r.one = pg.NewStatement(plan.ReadOnline(set.Keys, r.reads, false), r.width(false), r.binary(false))
	r.many = pg.NewStatement(plan.ReadOnline(set.Keys, r.reads, true), r.width(true), r.binary(true))
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.readings) >= mostReadings {
		clear(s.readings)
		s.pool.Renew()
	}
	s.readings[set.ID] = r
	return r, nil
}

// inspect describes the tables of the store.
func (s *Postgres) inspect(ctx context.Context) (found plan.Found, err error) {
	err = s.pool.Session(ctx, func(db *pg.DB) error {
		found.Tables, err = db.Inspect(ctx, model.OnlineSchema(db.Schema()))
		return err
	})
	return found, err
}

// same tells whether two readings are of the same tables.
func (r *reading) same(o *reading) bool { return reflect.DeepEqual(r.reads, o.reads) }

// What stands before the features of a view in an answer.
const (
	eventTime = iota
	expires
	asOf
	before
)

// binary tells which columns of an answer are not text: the place in the request, and the two instants and the date of each view, which are
// cheaper to send and to read as numbers.
func (r *reading) binary(many bool) func(int) bool {
	var out []bool
	if many {
		out = append(out, true)
	}
	if r.watched {
		out = append(out, false)
	}
	for _, read := range r.reads {
		if !read.Missing {
			out = append(out, true, true, true)
			out = append(out, make([]bool, present(read))...)
		}
	}
	return func(i int) bool { return i < len(out) && out[i] }
}

// width is how many columns an answer has.
func (r *reading) width(many bool) int {
	n := 0
	if many {
		n++
	}
	if r.watched {
		n++
	}
	for _, read := range r.reads {
		if !read.Missing {
			n += before + present(read)
		}
	}
	return max(n, 1)
}

// present is how many of its features a table has.
func present(read plan.OnlineRead) int {
	n := len(read.Columns)
	for _, absent := range read.Absent {
		if absent {
			n--
		}
	}
	return n
}

// read asks for the records of a request. changed says that the tables are not those of the reading any more; records are then not complete.
func (r *reading) read(ctx context.Context, pool *pg.Pool, set *feature.Set, keys [][]*string) (out [][]*feature.Record, changed bool, err error) {
	rows := len(keys[0])
	f := newFiller(r, rows)
	params := make([][]byte, len(keys))
	statement := r.one
	if rows == 1 {
		for i, list := range keys {
			if list[0] != nil {
				params[i] = []byte(*list[0])
			}
		}
	} else {
		statement = r.many
		for i, list := range keys {
			params[i] = arrayOf(list)
		}
	}
	err = pool.Query(ctx, statement, params, func(row pg.Row) error {
		at := 0
		if rows > 1 {
			at, row = int(binary.BigEndian.Uint64(row[0]))-1, row[1:]
		}
		if r.watched {
			changed, row = changed || row.Bool(0), row[1:]
		}
		f.fill(at, row)
		return nil
	})
	return f.out, changed, err
}

// filler turns rows of an answer into records. All are made in few pieces of memory.
type filler struct {
	reading *reading
	out     [][]*feature.Record
	records []feature.Record
	values  [][]byte
	bytes   []byte
	days    int32  // the as_of of the record before, which nearly always is the same
	asOf    string // the same as text
}

func newFiller(r *reading, rows int) *filler {
	f := &filler{reading: r, out: make([][]*feature.Record, len(r.reads))}
	all := make([]*feature.Record, rows*len(r.reads))
	for i := range f.out {
		f.out[i] = all[i*rows : (i+1)*rows : (i+1)*rows]
	}
	f.records = make([]feature.Record, 0, rows*len(r.reads))
	f.values = make([][]byte, 0, rows*r.columns)
	return f
}

// fill makes the records of one row of the request.
func (f *filler) fill(at int, row pg.Row) {
	f.reserve(row)
	for i := range f.reading.reads {
		read := &f.reading.reads[i]
		f.out[i][at] = nil
		if read.Missing {
			continue
		}
		n := before + present(*read)
		if row[eventTime] != nil {
			f.out[i][at] = f.record(read, row[:n])
		}
		row = row[n:]
	}
}

func (f *filler) record(read *plan.OnlineRead, row pg.Row) *feature.Record {
	f.records = append(f.records, feature.Record{EventTime: instant(row[eventTime]), Absent: read.Absent})
	out := &f.records[len(f.records)-1]
	if row[expires] != nil {
		out.Expires = last(row[expires])
	}
	if row[asOf] != nil {
		if days := int32(binary.BigEndian.Uint32(row[asOf])); days != f.days || f.asOf == "" {
			f.days, f.asOf = days, date(days)
		}
		out.AsOf = f.asOf
	}
	row = row[before:]
	from := len(f.values)
	for i := range read.Columns {
		if read.Absent != nil && read.Absent[i] {
			f.values = append(f.values, nil)
			continue
		}
		f.values = append(f.values, f.keep(row[0]))
		row = row[1:]
	}
	out.Values = f.values[from:len(f.values):len(f.values)]
	return out
}

// pieceSize is how much memory is taken at once for the values of many rows.
const pieceSize = 4096

// reserve takes memory for the values of a row, which are copied: those of the answer belong to the connection.
func (f *filler) reserve(row pg.Row) {
	need := 0
	for _, v := range row {
		need += len(v)
	}
	if cap(f.bytes)-len(f.bytes) < need {
		if cap(f.out[0]) > 1 {
			need = max(need, pieceSize)
		}
		f.bytes = make([]byte, 0, need)
	}
}

func (f *filler) keep(value []byte) []byte {
	if len(value) == 0 {
		return value[:0:0] // NULL stays NULL, and empty text empty
	}
	from := len(f.bytes)
	f.bytes = append(f.bytes, value...)
	return f.bytes[from:len(f.bytes):len(f.bytes)]
}

// from2000 is the moment from which Postgres counts, in seconds since 1970.
const from2000 = 946684800

// instant reads a timestamptz as Postgres keeps it: microseconds since 2000. An infinity is the zero time.
func instant(raw []byte) time.Time {
	micros := int64(binary.BigEndian.Uint64(raw))
	if micros == math.MaxInt64 || micros == math.MinInt64 {
		return time.Time{}
	}
	return time.UnixMicro(from2000*1e6 + micros).UTC()
}

// last is the instant at which values end to hold. Those of a row without a beginning have ended always.
func last(raw []byte) time.Time {
	if int64(binary.BigEndian.Uint64(raw)) == math.MinInt64 {
		return time.Time{}.Add(1)
	}
	return instant(raw)
}

// date reads a date as Postgres keeps it: days since 2000.
func date(days int32) string {
	switch days {
	case math.MaxInt32:
		return "infinity"
	case math.MinInt32:
		return "-infinity"
	}
	return time.Unix(from2000+int64(days)*86400, 0).UTC().Format(time.DateOnly)
}

// arrayOf writes a list as an array of Postgres.
func arrayOf(list []*string) []byte {
	size := 2
	for _, v := range list {
		size += 5
		if v != nil {
			size += len(*v)
		}
	}
	out := append(make([]byte, 0, size), '{')
	for i, v := range list {
		if i > 0 {
			out = append(out, ',')
		}
		if v == nil {
			out = append(out, "NULL"...)
			continue
		}
		out = append(out, '"')
		text := *v
		for j := strings.IndexAny(text, `"\`); j >= 0; j = strings.IndexAny(text, `"\`) {
			out = append(append(out, text[:j]...), '\\', text[j])
			text = text[j+1:]
		}
		out = append(append(out, text...), '"')
	}
	return append(out, '}')
}
