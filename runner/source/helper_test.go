package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// table makes a table and its readings from "name type" lines; a "!" behind the type makes the column NOT NULL, a "?" optional.
func table(t testing.TB, spec string) (model.Table, []model.Reading) {
	t.Helper()
	tab := model.Table{Name: "things"}
	var rds []model.Reading
	for _, line := range strings.Split(spec, ";") {
		name, typ, _ := strings.Cut(strings.TrimSpace(line), " ")
		typ, notNull := strings.CutSuffix(typ, "!")
		typ, optional := strings.CutSuffix(typ, "?")
		parsed, err := model.ParseType(typ)
		if err != nil {
			t.Fatal(err)
		}
		tab.Columns = append(tab.Columns, model.Column{Name: name, Type: parsed, Nullable: !notNull})
		rds = append(rds, model.Reading{Column: name, Optional: optional})
	}
	return tab, rds
}

// request reads texts as the files a.csv, b.csv and so on.
func request(t testing.TB, spec string, texts ...string) Request {
	t.Helper()
	req := Request{}
	req.Table, req.Reading = table(t, spec)
	for i, text := range texts {
		req.Files = append(req.Files, file(fmt.Sprintf("%c.csv", 'a'+i), text))
	}
	return req
}

func file(name, text string) File {
	return File{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

// reading returns the reading of a column, to be changed.
func reading(t testing.TB, req *Request, name string) *model.Reading {
	t.Helper()
	for i := range req.Reading {
		if req.Reading[i].Column == name {
			return &req.Reading[i]
		}
	}
	t.Fatalf("no column %s", name)
	return nil
}

func mustCopy(t testing.TB, req Request) (*Result, string) {
	t.Helper()
	var out bytes.Buffer
	res, err := Copy(context.Background(), req, &out)
	if err != nil {
		t.Fatal(err)
	}
	return res, out.String()
}

// lines shows faults as a user sees them, the hint after a semicolon.
func lines(l diag.List) string {
	var b strings.Builder
	for _, d := range l {
		fmt.Fprintf(&b, "%s: %s", d.Place, d.Message)
		if d.Hint != "" {
			b.WriteString("; " + d.Hint)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
