package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"

	"streamflow/runner/infer"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// errFaulty says that a file has faults, which are remembered beside it.
var errFaulty = errors.New("the data is faulty")

// inferTable is one table that is inferred: its file in each month.
type inferTable struct {
	ctx       context.Context
	root      string
	name      string
	paths     []string
	source    model.Source
	faults    diag.List
	encoding  bool // the text is not of the encoding that it was read in
	encodings []string
	news      report.Events
	seen      map[string]bool // files that were read once
}

// otherEncodings are tried in order when a file is not UTF-8. The first has no meaning for some bytes, the second has one for all.
var otherEncodings = [...]string{"windows-1252", "latin1"}

// sniffTables finds out how the files of each table are laid out.
func sniffTables(ctx context.Context, root string, m *months, news report.Events) ([]*inferTable, error) {
	var out []*inferTable
	for i, dir := range m.dirs {
		for j, f := range m.files[dir] {
			if i == 0 || m.loose {
				stem, _ := source.Stem(f)
				out = append(out, &inferTable{ctx: ctx, root: root, name: stem, paths: []string{path.Join(dir, f)}, encodings: otherEncodings[:], news: news, seen: map[string]bool{}})
				continue
			}
			out[j].paths = append(out[j].paths, path.Join(dir, f))
		}
	}
	for _, t := range out {
		for i, p := range t.paths {
			s, err := source.Sniff(ctx, t.file(p))
			if err != nil {
				return nil, surrounding("", err)
			}
			if i > 0 && s.Delimiter != t.source.Delimiter {
				return nil, usage("one table is read in one way: export the months alike", "%s and %s have different delimiters", t.paths[0], p)
			}
			t.source.Delimiter = s.Delimiter
		}
	}
	return out, nil
}

func (t *inferTable) file(name string) source.File {
	return source.File{Name: name, Open: func() (io.ReadCloser, error) { return os.Open(filepath.Join(t.root, filepath.FromSlash(name))) }}
}

// scan reads a file and shows how far it is. Later passes over the same file, which look for keys and references, are no news by
// themselves.
func (t *inferTable) scan(p string, header func([]string) error, row func([]source.Cell)) (*source.Scanned, error) {
	phase := "read"
	if t.seen[p] {
		phase = "compare"
	}
	f := t.file(p)
	if info, err := os.Stat(filepath.Join(t.root, filepath.FromSlash(p))); err == nil {
		f.Size = info.Size()
	}
	found, err := source.Scan(t.ctx, source.ScanRequest{File: f, Source: t.source, Header: header, Row: row,
		Progress: func(done int64) { t.news(report.Event{Phase: phase, Subject: p, Done: done, Total: f.Size}) }})
	if err == nil && !t.seen[p] && len(found.Faults) == 0 {
		t.seen[p] = true
		t.news(report.Event{Phase: phase, Subject: p, Rows: found.Rows, Ended: true})
	}
	return found, err
}

// input is the table for package infer; each month is read anew whenever it is asked for.
func (t *inferTable) input() infer.Input {
	in := infer.Input{Name: t.name, Paths: t.paths, Source: t.source}
	t.faults, t.encoding = nil, false
	for _, p := range t.paths {
		in.Months = append(in.Months, func(header func([]string) error, row func([]source.Cell)) error {
			found, err := t.scan(p, header, row)
			var f *infer.Fault
			if errors.As(err, &f) {
				t.faults.Add(diag.Diagnostic{Place: diag.Place{File: p, Line: 1, Col: 1}, Message: f.Message, Hint: f.Hint})
				return errFaulty
			}
			if err != nil {
				return err
			}
			if found.WrongEncoding {
				t.encoding = true
			}
			if len(found.Faults) > 0 {
				t.faults = append(t.faults, found.Faults...)
				return errFaulty
			}
			return nil
		})
	}
	return in
}

// tryNext chooses the next encoding for a table that was not of the last one.
func (t *inferTable) tryNext() bool {
	if !t.encoding || len(t.encodings) == 0 {
		return false
	}
	t.source.Encoding, t.encodings = t.encodings[0], t.encodings[1:]
	return true
}

// refuseData shows what is wrong with the data.
func (a *app) refuseData(tables []*inferTable) error {
	var list diag.List
	files := 0
	for _, t := range tables {
		list = append(list, t.faults...)
		files += len(t.paths)
	}
	list.Sort()
	if a.flags.format == formatJSON {
		return a.finish(report.Of("", report.ExitRefused, list...), report.ApplyKind)
	}
	if err := report.Findings(a.stderr, formatText, list, nil, files, a.colour(a.stderr)); err != nil {
		return a.writeFault(err)
	}
	return exitCode(report.ExitRefused)
}
