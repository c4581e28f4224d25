package infer_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
)

// written is a declared column and how its cells are made.
type written struct {
	typ  string
	read model.Reading
	cell func(r *rapid.T) string
}

func pick(r *rapid.T, values ...string) string { return rapid.SampledFrom(values).Draw(r, "value") }

// kinds are the columns that are tried.
var kinds = []written{
	{"integer", model.Reading{}, func(r *rapid.T) string { return fmt.Sprint(rapid.Int32().Draw(r, "n")) }},
	{"bigint", model.Reading{}, func(r *rapid.T) string { return fmt.Sprint(rapid.Int64().Draw(r, "n")) }},
	{"numeric", model.Reading{}, func(r *rapid.T) string {
		return fmt.Sprintf("%d.%0*d", rapid.Int32().Draw(r, "n"), rapid.IntRange(1, 12).Draw(r, "digits"), rapid.IntRange(0, 9).Draw(r, "f"))
	}},
	{"numeric(12,2)", model.Reading{}, func(r *rapid.T) string {
		return fmt.Sprintf("%d.%02d", rapid.IntRange(-9999, 9999).Draw(r, "n"), rapid.IntRange(0, 99).Draw(r, "f"))
	}},
	{"numeric", model.Reading{Decimal: ',', Group: '.'}, func(r *rapid.T) string {
		return pick(r, "1.234,5", "12,75", "0,5", "1.234.567,89", "7", "-3,5")
	}},
	{"double precision", model.Reading{}, func(r *rapid.T) string { return fmt.Sprint(rapid.Float64().Draw(r, "f")) }},
	{"boolean", model.Reading{}, func(r *rapid.T) string { return pick(r, "True", "False", "true", "FALSE") }},
	{"boolean", model.Reading{}, func(r *rapid.T) string { return pick(r, "Yes", "No") }},
	{"date", model.Reading{}, func(r *rapid.T) string { return randomDay(r, "%04d-%02d-%02d", 0, 1, 2) }},
	{"date", model.Reading{DateFormats: []string{"%d/%m/%Y"}}, func(r *rapid.T) string { return randomDay(r, "%02d/%02d/%04d", 2, 1, 0) }},
	{"date", model.Reading{DateFormats: []string{"%m/%d/%Y"}}, func(r *rapid.T) string { return randomDay(r, "%d/%d/%04d", 1, 2, 0) }},
	{"date", model.Reading{DateFormats: []string{"%d.%m.%Y"}}, func(r *rapid.T) string { return randomDay(r, "%02d.%02d.%04d", 2, 1, 0) }},
	{"timestamp", model.Reading{}, func(r *rapid.T) string {
		return randomDay(r, "%04d-%02d-%02d", 0, 1, 2) + pick(r, " 10:00:00", "T23:59:59.5", " 00:00")
	}},
	{"timestamptz", model.Reading{}, func(r *rapid.T) string {
		return randomDay(r, "%04d-%02d-%02d", 0, 1, 2) + pick(r, " 10:00:00Z", "T23:59:59.5+02:00")
	}},
	{"uuid", model.Reading{}, func(r *rapid.T) string {
		return fmt.Sprintf("%08x-0000-4000-8000-000000000000", rapid.Uint32().Draw(r, "u"))
	}},
	{"jsonb", model.Reading{}, func(r *rapid.T) string { return pick(r, `{"a": "x, y"}`, `[1, 2]`, `{}`) }},
	{"text", model.Reading{}, func(r *rapid.T) string { return rapid.StringMatching(`[a-zA-Z ,"'#:%é\[\]{}-]{1,12}`).Draw(r, "text") }},
	{"text", model.Reading{}, func(r *rapid.T) string { return pick(r, "No", "DSL", "Fiber optic", "NA", "true", "1", "2024-01-31") }},
}

func randomDay(r *rapid.T, format string, order ...int) string {
	parts := []any{rapid.IntRange(1990, 2030).Draw(r, "year"), rapid.IntRange(1, 12).Draw(r, "month"), rapid.IntRange(1, 28).Draw(r, "day")}
	return fmt.Sprintf(format, parts[order[0]], parts[order[1]], parts[order[2]])
}

// Data of a random declared table is inferred as specs without faults, and the reader takes it by them with the values that the declared
// table has. Where the data leaves a date open, the declared format is among the choices. (Seed: rapid prints how to repeat a failure.)
func TestInferredSpecReadsTheSameValues(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var columns []written
		header := []string{"id"}
		for i := range rapid.IntRange(1, 6).Draw(r, "columns") {
			columns = append(columns, rapid.SampledFrom(kinds).Draw(r, "kind"))
			header = append(header, pick(r, "c", "Col ", "d-", "select", "x.")+fmt.Sprint(i))
		}
		nulls := make([]bool, len(columns))
		for i := range nulls {
			nulls[i] = rapid.Bool().Draw(r, "nullable")
		}
		var months []string
		for range rapid.IntRange(1, 2).Draw(r, "months") {
			records := [][]string{header}
			for n := range rapid.IntRange(1, 30).Draw(r, "rows") {
				record := []string{fmt.Sprintf("k%d", n)}
				for i, c := range columns {
					cell := ""
					if !nulls[i] || rapid.IntRange(0, 3).Draw(r, "null") > 0 {
						cell = c.cell(r)
					}
					record = append(record, cell)
				}
				records = append(records, record)
			}
			months = append(months, csvText(r, records))
		}
		checkSame(r, header, columns, months)
	})
}

func csvText(r *rapid.T, records [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(r, "delimiter")
	w.UseCRLF = rapid.Bool().Draw(r, "crlf")
	if err := w.WriteAll(records); err != nil {
		r.Fatalf("%v", err)
	}
	return b.String()
}

func checkSame(r *rapid.T, header []string, columns []written, months []string) {
	in := input(r, "things", months[0])
	if len(months) > 1 {
		in2 := input(r, "things", months[1])
		if in2.Source.Delimiter != in.Source.Delimiter {
			return // the command refuses months that are laid out differently
		}
		in = input(r, "things", months...)
	}
	out := propose(r, in)
	project := choose(r, out, columns, header)
	for _, text := range months {
		inferred := project.Pipelines[0].Loads[0]
		got, faults := load(r, inferred, text)
		if len(faults) > 0 {
			r.Fatalf("%s refuses its own data: %v\n%s", out.Files[0].Text, faults, text)
		}
		want := declaredLoad(r, header, columns, inferred)
		rows, faults := load(r, want, text)
		if len(faults) > 0 {
			r.Fatalf("the declared table refuses its own data: %v\n%s", faults, text)
		}
		if got != rows {
			r.Fatalf("%s\n%s\nread as\n%s\nwant\n%s", out.Files[0].Text, text, got, rows)
		}
	}
}

// choose checks the specs; formats that are left open are replaced by the declared one.
func choose(r *rapid.T, out *report.Inferred, columns []written, header []string) *model.Project {
	for i, c := range columns {
		if len(c.read.DateFormats) == 0 {
			continue
		}
		for _, f := range []string{`["%d/%m/%Y", "%m/%d/%Y"]`, `["%d.%m.%Y", "%m.%d.%Y"]`} {
			lines := strings.Split(out.Files[0].Text, "\n")
			for n, line := range lines {
				if strings.Contains(line, `from: "`+header[i+1]+`"`) || strings.HasPrefix(strings.TrimSpace(line), header[i+1]+":") {
					lines[n] = strings.Replace(line, f, `"`+c.read.DateFormats[0]+`"`, 1)
				}
			}
			out.Files[0].Text = strings.Join(lines, "\n")
		}
	}
	project, list := lint(out)
	if list.Count(diag.Error)+list.Count(diag.Warning) > 0 {
		r.Fatalf("%v\n%s", list, text(out))
	}
	return project
}

// declaredLoad is the table as it was meant. A column that was inferred as text is read as text: the values alone did not say more.
func declaredLoad(r *rapid.T, header []string, columns []written, inferred *model.Load) *model.Load {
	l := &model.Load{Table: model.Table{Name: "things"}, Source: inferred.Source}
	for i, name := range header {
		typ, read := "text", model.Reading{}
		switch {
		case i == 0 || inferred.Table.Columns[i].Type.Family == model.Text:
		case columns[i-1].typ == "text": // few values of a text may all be of another type
			typ, read = inferred.Table.Columns[i].Type.Name, inferred.Reading[i]
		default:
			typ, read = columns[i-1].typ, columns[i-1].read
		}
		t, err := model.ParseType(typ)
		if err != nil {
			r.Fatalf("%v", err)
		}
		read.Column, read.From = name, []string{name}
		if i > 0 && len(inferred.Reading[i].NullValues) > 1 {
			read.NullValues = inferred.Reading[i].NullValues
		}
		l.Table.Columns = append(l.Table.Columns, model.Column{Name: name, Type: t, Nullable: true})
		l.Reading = append(l.Reading, read)
	}
	return l
}
