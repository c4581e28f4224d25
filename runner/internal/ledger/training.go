package ledger

import (
	"context"
	"encoding/json"
	"time"

	"streamflow/db"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/report"
)

// Built is what is remembered of a training set that was written.
type Built struct {
	Schema   string // of the tables that it reads
	Name     string
	Output   string // the file
	Manifest report.Manifest
}

// AddTraining remembers a training set, unless the last one of its name and file was the same.
func (l *Ledger) AddTraining(ctx context.Context, b Built, at time.Time) error {
	last, err := l.LastTraining(ctx, b.Schema, b.Name, b.Output)
	if err != nil || last != nil && string(last.Text()) == string(b.Manifest.Text()) {
		return err
	}
	_, err = l.db.Exec(ctx, pgsql.Fill(db.Query("training_add"), pgsql.Holes{"schema": pgsql.Literal(b.Schema), "name": pgsql.Literal(b.Name),
		"params": document(b.Manifest.Params), "output": pgsql.Literal(b.Output), "hash": pgsql.Literal(b.Manifest.SHA256),
		"rows": pgsql.Int(b.Manifest.Rows), "manifest": pgsql.Literal(string(b.Manifest.Text())), "at": stamp(at)}))
	return err
}

// LastTraining returns the manifest of the last training set of a name that was written to a file, or nil.
func (l *Ledger) LastTraining(ctx context.Context, schema, name, output string) (*report.Manifest, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("training_last"), pgsql.Holes{"schema": pgsql.Literal(schema), "name": pgsql.Literal(name), "output": pgsql.Literal(output)}))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var m report.Manifest
	return &m, json.Unmarshal(rows[0][0], &m)
}

// Trainings returns what was last written of every training set over the tables of a schema, to each of its files, in the order of names.
func (l *Ledger) Trainings(ctx context.Context, schema string) ([]Built, error) {
	rows, err := l.db.Query(ctx, pgsql.Fill(db.Query("training_latest"), pgsql.Holes{"schema": pgsql.Literal(schema)}))
	var out []Built
	for _, r := range rows {
		b := Built{Schema: schema, Name: r.Text(0), Output: r.Text(1)}
		if err := r.JSON(2, &b.Manifest); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, err
}
