// Package parquet reads and writes Parquet files. It is the only one that knows the library.
//
// Values go in and come out as text, the way Postgres prints and reads them, so that no decimal passes through a float. Rows are flat: a file with
// nested columns is read as far as its plain ones go, and the others are named.
package parquet

import (
	"reflect"

	pq "github.com/parquet-go/parquet-go"
)

// maxPrecision is the most digits that readers of Parquet keep in a decimal.
const maxPrecision = 38

// root is the group of all columns. That of the library orders its fields by name.
type root struct {
	pq.Group
	fields []pq.Field
}

// Fields returns the columns in the order in which they were declared.
func (r root) Fields() []pq.Field { return r.fields }

// field is a column of a group with its name.
type field struct {
	pq.Node
	name string
}

// Name returns the name of the column.
func (f field) Name() string { return f.name }

// Value is for rows that are Go structs; ours are not.
func (f field) Value(reflect.Value) reflect.Value { return reflect.Value{} }
