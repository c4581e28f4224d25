package report

import (
	"encoding/json"
	"io"

	"streamflow/runner/internal/diag"
)

// findingsDocument is the JSON form of Findings. Every key is always there, so that readers need no case for its absence; a place
// that is not known is 0 or empty.
type findingsDocument struct {
	Findings []finding `json:"findings"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Files    int       `json:"files"`
}

type finding struct {
	File      string           `json:"file"`
	Line      int              `json:"line"`
	Column    int              `json:"column"`
	EndLine   int              `json:"end_line"`
	EndColumn int              `json:"end_column"`
	Severity  diag.Severity    `json:"severity"`
	ID        string           `json:"id"`
	Name      string           `json:"name"`
	Message   string           `json:"message"`
	Hint      string           `json:"hint"`
	Fix       *findingFix      `json:"fix"`
	Related   []findingRelated `json:"related"`
	Path      string           `json:"path"`
}

// findingFix is a change that mends the finding: text in place of what stands there. It is null where there is none for certain.
type findingFix struct {
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
	Text      string `json:"text"`
}

type findingRelated struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

func writeJSON(w io.Writer, list diag.List, files int) error {
	doc := findingsDocument{Findings: []finding{}, Errors: list.Count(diag.Error), Warnings: list.Count(diag.Warning), Files: files}
	for _, d := range list {
		doc.Findings = append(doc.Findings, findingOf(d))
	}
	return encode(w, doc)
}

// writeJSONL writes the findings alone, one a line, for programs that read as it comes.
func writeJSONL(w io.Writer, list diag.List) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range list {
		if err := enc.Encode(findingOf(d)); err != nil {
			return err
		}
	}
	return nil
}

func findingOf(d diag.Diagnostic) finding {
	f := finding{
		File: d.File, Line: d.Line, Column: d.Col, EndLine: d.EndLine, EndColumn: d.EndCol, Severity: d.Severity,
		ID: d.ID, Name: d.Name, Message: d.Message, Hint: d.Hint, Path: d.Path, Related: []findingRelated{},
	}
	if x := d.Fix; x != nil {
		f.Fix = &findingFix{Line: x.Line, Column: x.Col, EndLine: x.EndLine, EndColumn: x.EndCol, Text: x.Text}
	}
	for _, r := range d.Related {
		f.Related = append(f.Related, findingRelated{File: r.File, Line: r.Line, Column: r.Col, Message: r.Message})
	}
	return f
}
