package report

import "streamflow/runner/internal/diag"

// paint puts ANSI colours around text, or leaves it alone.
type paint struct{ on bool }

func palette(on bool) paint { return paint{on: on} }

func (p paint) wrap(code, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) bold(s string) string { return p.wrap("1", s) }
func (p paint) dim(s string) string  { return p.wrap("2", s) }

// severity colours a word or a caret: red for errors, yellow for warnings, cyan for what only informs.
func (p paint) severity(s diag.Severity, text string) string {
	return p.wrap([...]string{"1;31", "1;33", "1;36"}[s], text)
}
