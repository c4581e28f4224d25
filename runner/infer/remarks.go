package infer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/model"
)

// remarks notes what is worth a look before the proposal is believed.
func (f *field) remarks() {
	if n := f.total(func(c *column) int64 { return c.emptyTexts }); n > 0 {
		f.note("%s empty in quotes, which is a text and not NULL", number(n))
	}
	f.personal = f.looksPersonal()
	if f.signed() {
		f.note("numbers with a sign or blanks, which no reading takes off: they stay texts")
	}
	f.noteOdd()
	f.noteWords()
	if f.optional {
		f.note("missing in %d of %d months", len(f.months)-len(f.present()), len(f.months))
	}
	f.noteNulls()
	f.noteConstant()
}

// looksPersonal says why values look like personal data; "" when they do not.
func (f *field) looksPersonal() string {
	values := f.total(func(c *column) int64 { return c.values })
	emails, phones := f.total(func(c *column) int64 { return c.emails }), f.total(func(c *column) int64 { return c.phones })
	text := f.typ.Family == model.Text
	switch {
	case values == 0:
	case text && emails*10 >= values*9:
		return "e-mail addresses"
	case text && (phones*10 >= values*9 || phoneNames.of(f.header) && f.numbers.n+phones > 0):
		return "phone numbers"
	case (text || f.typ.Family == model.Date) && slices.Contains(personalNames, snake(f.header)):
		return "personal by its name"
	}
	return ""
}

// noteOdd tells of a text that would be something else but for a few values, such as a line of totals.
func (f *field) noteOdd() {
	var odd int64
	var first *column
	for _, c := range f.present() {
		if c.nearly == nil && c.begun && len(c.alive) == 0 {
			return
		}
		if odd += c.odd; first == nil && c.nearly != nil {
			first = c
		}
	}
	if f.typ.Family != model.Text || first == nil || odd > f.total(func(c *column) int64 { return c.values })/rareShare {
		return
	}
	what := strconv.Quote(strings.ToValidUTF8(first.oddest, ""))
	if odd > 1 {
		what += " and " + number(odd-1) + " more"
	}
	f.note("a text because of %s: all others are %s", what, plural(first.nearly[0].typ.Family))
}

// signed tells whether nearly all values are numbers with a sign of money or per cent.
func (f *field) signed() bool {
	n := f.total(func(c *column) int64 { return c.signed })
	return f.typ.Family == model.Text && n > 0 && n*10 >= 9*f.total(func(c *column) int64 { return c.values })
}

// noteWords tells of texts that other programs write for NULL, and that are texts here as long as null_values does not say so.
func (f *field) noteWords() {
	if f.typ.Family != model.Text || f.total(func(c *column) int64 { return c.values }) == 0 {
		return
	}
	words := f.words()
	var found []string
	for _, w := range nullWords[:surelyNull] {
		if words[w] > 0 {
			found = append(found, fmt.Sprintf("%q %s", w, times(words[w])))
		}
	}
	if len(found) > 0 {
		f.note("%s: texts, unless null_values says NULL", strings.Join(found, ", "))
	}
}

func (f *field) noteNulls() {
	nulls, rows := f.total(f.missing), f.total(func(c *column) int64 { return c.rows })
	if nulls > 0 && nulls < rows {
		f.note("%s", f.nullEvidence())
	}
}

// noteConstant tells of a column that says the same in every row.
func (f *field) noteConstant() {
	first, rows := "", int64(0)
	for i, c := range f.present() {
		if !c.constant || c.nulls > 0 || i > 0 && c.first != first {
			return
		}
		first, rows = c.first, rows+c.rows
	}
	if rows < 2 || f.personal != "" || len(first) > 40 {
		return
	}
	f.note("%q in every row", first)
}
