package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
)

// problem turns an error of the surroundings into a finding.
func (r *runner) problem(err error) diag.Diagnostic {
	var d diag.Diagnostic
	if errors.As(err, &d) {
		return d
	}
	var server *pg.Error
	if !errors.As(err, &server) {
		return diag.Diagnostic{Message: err.Error()}
	}
	if quotesValues(server.State) && r.holdsPersonalData() {
		return diag.Diagnostic{Message: fmt.Sprintf("the server refused a value (SQLSTATE %s)", server.State),
			Hint: "its words are left out, because they may quote personal data: the log of the server has them"}
	}
	return diag.Diagnostic{Message: err.Error(), Hint: serverHint(server.State)}
}

// quotesValues tells whether messages of an SQLSTATE hold values: those about data, but for a division by zero, and those that functions and
// triggers raise with words of their own.
func quotesValues(state string) bool {
	if state == "22012" {
		return false
	}
	return strings.HasPrefix(state, "22") || strings.HasPrefix(state, "P0")
}

func (r *runner) holdsPersonalData() bool {
	return slices.ContainsFunc(r.Pipeline.Loads, func(l *model.Load) bool {
		return slices.ContainsFunc(l.Table.Columns, func(c model.Column) bool { return c.PII })
	})
}

// noRight is the SQLSTATE of a role that may not do what it was asked to.
const noRight = "42501"

// serverHint says what to do about an error of the server, by its SQLSTATE; "" where it speaks for itself.
func serverHint(state string) string {
	switch state {
	case noRight:
		return "the role of this connection lacks a right: let the owner GRANT it, or connect as another role"
	case "25006":
		return "this database takes no writes: connect to the primary, or as a role that may write"
	case "53100":
		return "the database has no disk space left: nothing was published, so make room and apply again"
	case "2BP01", "0A000":
		return "something in the database rests on the column, such as a view: drop it, apply, and create it again"
	case "54000":
		return "a limit of Postgres: a key or an indexed value may have about 2,700 bytes"
	case "57P01", "57P02", "57P03":
		return "the database was stopped or restarted: apply again when it answers"
	}
	return ""
}
