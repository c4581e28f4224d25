package source

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"streamflow/runner/model"
)

// TestForPsql holds which sources psql reads as Copy does, and what is said of the others.
func TestForPsql(t *testing.T) {
	column := func(name, typ string) model.Column {
		parsed, err := model.ParseType(typ)
		if err != nil {
			t.Fatal(err)
		}
		return model.Column{Name: name, Type: parsed, Nullable: true}
	}
	for name, c := range map[string]struct {
		text   string
		file   string
		change func(*Request)
		want   string
	}{
		"plain":        {"b,a\n1,true\n", "x.csv", nil, `[b a] ',' true ""`},
		"tabs, latin1": {"a\tb\n\"\xe9\"\t1\n", "x.tsv", func(r *Request) { r.Source.Encoding = "latin1" }, `[a b] '\t' true "LATIN1"`},
		"no header":    {"x,1\n", "x.csv", func(r *Request) { r.Source.NoHeader = true }, `[a b] ',' false ""`},
		"known words":  {"a,b\n1,2\n", "x.csv", func(r *Request) { r.Reading[1].TrueValues, r.Reading[1].NullValues = []string{"YES"}, []string{""} }, `[a b] ',' true ""`},
		"ignored":      {"a,b,c\n1,2,3\n", "x.csv", func(r *Request) { r.Source.IgnoreUnknown = true }, "field 3 of x.csv is not read"},
		"packed":       {gzipped("a,b\n1,2\n"), "x.csv.gz", nil, "x.csv.gz is packed: it is unpacked while it is read"},
		"other header": {"a,c\n1,2\n", "x.csv", nil, "x.csv does not have the header that is expected|field 2 of x.csv is not read"},
		"nulls":        {"a,b\n1,2\n", "x.csv", func(r *Request) { r.Reading[0].NullValues = []string{"", "NA"} }, `column a has null_values: "", "NA"`},
		"words": {"a,b\n1,2\n", "x.csv", func(r *Request) {
			r.Table.Columns[1], r.Reading[1].TrueValues = column("b", "boolean"), []string{"ja"}
		}, "column b has its own words for true and false"},
		"default": {"a,b\n1,2\n", "x.csv", func(r *Request) { d := "0"; r.Reading[1].Default = &d }, "column b has a default for cells that are empty or not there"},
		"zone": {"a,b\n1,2\n", "x.csv", func(r *Request) { r.Table.Columns[1], r.Timezone = column("b", "timestamptz"), "Europe/Paris" },
			"column b has stamps that mean the time of Europe/Paris where they name no zone"},
		"marked": {utf8BOM + "x,1\n", "x.csv", func(r *Request) { r.Source.NoHeader = true }, "x.csv begins with a byte order mark"},
	} {
		req := Request{Table: model.Table{Name: "t", Columns: []model.Column{column("a", "text"), column("b", "text")}}, Reading: []model.Reading{{Column: "a"}, {Column: "b"}},
			Files: []File{{Name: c.file, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.text)), nil }}}}
		if c.change != nil {
			c.change(&req)
		}
		how, why := ForPsql(req, Headers(t.Context(), req))
		got := strings.Join(why, "|")
		for _, h := range how {
			got += fmt.Sprintf("%v %q %v %q", h.Columns, h.Delimiter, h.Header, h.Encoding)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
