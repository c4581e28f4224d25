package spec

import "streamflow/runner/internal/diag"

// featureKinds are the documents of the feature store.
func featureKinds() []*Kind {
	return []*Kind{entityKind(), featureViewKind(), featureServiceKind(), trainingSetKind()}
}

// aboutFields are what every document of the feature store says to its readers.
func aboutFields[T any](at func(*T) *About) []Field {
	return []Field{
		text("description", Prose, "what it is for", func(t *T) *Str { return &at(t).Description }),
		text("owner", Prose, "who answers for it", func(t *T) *Str { return &at(t).Owner }),
		texts("tags", Text, "words to find it by", func(t *T) *StrList { return &at(t).Tags }),
	}
}

func entityKind() *Kind {
	return newKind("entity", "What features are about: a key.", func(e *Entity) *diag.Place { return &e.Place }, kindField[Entity](), []Field{
		text("name", Text, "its name, unique in the project", func(e *Entity) *Str { return &e.Name }).required(),
	}, aboutFields(func(e *Entity) *About { return &e.About }), []Field{
		named("key", "the column, or columns, that name one of it, each with its type; requests give values in this order", typedKind("key column"),
			func(e *Entity) *Map[*Typed] { return &e.Key }).required().aka("keys", "join_key", "join_keys", "primary_key"),
	})
}

// typedKind is a name with a type.
func typedKind(name string) *Kind {
	return newKind(name, "A name and its type. A bare word is the type.", func(t *Typed) *diag.Place { return &t.Place }, []Field{
		text("type", Text, "a type of Postgres", func(t *Typed) *Str { return &t.Type }).required().aka("dtype", "data_type", "value_type"),
		text("description", Prose, "what it means", func(t *Typed) *Str { return &t.Description }),
	}).short("type")
}

func featureViewKind() *Kind {
	return newKind("feature_view", "Features of an entity, read from one source as they were known at a time.",
		func(v *FeatureView) *diag.Place { return &v.Place }, kindField[FeatureView](), []Field{
			text("name", Text, "its name, unique in the project", func(v *FeatureView) *Str { return &v.Name }).required(),
		}, aboutFields(func(v *FeatureView) *About { return &v.About }), []Field{
			text("entity", Text, "the entity that its features are about", func(v *FeatureView) *Str { return &v.Entity }).required().aka("entities"),
			part("source", "a snapshot, a table of events, or a query: a name, or a mapping", featureSourceKind(),
				func(v *FeatureView) **FeatureSource { return &v.Source }).required().aka("from", "table", "snapshot"),
			namedTexts("keys", "columns of the source that hold the entity's key, where they are called otherwise: {key column: column}",
				func(v *FeatureView) *Map[Str] { return &v.Keys }).aka("join_keys", "field_mapping"),
			text("ttl", Text, "how long a value holds after its time, such as 62d; units h, d, w and mo; for ever when not given",
				func(v *FeatureView) *Str { return &v.TTL }).aka("max_age", "expires"),
			text("join", Text, "what a key without a row in the newest snapshot means: its newest earlier value counts, or nothing; latest when not given",
				func(v *FeatureView) *Str { return &v.Join }).only("latest", "snapshot"),
			some("features", "its features: column names, mappings to rename or describe them, or all for every column of the source beside the key", featureKind(),
				func(v *FeatureView) *[]*Feature { return &v.Features }).required().aka("schema", "columns", "fields"),
			named("derived", "features that are computed from those of the view, by name", derivedKind(),
				func(v *FeatureView) *Map[*Derived] { return &v.Derived }).aka("computed", "transforms"),
			boolean("online", "whether its newest values are kept for serving; true when not given", func(v *FeatureView) *Bool { return &v.Online }),
		})
}

func featureSourceKind() *Kind {
	return newKind("feature source", "Where a view reads. A bare value is the name of a snapshot or of a table.",
		func(s *FeatureSource) *diag.Place { return &s.Place }, []Field{
			text("name", Text, "a snapshot, or a table with an event_time", func(s *FeatureSource) *Str { return &s.Name }).aka("table", "snapshot", "from"),
			text("query", Prose, "rows computed by SQL, such as aggregates over events", func(s *FeatureSource) *Str { return &s.Query }).aka("sql"),
			texts("reads", Text, "the tables and snapshots that the query reads", func(s *FeatureSource) *StrList { return &s.Reads }),
			named("columns", "the columns of the query, each with its type", typedKind("query column"), func(s *FeatureSource) *Map[*Typed] { return &s.Columns }),
			text("event_time", Text, "the column of the query that says when a row happened", func(s *FeatureSource) *Str { return &s.EventTime }).
				aka("timestamp_field", "event_timestamp"),
			text("created_time", Text, "the column of the query that says when a row was written; the later one wins among rows of one time",
				func(s *FeatureSource) *Str { return &s.CreatedTime }).aka("created_timestamp", "created_timestamp_column"),
		}).short("name").oneOf("name", "query")
}

func featureKind() *Kind {
	return newKind("feature", "One feature. A bare value is its name, which is that of its column; the bare word all is every column.",
		func(f *Feature) *diag.Place { return &f.Place }, []Field{
			text("name", Text, "its name", func(f *Feature) *Str { return &f.Name }).required(),
			text("from", Text, "its column in the source, when that is called otherwise", func(f *Feature) *Str { return &f.From }).aka("column", "source"),
			text("type", Text, "its type, to be held against that of the column", func(f *Feature) *Str { return &f.Type }).aka("dtype", "data_type"),
			text("description", Prose, "what it means", func(f *Feature) *Str { return &f.Description }),
			texts("tags", Text, "words to find it by", func(f *Feature) *StrList { return &f.Tags }),
		}).short("name")
}

func derivedKind() *Kind {
	return newKind("derived feature", "A feature that is computed. A bare value is its expression.", func(d *Derived) *diag.Place { return &d.Place }, []Field{
		text("value", Expression, "an expression over other features", func(d *Derived) *Str { return &d.Value }).required().aka("expr", "expression", "rule"),
		text("type", Text, "its type; that of the expression when not given", func(d *Derived) *Str { return &d.Type }).aka("dtype", "data_type"),
		text("description", Prose, "what it means", func(d *Derived) *Str { return &d.Description }),
		texts("tags", Text, "words to find it by", func(d *Derived) *StrList { return &d.Tags }),
	}).short("value")
}

func featureServiceKind() *Kind {
	return newKind("feature_service", "Features of several views, served together under one name.",
		func(s *FeatureService) *diag.Place { return &s.Place }, kindField[FeatureService](), []Field{
			text("name", Text, "its name, unique in the project", func(s *FeatureService) *Str { return &s.Name }).required(),
		}, aboutFields(func(s *FeatureService) *About { return &s.About }), []Field{
			some("features", "what it serves: a view, one feature as VIEW.FEATURE, or a mapping", featureRefKind(),
				func(s *FeatureService) *[]*FeatureRef { return &s.Features }).required().aka("views", "feature_views"),
			named("inputs", "values that come with a request, or from the spine of a training set, each with its type", typedKind("input"),
				func(s *FeatureService) *Map[*Typed] { return &s.Inputs }).aka("request", "params"),
			named("derived", "features that are computed from the others and the inputs, by name", derivedKind(),
				func(s *FeatureService) *Map[*Derived] { return &s.Derived }).aka("computed", "transforms"),
		})
}

func featureRefKind() *Kind {
	return newKind("feature reference", "Features of one view. A bare value is a view, or one feature as VIEW.FEATURE; in a training set also a service.",
		func(r *FeatureRef) *diag.Place { return &r.Place }, []Field{
			text("view", Text, "the view, or one feature of it as VIEW.FEATURE", func(r *FeatureRef) *Str { return &r.View }).required().aka("feature_view", "name", "service"),
			texts("features", Text, "some features of the view; all when not given", func(r *FeatureRef) *StrList { return &r.Features }),
			text("prefix", Text, "what is put before their names, where two views have a feature of one name", func(r *FeatureRef) *Str { return &r.Prefix }).aka("as", "rename"),
		}).short("view")
}

func trainingSetKind() *Kind {
	return newKind("training_set", "Rows to fill, and the features as they were known at the time of each row.",
		func(s *TrainingSet) *diag.Place { return &s.Place }, kindField[TrainingSet](), []Field{
			text("name", Text, "its name, unique in the project", func(s *TrainingSet) *Str { return &s.Name }).required(),
		}, aboutFields(func(s *TrainingSet) *About { return &s.About }), []Field{
			part("spine", "the rows to fill: a snapshot or a table of events, or a mapping", spineKind(),
				func(s *TrainingSet) **Spine { return &s.Spine }).required().aka("entity_df", "rows", "source"),
			texts("label", Text, "the column, or columns, of the spine to learn", func(s *TrainingSet) *StrList { return &s.Label }).aka("target", "targets"),
			texts("keep", Text, "further columns of the spine that go into the result; keys, time, label and inputs always do",
				func(s *TrainingSet) *StrList { return &s.Keep }).aka("passthrough", "carry"),
			text("where", Expression, "only rows of the spine for which this is true", func(s *TrainingSet) *Str { return &s.Where }).aka("filter", "condition"),
			named("params", "parameters that the condition and the output may mention, by name", paramKind(),
				func(s *TrainingSet) *Map[*Param] { return &s.Params }).aka("parameters", "args", "vars"),
			namedTexts("keys", "columns of the spine that hold an entity's key, where they are called otherwise: {key column: column}",
				func(s *TrainingSet) *Map[Str] { return &s.Keys }).aka("join_keys"),
			text("horizon", Text, "how long before the time of its label a row's features are read, such as 1mo; not at all when not given",
				func(s *TrainingSet) *Str { return &s.Horizon }).aka("lookahead", "lag"),
			texts("dates", Cell, "the dates, YYYY-MM-DD, whose rows are taken; all when not given", func(s *TrainingSet) *StrList { return &s.Dates }).aka("as_of", "date"),
			some("features", "what is put beside the rows: a service, a view, one feature as VIEW.FEATURE, or a mapping", featureRefKind(),
				func(s *TrainingSet) *[]*FeatureRef { return &s.Features }).required().aka("service", "feature_service", "views"),
			template("output", "the file to write, .csv or .parquet, relative to the project", func(s *TrainingSet) *Templ { return &s.Output }).aka("path", "file"),
		})
}

func spineKind() *Kind {
	return newKind("spine", "Where rows to fill come from. A bare value is the name of a snapshot or of a table.",
		func(s *Spine) *diag.Place { return &s.Place }, []Field{
			text("name", Text, "a snapshot, or a table with an event_time", func(s *Spine) *Str { return &s.Name }).aka("table", "snapshot", "from"),
			template("path", "a file instead, .csv or .parquet, relative to the project", func(s *Spine) *Templ { return &s.Path }).aka("file", "query"),
			named("columns", "the columns of the file, each with its type", typedKind("file column"), func(s *Spine) *Map[*Typed] { return &s.Columns }),
			text("event_time", Text, "the column of the file that says when a row happened", func(s *Spine) *Str { return &s.EventTime }).
				aka("timestamp_field", "event_timestamp"),
		}).short("name").oneOf("name", "path")
}
