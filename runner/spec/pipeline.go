package spec

import "streamflow/runner/internal/diag"

// Pipeline is a document of kind pipeline.
type Pipeline struct {
	Name        Str
	Description Str
	Owner       Str
	Tags        StrList
	Params      Map[*Param]
	Partitions  Partitions
	Defaults    *Defaults // nil when not given
	Tables      Map[*Table]
	Snapshots   Map[*Snapshot]
	Materialize StrList
	Schedule    *Schedule       // nil when not given
	Meant       map[string]bool // keys that were probably meant by unknown ones, which are reported
	Lost        bool            // its tables or snapshots could not be read, which is reported: nobody knows what they are called
	Place       diag.Place
}

// Param is a parameter of a pipeline.
type Param struct {
	Type        Str // date, string, integer, number, boolean
	Env         Str // name of an environment variable
	Default     Templ
	Description Str
	Place       diag.Place
}

// Partitions is either a list of parameter sets or a regular series, of which one is nil.
type Partitions struct {
	List  []*Partition
	Every *Every
	Set   bool
	Place diag.Place
}

// Partition is one set of parameter values.
type Partition struct {
	Values Map[Templ]
	Place  diag.Place
}

// Every is a regular series of partitions.
type Every struct {
	Unit  Str // day, week, month, year
	From  Str // the first as_of
	Place diag.Place
}

// Schedule says when a pipeline runs by itself.
type Schedule struct {
	Cron     Str
	Every    Str
	Timezone Str
	CatchUp  Str
	Place    diag.Place
}

// Defaults holds what is said once for all tables of a pipeline, or of a project. The path of its source may hold {table}, which
// stands for the name of the table and is left in the template's fixed text.
type Defaults struct {
	Options
	Reading
	Place diag.Place
}

// Table is one table of a pipeline. Its name is its key in Pipeline.Tables.
type Table struct {
	Options
	Reading
	Description Str
	Columns     Map[*Column]
	RenamedFrom Str
	Meant       map[string]bool // keys that were probably meant by unknown ones, which are reported
	Place       diag.Place
}

// Options are the keys of a table that its pipeline may also give as defaults.
type Options struct {
	Source        *Source // nil when not given
	PrimaryKey    StrList
	References    References
	Delivery      Str // full, delta
	Mode          Str // upsert, append
	DeleteMissing Bool
	EventTime     Str
	CreatedTime   Str
	Indexes       Indexes
	DistributeBy  Str
	Owner         Str
	Tags          StrList
}

// Source says where rows come from. `source: PATH` is short for `source: {path: PATH}`.
type Source struct {
	Path           Templ
	Format         Str
	Match          Str // exact, loose
	Delimiter      Str
	Encoding       Str
	Header         Bool
	UnknownColumns Str // error, ignore
	DuplicateKeys  Str // error, identical
	MaxErrors      Int
	MaxRejects     Int
	MinRows        Int
	MaxShrink      Float // or the word "off"
	Query          Str
	Reads          StrList
	Place          diag.Place
}

// Reading is how cells become values. A column's own keys win over its table's, these over the pipeline's, these over the project's.
type Reading struct {
	NullValues  StrList
	TrueValues  StrList
	FalseValues StrList
	DateFormat  StrList
	Timezone    Str
	Decimal     Str
	Group       Str
}

// Column is one column of a table. `name: TYPE` is short for `name: {type: TYPE}`. Its name is its key in Table.Columns.
type Column struct {
	Reading
	Type        Str
	Nullable    Bool
	Optional    Bool
	WhenAbsent  Str // keep, null
	From        StrList
	Value       Str // an expression
	Default     Str
	RenamedFrom Str
	Description Str
	Tags        StrList
	PII         Bool
	Place       diag.Place
}

// References lists the references of a table. The short form `{column: table}` gives one Reference for each key.
type References struct {
	List  []*Reference
	Set   bool
	Place diag.Place
}

// Reference says that the values of some columns must exist as a key of another table.
type Reference struct {
	Columns  StrList
	Table    Str
	Severity Str // error, warn
	Place    diag.Place
}

// Indexes lists the indexes of a table.
type Indexes struct {
	List  []*Index
	Set   bool
	Place diag.Place
}

// Index is one index: a column, a list of columns, or `{columns: [...], unique: true}`.
type Index struct {
	Columns StrList
	Unique  Bool
	Place   diag.Place
}

// Snapshot is one snapshot of a pipeline. Its name is its key in Pipeline.Snapshots.
type Snapshot struct {
	From        Str
	Columns     StrList
	Description Str
	KnownAfter  Str
	AsOfTime    Str // start, end
	Owner       Str
	Tags        StrList
	Place       diag.Place
}
