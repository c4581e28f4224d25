package report

import (
	"fmt"
	"io"
	"strings"

	"streamflow/runner/internal/diag"
)

// Steps of a script, in the order of a run. Those of the ledger and the session come before; a freeze is part of publishing.
const (
	LedgerStep  = "ledger"
	SessionStep = "session"
	StageStep   = "stage"
	CheckStep   = "check"
	SchemaStep  = "schema"
	PublishStep = "publish"
	FreezeStep  = "freeze"
	OnlineStep  = "materialize"
	JoinStep    = "join" // of a training set
)

// Steps lists those of a run that can be asked for.
func Steps() []string {
	return []string{StageStep, CheckStep, SchemaStep, PublishStep, FreezeStep, OnlineStep}
}

// Statement is one statement of a script, or only a remark where SQL is empty.
type Statement struct {
	Step    string                `json:"step"`
	Subject string                `json:"subject"` // the table or snapshot
	Purpose string                `json:"purpose"` // what it is for
	SQL     string                `json:"sql"`
	Command bool                  `json:"psql,omitempty"` // a command of psql, not SQL
	Rows    func(io.Writer) error `json:"-"`              // writes the rows of a COPY; nil for other statements
}

// Script is what a run would send to the database, in order.
type Script struct {
	Title      string            `json:"title"` // what was asked for
	Pipeline   string            `json:"pipeline"`
	Params     map[string]string `json:"params"`
	Target     string            `json:"target"` // "" for an empty database
	Statements []Statement       `json:"statements"`
	Notes      []string          `json:"notes"`
	Errors     []diag.Diagnostic `json:"errors"`
	ExitCode   int               `json:"exit_code"`
}

// ScriptText writes a script for psql. Comments say what each statement is for.
func ScriptText(w io.Writer, s *Script) error {
	out := &scriptWriter{w: w}
	out.comment(s.Title + "   " + paramText(s.Params))
	if s.Target == "" {
		out.comment("for an empty database")
	} else {
		out.comment("for " + s.Target)
	}
	for _, n := range s.Notes {
		out.comment(n)
	}
	out.print("\n")
	step := ""
	for _, st := range s.Statements {
		if st.Step != step {
			step = st.Step
			out.print("-- ==== " + step + " " + strings.Repeat("=", max(0, 70-len(step))) + "\n\n")
		}
		out.statement(st)
	}
	return out.err
}

// ScriptJSON writes a script as one document.
func ScriptJSON(w io.Writer, s *Script) error {
	return encode(w, s)
}

type scriptWriter struct {
	w   io.Writer
	err error
}

func (s *scriptWriter) print(text string) {
	if s.err == nil {
		_, s.err = io.WriteString(s.w, text)
	}
}

// comment writes a text as comment lines of about 120 characters. Control characters of a text cannot end the comment.
func (s *scriptWriter) comment(text string) {
	line := "--"
	for _, word := range strings.Fields(Visible(text)) {
		if len(line)+len(word) > 120 {
			s.print(line + "\n")
			line = "--"
		}
		line += " " + word
	}
	if line != "--" {
		s.print(line + "\n")
	}
}

func (s *scriptWriter) statement(st Statement) {
	if st.Subject != "" && st.Purpose != "" {
		s.comment(st.Subject + ": " + st.Purpose)
	} else {
		s.comment(st.Purpose)
	}
	switch {
	case st.SQL == "":
	case st.Command:
		s.print(st.SQL + "\n")
	default:
		s.print(strings.TrimRight(strings.TrimSpace(st.SQL), ";") + ";\n")
	}
	if st.Rows != nil && s.err == nil {
		if err := st.Rows(s.w); err != nil {
			s.err = fmt.Errorf("%s: %w", st.Subject, err)
		}
		s.print("\\.\n")
	}
	s.print("\n")
}
