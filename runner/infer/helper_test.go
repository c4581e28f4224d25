package infer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"streamflow/runner/check"
	"streamflow/runner/infer"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/source"
	"streamflow/runner/spec"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func file(name, text string) source.File {
	return source.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// input is a table whose months are given as texts. What is wrong with a text is the error of its stream.
func input(t fataler, name string, months ...string) infer.Input {
	t.Helper()
	in := infer.Input{Name: name}
	for i, text := range months {
		path := fmt.Sprintf("data/%d/%s.csv", i+1, name)
		s, err := source.Sniff(context.Background(), file(path, text))
		if err != nil {
			t.Fatalf("%v", err)
		}
		in.Source.Delimiter = s.Delimiter
		in.Paths = append(in.Paths, path)
		in.Months = append(in.Months, func(header func([]string) error, row func([]source.Cell)) error {
			found, err := source.Scan(context.Background(), source.ScanRequest{File: file(path, text), Source: s, Header: header, Row: row})
			if err == nil && len(found.Faults) > 0 {
				err = fmt.Errorf("%s", found.Faults[0].Error())
			}
			return err
		})
	}
	return in
}

func dirs(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("data/%d", i+1))
	}
	return out
}

func propose(t fataler, inputs ...infer.Input) *report.Inferred {
	t.Helper()
	out, err := infer.Propose(inputs, infer.Options{Name: "shop", Dirs: dirs(len(inputs[0].Months)), Origin: "data"})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// lint reads and checks proposed specs as runner lint does.
func lint(out *report.Inferred) (*model.Project, diag.List) {
	files := fstest.MapFS{}
	for _, f := range out.Files {
		files[f.Path] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	tree, list := spec.Load(files, nil)
	project, more := check.Check(tree)
	return project, append(list, more...)
}

// text is all of a proposal.
func text(out *report.Inferred) string {
	var b strings.Builder
	for _, f := range out.Files {
		b.WriteString("--- " + f.Path + "\n" + f.Text)
	}
	return b.String()
}

// column returns what is proposed for a column, its comment included.
func column(t testing.TB, out *report.Inferred, name string) string {
	t.Helper()
	for _, line := range strings.Split(out.Files[0].Text, "\n") {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), name+":"); ok {
			return strings.Join(strings.Fields(rest), " ")
		}
	}
	t.Fatalf("no column %s in\n%s", name, out.Files[0].Text)
	return ""
}

// load reads a text as a table is declared, and returns the rows for COPY.
func load(t fataler, l *model.Load, text string) (string, diag.List) {
	t.Helper()
	var b bytes.Buffer
	zero := int64(0)
	src := l.Source
	src.MinRows = &zero
	res, err := source.Copy(context.Background(), source.Request{Files: []source.File{file("data/1/t.csv", text)}, Table: l.Table, Source: src, Reading: l.Reading}, &b)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return b.String(), res.Faults
}
