// Package db holds the SQL of the runner's own schema: numbered files that create it, and the statements that read and write it.
//
// The files live outside the Go folders so that a database administrator can read them on their own. This package only embeds
// them.
package db

import (
	"embed"
	"fmt"
)

//go:embed schema/*.sql
var schema embed.FS

//go:embed query/*.sql
var query embed.FS

// Migrations returns the numbered files of the schema "runner", in order. File n takes the schema from version n-1 to version n.
func Migrations() ([]string, error) {
	entries, err := schema.ReadDir("schema")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		text, err := schema.ReadFile("schema/" + e.Name())
		if err != nil {
			return nil, err
		}
		out = append(out, string(text))
	}
	return out, nil
}

// Query returns a statement by the name of its file. The {holes} in it are filled by package pgsql. An unknown name is a fault
// of the program and panics; the tests name every file.
func Query(name string) string {
	text, err := query.ReadFile("query/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("db: no statement %q", name))
	}
	return string(text)
}
