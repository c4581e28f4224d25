package run

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pg"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// batch is the rows of one source in this run, staged.
type batch struct {
	table     *plan.Table
	request   source.Request
	read      *source.Result
	rows      int64    // staged, and not set aside
	aside     int64    // set aside
	absent    []string // columns to leave alone: no file has them, and that does not mean NULL
	report    int      // index in the report's tables
	diff      *plan.Diff
	changed   []report.ColumnDiff // of a plan, and as long as diff is known
	completes bool                // of an append table: the batch is its partition and rows that were set aside before
	clashes   bool                // of an append table: its partition is there with other rows, and nobody has asked for a restatement
	heads     []source.Header     // of a script: nothing but the headers is read
	unkeyed   bool                // some rows have no key, or share one: what they would change cannot be told
}

// files returns the names of the batch's files, by number.
func (b *batch) files() []string {
	out := make([]string, len(b.request.Files))
	for i, f := range b.request.Files {
		out[i] = f.Name
	}
	return out
}

// file returns the name of a file by its number in the staged rows.
func (b *batch) file(number int64) string {
	if number < 0 || int(number) >= len(b.request.Files) {
		return ""
	}
	return b.request.Files[number].Name
}

// place is a row in its source.
func (b *batch) place(file, line int64) diag.Place {
	return diag.Place{File: b.file(file), Line: int(line)}
}

// stage reads every source into a temporary table, and collects the faults of all of them.
func (r *runner) stage(ctx context.Context) error {
	if err := r.openAll(); err != nil {
		return err
	}
	var faults diag.List
	for _, t := range r.plan.Tables {
		list, err := r.stageTable(ctx, r.batches[t.Load.Table.Name])
		if err != nil {
			return err
		}
		faults = append(faults, list...)
	}
	if faults.HasErrors() {
		return refuse(faults)
	}
	return r.recordSources(ctx)
}

// openAll finds the files of all tables first, so that every missing one is named at once. From here on the report lists every table
// and snapshot; until more is known of them they are refused.
func (r *runner) openAll() error {
	var missing diag.List
	for _, t := range r.plan.Tables {
		files, fault := r.open(t)
		if fault != nil {
			missing.Add(*fault)
		}
		b := &batch{table: t, report: len(r.rep.Tables), request: source.Request{Files: files, Table: t.Load.Table, Source: t.Load.Source,
			Reading: t.Load.Reading, Timezone: r.Project.Timezone}}
		r.batches[t.Load.Table.Name] = b
		t.Bind(r.sel, r.Pipeline.Params, b.files())
		r.rep.Tables = append(r.rep.Tables, report.Table{Name: t.Load.Table.Name, State: refused, Files: b.files()})
	}
	for _, s := range r.plan.Snapshots {
		r.rep.Snapshots = append(r.rep.Snapshots, report.Snapshot{Name: s.Want.Name, AsOf: s.AsOf, State: refused})
	}
	if len(missing) > 0 {
		return &stop{code: report.ExitSurrounding, list: missing}
	}
	return nil
}

func (r *runner) stageTable(ctx context.Context, b *batch) (diag.List, error) {
	name := b.table.Load.Table.Name
	var total int64
	for _, f := range b.request.Files {
		total += f.Size
	}
	var faults diag.List
	err := r.timed("stage", name, func() (int64, error) {
		if err := r.createStage(ctx, b.table); err != nil {
			return 0, err
		}
		b.request.Progress = func(done int64) {
			r.event(report.Event{Phase: "stage", Subject: name, Done: done, Total: total})
		}
		copied, err := r.copy(ctx, b)
		if err != nil {
			return 0, err
		}
		faults = b.read.Faults
		if b.read.Truncated {
			faults = append(faults, diag.Diagnostic{Place: diag.Place{File: joined(b.files())},
				Message: fmt.Sprintf("reading stopped after %s: there are more", plural(int64(len(faults)), "fault")), Hint: "max_errors in the source raises the limit"})
		}
		b.rows = copied
		out := &r.rep.Tables[b.report]
		out.RowsIn, out.Rejected = copied+b.read.Rejected, b.read.Rejected
		if len(faults) > 0 {
			return copied, nil
		}
		return copied, r.afterCopy(ctx, b)
	})
	return faults, err
}

func (r *runner) createStage(ctx context.Context, t *plan.Table) error {
	if _, err := r.DB.Exec(ctx, t.CreateStage()); err != nil || t.Aside == "" {
		return err
	}
	_, err := r.DB.Exec(ctx, t.CreateAside())
	return err
}

// copy streams the files through the reader into the stage. Rows that hold a fault are not sent; the number of rows read must be
// the number that arrived.
func (r *runner) copy(ctx context.Context, b *batch) (int64, error) {
	in, out := io.Pipe()
	read := make(chan error, 1)
	go func() {
		var err error
		b.read, err = source.Copy(ctx, b.request, out)
		out.CloseWithError(err)
		read <- err
	}()
	copied, err := r.DB.Copy(ctx, b.table.Stage, source.Columns(b.request), in)
	in.CloseWithError(errStopped)
	readErr := <-read
	if readErr != nil && !errors.Is(readErr, errStopped) {
		return 0, readErr
	}
	if err != nil {
		return 0, r.explainCopy(ctx, b, err)
	}
	if copied != b.read.Rows {
		return 0, fmt.Errorf("%s: %d rows were read and %d arrived: apply again, and report this if it happens twice", b.table.Load.Table.Name, b.read.Rows, copied)
	}
	return copied, nil
}

// errStopped ends the reader when the server no longer listens.
var errStopped = errors.New("the server stopped taking rows")

var copyLine = regexp.MustCompile(`line (\d+)(?:, column ([^:]+))?`)

// explainCopy turns the server's "line 3 of the COPY" into a place in the source. It is the last resort for types that the reader
// checks only lightly.
func (r *runner) explainCopy(ctx context.Context, b *batch, err error) error {
	var server *pg.Error
	if !pg.DataFault(err) || !errors.As(err, &server) {
		return err
	}
	m := copyLine.FindStringSubmatch(server.Where)
	if m == nil {
		return err
	}
	n, _ := strconv.ParseInt(m[1], 10, 64)
	find := &rowFinder{wanted: n}
	again := b.request
	again.Progress = nil
	if _, readErr := source.Copy(ctx, again, find); readErr != nil && !errors.Is(readErr, errStopped) {
		return err
	}
	file, line := find.place()
	message := server.Message
	if c := b.table.Live.Column(m[2]); c != nil && c.PII {
		message = "the value is not a " + c.Type.Name
	}
	if m[2] != "" { // the server does not say which when it fails over the bytes of the row
		message = fmt.Sprintf("column %q: %s", m[2], message)
	}
	return refuse(diag.List{{Place: b.place(file, line), Message: message}})
}

// rowFinder keeps the row of a number out of a stream in COPY text form.
type rowFinder struct {
	wanted, seen int64
	row          []byte
}

// Write counts rows; after the wanted one it stops the reader.
func (f *rowFinder) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		if f.seen == f.wanted-1 {
			if i < 0 {
				f.row = append(f.row, rest...)
				break
			}
			f.row = append(f.row, rest[:i]...)
			return 0, errStopped
		}
		if i < 0 {
			break
		}
		f.seen++
		rest = rest[i+1:]
	}
	return len(p), nil
}

func (f *rowFinder) place() (file, line int64) {
	cells := bytes.Split(f.row, []byte("\t"))
	if len(cells) < 2 {
		return 0, 0
	}
	line, _ = strconv.ParseInt(string(cells[len(cells)-2]), 10, 64)
	file, _ = strconv.ParseInt(string(cells[len(cells)-1]), 10, 64)
	return file, line
}

// afterCopy computes columns and tells the planner about the batch.
func (r *runner) afterCopy(ctx context.Context, b *batch) error {
	compute, err := b.table.Compute()
	if err != nil {
		return err
	}
	if compute != "" {
		if _, err := r.DB.Exec(ctx, compute); err != nil {
			return fmt.Errorf("%s: %w", b.table.Load.Table.Name, err)
		}
	}
	b.absent = leftAlone(b)
	b.table.LeftAlone = b.absent
	r.noteReading(b)
	_, err = r.DB.Exec(ctx, b.table.Analyze())
	return err
}

// leftAlone are the absent columns without those whose absence means NULL.
func leftAlone(b *batch) []string {
	var out []string
	for _, reading := range b.table.Load.Reading {
		if reading.WhenAbsent != "null" && slices.Contains(b.read.Absent, reading.Column) {
			out = append(out, reading.Column)
		}
	}
	return out
}

func (r *runner) noteReading(b *batch) {
	name := b.table.Load.Table.Name
	if len(b.absent) > 0 {
		r.note(fmt.Sprintf("%s: not in the file, left alone: %s", name, joined(b.absent)))
	}
	for _, c := range b.table.Live.Columns {
		if n := b.read.Defaulted[c.Name]; n > 0 {
			r.note(fmt.Sprintf("%s: %s of %s filled with the default", name, plural(n, "cell"), c.Name))
		}
	}
	if len(b.read.IgnoredColumns) > 0 {
		names := slices.Clone(b.read.IgnoredColumns)
		for i, n := range names {
			if n == "" {
				names[i] = "one without a name"
			}
		}
		r.note(fmt.Sprintf("%s: unknown columns of the file ignored: %s", name, joined(names)))
	}
}

// recordSources writes down what was read, and refuses files that are all identical to those of another partition.
func (r *runner) recordSources(ctx context.Context) error {
	sources, hash := r.sources()
	if err := r.ledger.Sources(ctx, r.rep.RunID, hash, sources); err != nil {
		return err
	}
	return r.checkSameData(ctx, hash)
}

// sources are the files that were read, and one hash of all of them.
func (r *runner) sources() ([]ledger.Source, string) {
	var sources []ledger.Source
	var lines []string
	for _, t := range r.plan.Tables {
		b := r.batches[t.Load.Table.Name]
		for _, f := range b.read.Files {
			sources = append(sources, ledger.Source{Table: t.Load.Table.Name, File: f.Name, Bytes: f.Bytes, SHA256: f.SHA256, Rows: f.Rows})
			lines = append(lines, t.Load.Table.Name+" "+f.SHA256)
		}
	}
	slices.Sort(lines)
	sum := sha256.New()
	for _, l := range lines {
		fmt.Fprintln(sum, l)
	}
	return sources, hex.EncodeToString(sum.Sum(nil))
}

// checkSameData refuses files that are all identical to those of another partition.
func (r *runner) checkSameData(ctx context.Context, hash string) error {
	if r.SameData || !r.plan.Whole() {
		return nil
	}
	other, run, err := r.ledger.SameData(ctx, r.DB.Schema(), r.Pipeline.Name, r.sel.Partition, hash)
	if err != nil || run == 0 {
		return err
	}
	return refuse(diag.List{{Message: fmt.Sprintf("every file is identical to those of %s (run %d): %s would get the data of %s", other, run, r.sel.Partition, other),
		Hint: "check the parameters; if the data really did not change, add --same-data"}})
}
