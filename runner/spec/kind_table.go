package spec

import "streamflow/runner/internal/diag"

func defaultsKind() *Kind {
	return newKind("defaults", "What is the same for all tables: any key of a source, a table or the reading of a column.",
		func(d *Defaults) *diag.Place { return &d.Place },
		tableOptions(func(d *Defaults) *Options { return &d.Options }), readingFields(func(d *Defaults) *Reading { return &d.Reading }))
}

func tableKind() *Kind {
	return newKind("table", "A live table and how it is filled.", func(t *Table) *diag.Place { return &t.Place }, []Field{
		text("description", Prose, "what a row of it is", func(t *Table) *Str { return &t.Description }),
		text("renamed_from", Text, "the name it had before", func(t *Table) *Str { return &t.RenamedFrom }),
	}, tableOptions(func(t *Table) *Options { return &t.Options }), readingFields(func(t *Table) *Reading { return &t.Reading }), []Field{
		named("columns", "its columns, by name", columnKind(), func(t *Table) *Map[*Column] { return &t.Columns }).required().aka("fields", "schema", "cols"),
	})
}

// tableOptions are the keys that a table shares with the defaults.
func tableOptions[T any](at func(*T) *Options) []Field {
	return []Field{
		part("source", "where its rows come from: a path, or a mapping", sourceKind(), func(t *T) **Source { return &at(t).Source }).aka("file", "from", "csv", "src"),
		texts("primary_key", Text, "the column, or columns, that name a row", func(t *T) *StrList { return &at(t).PrimaryKey }).
			aka("pk", "key", "keys", "unique_key", "primary_keys"),
		special("references", Links, One, referenceKind(), "columns whose values are keys of another table: {column: table}, or a list of {columns, table}",
			func(w *walker, t *T, key Str, n *node) { at(t).References = w.references(key, n) }).aka("foreign_keys", "foreign_key"),
		text("delivery", Text, "whether a batch holds every current key, or changes only", func(t *T) *Str { return &at(t).Delivery }).only("full", "delta"),
		text("mode", Text, "update rows by key, or only add", func(t *T) *Str { return &at(t).Mode }).only("upsert", "append").aka("write_disposition", "strategy"),
		boolean("delete_missing", "delete rows that a full delivery no longer holds", func(t *T) *Bool { return &at(t).DeleteMissing }),
		text("event_time", Text, "the column that says when a row happened", func(t *T) *Str { return &at(t).EventTime }).aka("timestamp_field", "event_timestamp"),
		text("created_time", Text, "the column that says when a row was written", func(t *T) *Str { return &at(t).CreatedTime }).aka("created_timestamp"),
		special("indexes", Mapping, OneOrMany, indexKind(), "further indexes: a column, a list of columns, or {columns, unique}",
			func(w *walker, t *T, key Str, n *node) { at(t).Indexes = w.indexes(key, n) }).aka("index", "indices"),
		text("distribute_by", Text, "the column that rows are spread over machines by", func(t *T) *Str { return &at(t).DistributeBy }),
		text("owner", Prose, "who answers for it", func(t *T) *Str { return &at(t).Owner }),
		texts("tags", Text, "words to find it by", func(t *T) *StrList { return &at(t).Tags }),
	}
}

func sourceKind() *Kind {
	return newKind("source", "A file, or several, and how it is laid out. A bare value is its path.", func(s *Source) *diag.Place { return &s.Place }, []Field{
		template("path", "a path or glob, relative to the project", func(s *Source) *Templ { return &s.Path }).aka("file", "filename", "uri", "url"),
		text("format", Text, "the format; by the file's name when not given", func(s *Source) *Str { return &s.Format }).aka("type"),
		text("match", Text, "how header names are compared", func(s *Source) *Str { return &s.Match }).only("exact", "loose"),
		text("delimiter", Cell, "what stands between two cells", func(s *Source) *Str { return &s.Delimiter }).aka("sep", "separator"),
		text("encoding", Text, "how characters are written: utf-8, latin1, windows-1252", func(s *Source) *Str { return &s.Encoding }).aka("charset"),
		boolean("header", "whether the first line names the columns", func(s *Source) *Bool { return &s.Header }).aka("has_header"),
		text("unknown_columns", Text, "what to do with columns that are not declared", func(s *Source) *Str { return &s.UnknownColumns }).only("error", "ignore"),
		text("duplicate_keys", Text, "what to do with keys that come twice", func(s *Source) *Str { return &s.DuplicateKeys }).only("error", "identical"),
		integer("max_errors", "faults to report before giving up", func(s *Source) *Int { return &s.MaxErrors }),
		integer("max_rejects", "rows that may be set aside", func(s *Source) *Int { return &s.MaxRejects }),
		integer("min_rows", "refuse a batch with fewer rows", func(s *Source) *Int { return &s.MinRows }),
		number("max_shrink", "the share of rows that may be gone since the newest earlier partition, or off", func(s *Source) *Float { return &s.MaxShrink }).only("off"),
		text("query", Prose, "rows computed by SQL instead of read", func(s *Source) *Str { return &s.Query }).aka("sql"),
		texts("reads", Text, "the tables that the query reads", func(s *Source) *StrList { return &s.Reads }),
	}).short("path")
}

func columnKind() *Kind {
	return newKind("column", "A column of a table. A bare value is its type.", func(c *Column) *diag.Place { return &c.Place }, []Field{
		text("type", Text, "a type of Postgres", func(c *Column) *Str { return &c.Type }).required().aka("dtype", "data_type"),
		boolean("nullable", "whether it may be NULL; true when not given, but for keys", func(c *Column) *Bool { return &c.Nullable }).aka("null").
			opposite("not_null", "notnull", "non_null", "required", "mandatory"),
		boolean("optional", "whether it may be missing from the source", func(c *Column) *Bool { return &c.Optional }),
		text("when_absent", Text, "what a missing column means for values that are there", func(c *Column) *Str { return &c.WhenAbsent }).only("keep", "null"),
		texts("from", Cell, "its name, or names, in the file", func(c *Column) *StrList { return &c.From }).aka("source", "alias", "aliases"),
		text("value", Expression, "an expression that computes it", func(c *Column) *Str { return &c.Value }).aka("expr", "expression", "computed"),
		text("default", Cell, "for a missing column and for NULL", func(c *Column) *Str { return &c.Default }),
		text("renamed_from", Text, "the name it had before", func(c *Column) *Str { return &c.RenamedFrom }),
		text("description", Prose, "what it means", func(c *Column) *Str { return &c.Description }).aka("comment", "doc"),
		texts("tags", Text, "words to find it by", func(c *Column) *StrList { return &c.Tags }),
		boolean("pii", "personal data: masked in every output", func(c *Column) *Bool { return &c.PII }),
	}, readingFields(func(c *Column) *Reading { return &c.Reading })).short("type")
}

// readingFields are the keys that say how cells become values.
func readingFields[T any](at func(*T) *Reading) []Field {
	return []Field{
		texts("null_values", Cell, "unquoted cells that mean NULL, instead of the empty one", func(t *T) *StrList { return &at(t).NullValues }).aka("na_values", "nulls", "null"),
		texts("true_values", Cell, "cells that mean true", func(t *T) *StrList { return &at(t).TrueValues }),
		texts("false_values", Cell, "cells that mean false", func(t *T) *StrList { return &at(t).FalseValues }),
		texts("date_format", Cell, "strftime patterns, tried in order", func(t *T) *StrList { return &at(t).DateFormat }).aka("date_formats", "format"),
		text("timezone", Text, "of stamps without a zone", func(t *T) *Str { return &at(t).Timezone }).aka("tz"),
		text("decimal", Cell, "the decimal mark", func(t *T) *Str { return &at(t).Decimal }),
		text("group", Cell, "the mark between groups of digits", func(t *T) *Str { return &at(t).Group }).aka("thousands"),
	}
}

func referenceKind() *Kind {
	return newKind("reference", "Columns whose values are keys of another table.", func(r *Reference) *diag.Place { return &r.Place }, []Field{
		texts("columns", Text, "the columns, in the order of the other table's key", func(r *Reference) *StrList { return &r.Columns }).required().aka("column"),
		text("table", Text, "the other table", func(r *Reference) *Str { return &r.Table }).required().aka("to", "references"),
		text("severity", Text, "whether a miss refuses the batch", func(r *Reference) *Str { return &r.Severity }).only("error", "warn"),
	})
}

func indexKind() *Kind {
	return newKind("index", "One index. A bare value is its column, a list its columns.", func(i *Index) *diag.Place { return &i.Place }, []Field{
		texts("columns", Text, "its columns, in order", func(i *Index) *StrList { return &i.Columns }).required().aka("column"),
		boolean("unique", "whether no two rows may agree", func(i *Index) *Bool { return &i.Unique }),
	}).short("columns")
}
