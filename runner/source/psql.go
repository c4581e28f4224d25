package source

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/model"
)

// Copied is how psql's \copy reads one file of a batch to the rows that Copy writes, but for LineColumn and FileColumn.
type Copied struct {
	Columns   []string // in the order of the file's fields
	Delimiter rune
	Header    bool
	Encoding  string // as Postgres calls it; "" for UTF-8
}

// ForPsql tells whether psql's \copy reads the files of a batch as Copy does, and how; or else why it does not. heads are the answer of
// Headers. Where both read a file they give the same rows, but psql takes some words that Copy refuses (off for a boolean, say).
func ForPsql(req Request, heads []Header) (how []Copied, why []string) {
	why = unlike(req)
	if len(heads) != len(req.Files) {
		return nil, append(why, "a header could not be read")
	}
	for i, h := range heads {
		name := req.Files[i].Name
		one := Copied{Columns: h.Fields, Delimiter: delimiterOf(name, req.Source), Header: !req.Source.NoHeader, Encoding: serverEncoding(req.Source.Encoding)}
		switch {
		case len(h.Faults)+len(h.Missing)+len(h.Unread) > 0:
			why = append(why, name+" does not have the header that is expected")
		case h.Packed:
			why = append(why, name+" is packed: it is unpacked while it is read")
		case h.Marked && req.Source.NoHeader:
			why = append(why, name+" begins with a byte order mark")
		}
		for j, column := range h.Fields {
			if column == "" {
				why = append(why, fmt.Sprintf("field %d of %s is not read", j+1, name))
			}
		}
		how = append(how, one)
	}
	if len(why) > 0 {
		return nil, why
	}
	return how, nil
}

// unlike says what of a source's options psql does not know.
func unlike(req Request) []string {
	var why []string
	for _, f := range req.Files {
		if format, d := formatOf(f.Name, req.Source); d != nil || format.Name != csvFormat.Name {
			why = append(why, f.Name+" is no CSV file")
		}
	}
	for i, col := range req.Table.Columns {
		rd := req.reading(i)
		if !rd.ReadsCell() {
			continue
		}
		differs := func(is bool, what string) {
			if is {
				why = append(why, fmt.Sprintf("column %s has %s", col.Name, what))
			}
		}
		differs(rd.NullValues != nil && (len(rd.NullValues) != 1 || rd.NullValues[0] != ""), "null_values: "+quoteAll(rd.NullValues))
		differs(col.Type.Family == model.Boolean && !(within(rd.TrueValues, serverTrue) && within(rd.FalseValues, serverFalse)), "its own words for true and false")
		differs(len(rd.DateFormats) > 0, "date_format: "+strings.Join(rd.DateFormats, ", "))
		differs(rd.Decimal != 0 && rd.Decimal != '.' || rd.Group != 0, "a decimal or group sign of its own")
		differs(rd.Default != nil, "a default for cells that are empty or not there")
		zone := rd.Timezone
		if zone == "" {
			zone = req.Timezone
		}
		differs(col.Type.Family == model.TimestampTZ && zone != "" && zone != "UTC", "stamps that mean the time of "+zone+" where they name no zone")
	}
	return why
}

// serverTrue and serverFalse are the words that Postgres itself takes for a boolean (its documentation, section 8.6).
const (
	serverTrue  = "true t yes y on 1"
	serverFalse = "false f no n off 0"
)

func within(words []string, known string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(strings.Fields(known), strings.ToLower(w)) })
}

// delimiterOf is the delimiter of a source, or that which the name of its file stands for.
func delimiterOf(name string, s model.Source) rune {
	switch {
	case s.Delimiter != 0:
		return s.Delimiter
	case extension(name) == ".tsv":
		return '\t'
	}
	return ','
}

func serverEncoding(name string) string {
	canonical, legacy, _ := legacyOf(name)
	switch {
	case legacy == nil:
		return ""
	case canonical == "latin1":
		return "LATIN1"
	}
	return "WIN1252"
}
