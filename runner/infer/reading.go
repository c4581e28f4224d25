package infer

import (
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/source"
)

// manner is one way in which the cells of a column may be read: a type and what is said beside it.
type manner struct {
	typ     model.Type
	read    model.Reading
	number  bool   // takes every row of digits
	plain   bool   // numeric without any marks
	follows bool   // takes whatever plain takes, as the same number
	compact bool   // a date of eight digits: looked at only where the name says that it is a date
	order   string // of days, months and years that digits alone could also be read in; empty when there is one way
	convert source.Convert
}

// numberManners are the ways to write a decimal number; the first is that of Postgres. Digits alone are a number in all of them.
var numberManners = []model.Reading{{}, {Decimal: ','}, {Group: ','}, {Decimal: ',', Group: '.'}, {Group: ' '}, {Decimal: ',', Group: ' '},
	{Decimal: ',', Group: '\u00a0'}, {Decimal: ',', Group: '\u202f'}, {Group: '\''}}

// dayPatterns are the ways to write a date beside ISO 8601.
var dayPatterns = []string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d",
	"%d/%m/%y", "%m/%d/%y", "%y/%m/%d", "%d.%m.%y", "%m.%d.%y", "%y.%m.%d", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d",
	"%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d. %B %Y"}

// compactDay is a date of eight digits.
const compactDay = "%Y%m%d"

// clockPatterns are what may follow a date.
var clockPatterns = []string{" %H:%M", " %H:%M:%S", "T%H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S"}

// manners returns all ways of reading that are tried.
func manners() []manner {
	var out []manner
	add := func(typ string, read model.Reading, m manner) {
		t, err := model.ParseType(typ)
		if err != nil {
			return
		}
		if m.convert, err = source.NewConvert(t, read); err != nil {
			return
		}
		m.typ, m.read = t, read
		out = append(out, m)
	}
	for _, pair := range truthPairs {
		add("boolean", model.Reading{TrueValues: pair[:1], FalseValues: pair[1:]}, manner{})
	}
	add("uuid", model.Reading{}, manner{})
	add("jsonb", model.Reading{}, manner{})
	for i, read := range numberManners {
		add("numeric", read, manner{number: true, plain: i == 0, follows: i > 0 && read.Decimal == 0})
	}
	add("double precision", model.Reading{}, manner{number: true, follows: true})
	add("date", model.Reading{}, manner{})
	add("date", model.Reading{DateFormats: []string{compactDay}}, manner{compact: true})
	add("timestamptz", model.Reading{}, manner{})
	for _, day := range dayPatterns {
		add("date", model.Reading{DateFormats: []string{day}}, manner{order: day})
		for _, clock := range clockPatterns {
			add("timestamp", model.Reading{DateFormats: []string{day + clock}}, manner{order: day})
		}
	}
	return out
}

// fits tells whether a cell is written in a manner. What a reader takes in kindness, and nobody would mean, is left out here.
func (m *manner) fits(dst, cell []byte) ([]byte, bool) {
	switch m.typ.Family {
	case model.JSONB:
		if cell[0] != '{' && cell[0] != '[' {
			return dst, false
		}
	case model.Date:
		if len(m.read.DateFormats) == 0 && len(cell) != 10 {
			return dst, false
		}
	case model.TimestampTZ:
		if len(cell) < 16 {
			return dst, false
		}
	}
	return m.convert(dst, cell)
}

// same tells whether two ways read the same texts as other days.
func (m *manner) same(o *manner) bool {
	return m.order != "" && o.order != "" && len(m.read.DateFormats) > 0 && len(o.read.DateFormats) > 0 &&
		shape(m.read.DateFormats[0]) == shape(o.read.DateFormats[0])
}

// shape is a pattern in which day, month and year are the same.
func shape(pattern string) string {
	return strings.NewReplacer("%d", "%2", "%m", "%2", "%y", "%2").Replace(pattern)
}
