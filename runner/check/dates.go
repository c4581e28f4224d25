package check

import (
	"fmt"
	"strings"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// dateVerbs are the directives of a date_format that the reader knows.
const dateVerbs = "YmdyHMSfbBjpIzZ%"

// checkFormats judges the date formats of a column: each by itself, and two between which a date cannot choose.
func (p *pass) checkFormats(out *model.Reading, formats spec.StrList, typ model.Type) {
	if typ.Family == model.Array {
		typ = *typ.Elem
	}
	if !isTime(typ) {
		return // a default of the table speaks to its date columns only
	}
	out.DateFormats = formats.Strings()
	for i, a := range formats.Items {
		p.checkDateFormat(out.Column, a, typ)
		for _, b := range formats.Items[:i] {
			if a.Value == b.Value || shapeOf(a.Value) == shapeOf(b.Value) {
				p.fault("T310", a.Place, "keep the one that the file uses", "%q and %q read the same text as different days", b.Value, a.Value)
			}
		}
	}
}

// shapeOf is a pattern with day, month and year of two digits made equal: two patterns of one shape read the same texts.
func shapeOf(pattern string) string {
	return strings.NewReplacer("%%", "%%", "%d", "%2", "%m", "%2", "%y", "%2", "%B", "%b").Replace(pattern)
}

// checkDateFormat says what the reader would say of a format: at the first directive that it does not know, or of the whole.
func (p *pass) checkDateFormat(column string, f spec.Str, typ model.Type) {
	has := map[rune]bool{}
	runes := []rune(f.Value)
	for i := 0; i < len(runes); i++ {
		if runes[i] != '%' {
			continue
		}
		i++
		at := f.At(i-1, min(i+1, len(runes)))
		switch {
		case i >= len(runes) || !strings.ContainsRune(dateVerbs, runes[i]):
			p.fault("T310", at, "known are %Y %m %d %y %H %M %S %f %b %B %j %p %I %z %Z %%", "date_format %q has a directive that is not known", f.Value)
			return
		case has[runes[i]]:
			p.fault("T310", at, "name it once", "date_format %q has %%%c twice", f.Value, runes[i])
			return
		}
		has[runes[i]] = runes[i] != '%'
	}
	p.checkWhole(column, f, typ, has)
}

// checkWhole tells whether the directives of a format make a value. The column is named because the format may be a default for many.
func (p *pass) checkWhole(column string, f spec.Str, typ model.Type, has map[rune]bool) {
	text, at, of := f.Value, f.Place, fmt.Sprintf("; column %q is a %s", column, typ.Name)
	day := has['d'] && (has['m'] || has['b'] || has['B']) || has['j']
	switch {
	case typ.Family != model.Time && (!has['Y'] && !has['y'] || !day):
		p.fault("T310", at, `such as "%d.%m.%Y"`+of, "date_format %q names no full date: it needs a year, a month and a day", text)
	case typ.Family == model.Time && !has['H'] && !has['I']:
		p.fault("T310", at, `such as "%H:%M"`+of, "date_format %q names no hour", text)
	case has['I'] != has['p']:
		p.fault("T310", at, "write %H, or both", "date_format %q: %%I and %%p go together", text)
	}
}
