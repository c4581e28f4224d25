package run

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/ledger"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/plan"
	"streamflow/runner/report"
	"streamflow/runner/source"
)

// Scripted says what is wanted of a script.
type Scripted struct {
	Schema string   // of the tables, where there is no database
	Steps  []string // report.Steps; empty means all
	Inline bool     // the rows are written into the script
}

// Script writes what Apply would send to the database now, as a script for psql: the same statements in the same order, made from the same
// plan. It looks at the catalogue, the ledger and the headers of the files, and stages nothing. Without a database (DB is nil) it is that of
// an empty one.
//
// A run decides by the answers that it gets. The script decides as well: a check that Apply would refuse ends it. What it leaves out is the
// ledger's record of the run.
func Script(ctx context.Context, c Config, w Scripted) *report.Script {
	r := newRunner(c)
	s := &script{runner: r, want: w, out: &report.Script{Pipeline: c.Pipeline.Name, Target: c.Target, Statements: []report.Statement{}, Errors: []diag.Diagnostic{}}}
	s.end(ctx, s.write(ctx))
	s.out.Statements = s.wanted(s.out.Statements)
	return s.out
}

// end takes over what the run says beside the statements.
func (s *script) end(ctx context.Context, err error) {
	s.finish(ctx, err)
	s.out.Params, s.out.Notes, s.out.ExitCode = s.rep.Params, s.rep.Notes, s.rep.ExitCode
	s.out.Errors = append(s.out.Errors, s.rep.Errors...)
}

// script is one under way.
type script struct {
	*runner
	want Scripted
	out  *report.Script
	step string
}

func (s *script) write(ctx context.Context) error {
	if err := s.chooseScript(ctx); err != nil || s.sel.Idle {
		return err
	}
	if err := s.prepareScript(ctx); err != nil {
		return err
	}
	if err := s.openScript(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{s.begin, s.stageAll, s.checkAll, s.changeAll, s.publishAll} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return nil
}

// wanted keeps the statements of the steps that were asked for, with the session that they need.
func (s *script) wanted(all []report.Statement) []report.Statement {
	if len(s.want.Steps) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(st report.Statement) bool {
		return !slices.Contains(s.want.Steps, st.Step) && st.Step != report.SessionStep
	})
}

// add appends a statement. An empty one is left out.
func (s *script) add(subject, purpose string, sql pgsql.Frag) {
	if sql != "" {
		s.out.Statements = append(s.out.Statements, report.Statement{Step: s.step, Subject: subject, Purpose: purpose, SQL: string(sql)})
	}
}

// refuse appends a check that ends the script when it has something to say of the answer, or only shows the answer.
func (s *script) refuse(subject, purpose string, sql pgsql.Frag, said plan.Said) {
	if said.SQL != "" {
		sql = plan.Refuse(sql, said)
	}
	s.add(subject, purpose, sql)
}

func (s *script) remark(subject, text string) {
	s.out.Statements = append(s.out.Statements, report.Statement{Step: s.step, Subject: subject, Purpose: text})
}

// chooseScript selects the partition. Without a database nothing is done yet.
func (s *script) chooseScript(ctx context.Context) error {
	if s.DB != nil {
		return s.choose(ctx)
	}
	return s.pick(nil)
}

// prepareScript makes the plan of what was found, or of an empty database.
func (s *script) prepareScript(ctx context.Context) error {
	if s.DB != nil {
		return s.prepare(ctx)
	}
	found := plan.Found{NoSchema: s.want.Schema != "public"}
	p, faults := plan.Build(s.Project, s.Pipeline, s.want.Schema, found, s.sel, s.options())
	s.plan = p
	if faults.HasErrors() {
		return refuse(faults)
	}
	return s.compareOnline(s.want.Schema, false, plan.Found{})
}

// openScript finds the files and reads their headers. For an empty database a script can be made without the files.
func (s *script) openScript(ctx context.Context) error {
	if err := s.openAll(); err != nil && s.DB != nil {
		return err
	}
	for _, t := range s.plan.Tables {
		b := s.batches[t.Load.Table.Name]
		b.read = &source.Result{}
		if len(b.request.Files) == 0 {
			continue
		}
		heads := source.Headers(ctx, b.request)
		b.heads = heads
		b.read.Absent = absentColumns(b, heads)
		b.absent = leftAlone(b)
		t.LeftAlone = b.absent
	}
	return nil
}

// absentColumns are the columns that no file has, as source.Copy tells them.
func absentColumns(b *batch, heads []source.Header) []string {
	var out []string
	for _, c := range b.table.Load.Reading {
		has := len(heads) == 0 || slices.ContainsFunc(heads, func(h source.Header) bool { return slices.Contains(h.Fields, c.Column) })
		if c.ReadsCell() && c.Default == nil && !has {
			out = append(out, c.Column)
		}
	}
	return out
}

func (s *script) begin(ctx context.Context) error {
	s.session(s.plan.Schema)
	s.step = report.LedgerStep
	var l *ledger.Ledger
	if s.DB != nil {
		l = s.ledger
	}
	pending, err := l.Pending(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		s.add("", "the runner's own schema, which is not there or older than this runner", "BEGIN")
		for _, sql := range pending {
			s.add("", "", sql)
		}
		s.add("", "", "COMMIT")
	}
	s.remark("", "runner records the run here: its parameters, files, counts, rules and freezes. This script does not, so that runner will not know of what "+
		"it did: months that it freezes are refused by the next apply as rows that runner did not freeze. Use it to read, or on a copy.")
	return nil
}

// stageAll loads every batch into a temporary table.
func (s *script) stageAll(ctx context.Context) error {
	s.step = report.StageStep
	for _, t := range s.plan.Tables {
		name := t.Load.Table.Name
		s.add(name, "the batch, as it is read", t.CreateStage())
		if t.Aside != "" {
			s.add(name, "rows of it that are set aside", t.CreateAside())
		}
		if err := s.feed(ctx, s.batches[name]); err != nil {
			return err
		}
		compute, err := t.Compute()
		if err != nil {
			return err
		}
		s.add(name, "columns that are computed", compute)
		s.add(name, "let the planner know the batch", pgsql.Frag("BEGIN;\n"+string(t.Analyze())+";\nCOMMIT"))
	}
	return nil
}

// feed fills the stage: by psql itself where it reads the files as runner does, or with the rows in the script.
func (s *script) feed(ctx context.Context, b *batch) error {
	name := b.table.Load.Table.Name
	if s.want.Inline {
		return s.inline(ctx, b)
	}
	how, why := source.ForPsql(b.request, b.heads)
	if len(b.request.Files) == 0 {
		why = []string{"its files are not there"}
	}
	if len(why) > 0 {
		s.remark(name, "psql cannot read this source as runner does: "+strings.Join(why, "; ")+". runner converts each cell strictly, names each that does not fit, "+
			"and sends the rows with COPY "+string(b.table.Stage)+" ("+string(pgsql.List(source.Columns(b.request), pgsql.Ident))+") FROM STDIN. "+
			"Add --inline to have them written here, or fill the table by hand.")
		return nil
	}
	for i, h := range how {
		first := 1
		if h.Header {
			first = 2
		}
		s.add(name, "lines are counted as runner does where no cell goes over several lines", b.table.Number(first, i))
		path := b.request.Files[i].Name
		s.out.Statements = append(s.out.Statements, report.Statement{Step: s.step, Subject: name, Command: true, SQL: string(pgsql.CopyFile(b.table.Stage, h.Columns, path, h.Delimiter, h.Header, h.Encoding)),
			Purpose: "the file, from the folder of the project; runner is stricter: it names every cell that does not fit"})
	}
	return nil
}

// inline writes the rows into the script, as runner reads them.
func (s *script) inline(ctx context.Context, b *batch) error {
	name := b.table.Load.Table.Name
	if len(b.request.Files) == 0 {
		return &stop{code: report.ExitSurrounding, list: diag.List{{Place: b.table.Load.Source.Origin, Message: "the source of " + name + " is not there, so its rows cannot be written into the script"}}}
	}
	for _, c := range b.table.Load.Table.Columns {
		if c.PII {
			return &stop{code: report.ExitSpec, list: diag.List{{Place: c.Origin, Message: fmt.Sprintf("column %s of %s holds personal data, which is not written into a script", c.Name, name),
				Hint: "leave --inline out"}}}
		}
	}
	read, err := source.Copy(ctx, b.request, io.Discard) // no half script: what is wrong is found first
	if err != nil {
		return err
	}
	if read.Faults.HasErrors() {
		return refuse(read.Faults)
	}
	sql := "COPY " + b.table.Stage + " (" + pgsql.List(source.Columns(b.request), pgsql.Ident) + ") FROM STDIN"
	s.out.Statements = append(s.out.Statements, report.Statement{Step: s.step, Subject: name, Purpose: "the rows, as runner reads them", SQL: string(sql),
		Rows: func(w io.Writer) error {
			_, err := source.Copy(ctx, b.request, w)
			return err
		}})
	return nil
}
