package spec

import "streamflow/runner/internal/diag"

// About is what a document of the feature store says to its readers.
type About struct {
	Description Str
	Owner       Str
	Tags        StrList
}

// Entity is a document of kind entity: what features are about, named by a key.
type Entity struct {
	About
	Name  Str
	Key   Map[*Typed] // in the order that requests give values in
	Place diag.Place
}

// Typed is a name with a type: a column of a key, of a query or of a file. `name: TYPE` is short for `name: {type: TYPE}`.
type Typed struct {
	Type        Str
	Description Str
	Place       diag.Place
}

// FeatureView is a document of kind feature_view: features of an entity, read from one source.
type FeatureView struct {
	About
	Name     Str
	Entity   Str
	Source   *FeatureSource // nil when not given
	Keys     Map[Str]       // column of the entity's key -> column of the source
	TTL      Str            // a duration
	Join     Str            // latest, snapshot
	Features []*Feature
	Derived  Map[*Derived]
	Online   Bool
	Place    diag.Place
}

// FeatureSource is where a view reads: a snapshot or a table by name, or a query. `source: NAME` is short for `source: {name: NAME}`.
type FeatureSource struct {
	Name        Str
	Query       Str
	Reads       StrList
	Columns     Map[*Typed] // of the query
	EventTime   Str
	CreatedTime Str
	Place       diag.Place
}

// Feature is one feature of a view. A bare name is short for `{name: NAME}`; the bare word all stands for every column.
type Feature struct {
	Name        Str
	From        Str // the column, when it is called otherwise
	Type        Str
	Description Str
	Tags        StrList
	Meant       map[string]bool // keys that were probably meant by unknown ones, which are reported
	Place       diag.Place
}

// Derived is a feature that is computed from others. `name: EXPRESSION` is short for `name: {value: EXPRESSION}`.
type Derived struct {
	Value       Str // an expression
	Type        Str
	Description Str
	Tags        StrList
	Place       diag.Place
}

// FeatureService is a document of kind feature_service: features of several views under one name.
type FeatureService struct {
	About
	Name     Str
	Features []*FeatureRef
	Inputs   Map[*Typed]
	Derived  Map[*Derived]
	Place    diag.Place
}

// FeatureRef names features of a view. `VIEW` and `VIEW.FEATURE` are short for `{view: ...}`; in a training set the name may be that of
// a service.
type FeatureRef struct {
	View     Str
	Features StrList
	Prefix   Str
	Place    diag.Place
}

// TrainingSet is a document of kind training_set: rows to fill, and the features to fill them with.
type TrainingSet struct {
	About
	Name     Str
	Spine    *Spine // nil when not given
	Label    StrList
	Keep     StrList
	Where    Str // an expression
	Params   Map[*Param]
	Keys     Map[Str] // column of an entity's key -> column of the spine
	Horizon  Str      // a duration
	Dates    StrList
	Features []*FeatureRef
	Output   Templ
	Place    diag.Place
}

// Spine is where the rows of a training set come from: a snapshot or a table by name, or a file. `spine: NAME` is short for
// `spine: {name: NAME}`.
type Spine struct {
	Name      Str
	Path      Templ
	Columns   Map[*Typed] // of the file
	EventTime Str
	Place     diag.Place
}

// featureDocuments lists the documents of the feature store, kind by kind.
func (t *Tree) featureDocuments() []Document {
	var out []Document
	for _, d := range t.Entities {
		out = append(out, Document{"entity", d.Name, d.Place})
	}
	for _, d := range t.FeatureViews {
		out = append(out, Document{"feature_view", d.Name, d.Place})
	}
	for _, d := range t.FeatureServices {
		out = append(out, Document{"feature_service", d.Name, d.Place})
	}
	for _, d := range t.TrainingSets {
		out = append(out, Document{"training_set", d.Name, d.Place})
	}
	return out
}
