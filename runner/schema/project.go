package schema

import (
	"regexp"
	"slices"
	"strings"

	"streamflow/runner/spec"
)

// Names are what the specs of a project declare. A name from another folder must be one of those: a typing error is marked as it is made.
// Names from the same document, or the same folder, are offered only, because a new one is often used before it is declared, and
// before the schema is written again.
type Names struct {
	tables    []named
	snapshots []named
	pipelines []named
	byKind    map[spec.Names][]string
	complete  bool
}

// named is a name with the names that belong to it: columns, or parameters.
type named struct {
	name  string
	parts []string
}

// NamesOf collects the names of a project. When it is not complete, because some file could not be read, names are offered only.
func NamesOf(tree *spec.Tree, complete bool) *Names {
	n := &Names{byKind: map[spec.Names][]string{}, complete: complete}
	for _, p := range tree.Pipelines {
		n.pipelines = append(n.pipelines, named{p.Name.Value, p.Params.Keys()})
		for _, t := range p.Tables.Entries {
			n.tables = append(n.tables, named{t.Key.Value, t.Value.Columns.Keys()})
			n.add(spec.TableNames, t.Key.Value)
			if t.Value.EventTime.Set {
				n.add(spec.SourceNames, t.Key.Value)
			}
		}
	}
	for _, p := range tree.Pipelines {
		for _, s := range p.Snapshots.Entries {
			n.snapshots = append(n.snapshots, named{s.Key.Value, n.columns(s.Value.From.Value)})
			n.add(spec.SnapshotNames, s.Key.Value)
			n.add(spec.SourceNames, s.Key.Value)
		}
	}
	for _, e := range tree.Expectations {
		n.add(spec.ExpectationFiles, e.Place.File)
	}
	n.features(tree)
	for kind := range n.byKind {
		slices.Sort(n.byKind[kind])
		n.byKind[kind] = slices.Compact(n.byKind[kind])
	}
	return n
}

func (n *Names) add(kind spec.Names, name string) {
	if name != "" {
		n.byKind[kind] = append(n.byKind[kind], name)
	}
}

// columns returns those of a table.
func (n *Names) columns(table string) []string {
	for _, t := range n.tables {
		if t.name == table {
			return t.parts
		}
	}
	return nil
}

// elsewhere are the keys whose names are declared in another folder than the one they stand in.
var elsewhere = []string{"expectations.table", "expectations.snapshot", "expectations.training_set", "test case.table", "test case.feature_view",
	"pipeline.materialize", "feature source.name"}

// offer adds the names that a key may take to the schema of its value.
func (n *Names) offer(value object, k *spec.Kind, f spec.Field) object {
	if n == nil || f.Names == spec.NoNames || f.Names == spec.ColumnNames {
		return value
	}
	names := n.byKind[f.Names]
	switch {
	case len(names) == 0:
		return value
	case n.complete && !slices.ContainsFunc(names, unlikeText) && slices.Contains(elsewhere, k.Name+"."+f.Name):
		return object{{"enum", names}}
	}
	return suggested(names, value)
}

// unlikeText tells of names that YAML does not read as text where they are not quoted: as one of a list they would be refused.
func unlikeText(name string) bool {
	return !wordLike.MatchString(name) || slices.Contains([]string{"true", "false", "null"}, strings.ToLower(name))
}

var wordLike = regexp.MustCompile(`^[\pL_][\pL\d_.-]*$`)

// suggested offers names and takes anything that value takes.
func suggested(names []string, value object) object {
	return object{{"anyOf", []any{object{{"enum", names}}, value}}}
}

// partitions offers each pipeline its parameters where the values of a partition stand.
func (n *Names) partitions() (out []any) {
	if n == nil {
		return nil
	}
	for _, p := range n.pipelines {
		if len(p.parts) == 0 || p.name == "" {
			continue
		}
		out = append(out, object{
			{"if", object{{"properties", object{{"name", object{{"const", p.name}}}}}}},
			{"then", object{{"properties", object{{"partitions", object{{"items", object{{"properties", keys(p.parts)}}}}}}}}},
		})
	}
	return out
}

// keys are properties that may hold anything.
func keys(names []string) object {
	out := object{}
	for _, name := range names {
		out = out.with(name, object{})
	}
	return out
}

// named offers, for each table and snapshot that is declared, its own columns where they are named.
func (w *writer) named(k *spec.Kind, f spec.Field, one object) object {
	if w.names == nil || k.Name != "pipeline" || f.Kind == nil {
		return nil
	}
	declared := map[string][]named{"tables": w.names.tables, "snapshots": w.names.snapshots}[f.Name]
	properties := object{}
	for _, d := range declared {
		if own := columnKeys(f.Kind, d.parts); own != nil {
			properties = properties.with(d.name, object{{"allOf", []any{one, own}}})
		}
	}
	if len(properties) == 0 {
		return nil
	}
	return object{{"properties", properties}}
}

// columnKeys offers columns behind those keys of a kind that name some.
func columnKeys(k *spec.Kind, columns []string) object {
	if len(columns) == 0 {
		return nil
	}
	properties := object{}
	for _, f := range k.Fields {
		key := suggested(columns, object{})
		switch {
		case f.State == spec.Refused:
			continue
		case f.Names == spec.ColumnNames && f.Kind == nil && f.Form == spec.OneOrMany:
			key = key.with("items", suggested(columns, object{}))
		case f.Names == spec.ColumnNames && f.Kind == nil:
		case f.Shape == spec.Links:
			key = object{{"properties", keys(columns)}, {"items", columnKeys(f.Kind, columns)}}
		case f.Names == spec.ColumnNames:
			inner := append(columnKeys(f.Kind, columns), key...)
			key = inner.with("items", append(inner, member{"items", suggested(columns, object{})}))
		default:
			continue
		}
		properties = append(properties, member{f.Name, key})
	}
	if len(properties) == 0 {
		return nil
	}
	return object{{"properties", properties}}
}

// featuresOf are those that a view lists; of one that takes all they are the columns of its source that are no keys of its entity.
func (n *Names) featuresOf(v *spec.FeatureView, keys []string) (out []string) {
	for _, f := range v.Features {
		if f.Name.Value != "all" || f.From.Set || v.Source == nil {
			out = append(out, f.Name.Value)
			continue
		}
		for _, source := range append(slices.Clone(n.tables), n.snapshots...) {
			if source.name == v.Source.Name.Value {
				out = append(out, slices.DeleteFunc(slices.Clone(source.parts), func(c string) bool { return slices.Contains(keys, c) })...)
			}
		}
	}
	return out
}

// features collects the names of the feature store.
func (n *Names) features(tree *spec.Tree) {
	keys := map[string][]string{}
	for _, e := range tree.Entities {
		keys[e.Name.Value] = e.Key.Keys()
		n.add(spec.EntityNames, e.Name.Value)
	}
	for _, v := range tree.FeatureViews {
		n.add(spec.ViewNames, v.Name.Value)
		n.add(spec.OfferNames, v.Name.Value)
		for _, feature := range n.featuresOf(v, keys[v.Entity.Value]) {
			n.add(spec.OfferNames, v.Name.Value+"."+feature)
		}
		for _, name := range v.Derived.Keys() {
			n.add(spec.OfferNames, v.Name.Value+"."+name)
		}
	}
	for _, s := range tree.FeatureServices {
		n.add(spec.OfferNames, s.Name.Value)
	}
	for _, t := range tree.TrainingSets {
		n.add(spec.TrainingSetNames, t.Name.Value)
	}
}
