package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// Selection is the set of parameters of one run.
type Selection struct {
	Values    map[string]string
	AsOf      string // "" for a pipeline without one
	Partition string // the as_of, or all parameters as text; "" when there are none
	Notes     []string
	Idle      bool // nothing was asked for and every partition is done
}

// Literals returns the parameters as typed SQL values, for the marks in rules.
func (s Selection) Literals(params []model.Param) map[string]pgsql.Frag {
	types := map[model.ParamKind]pgsql.Frag{model.StringParam: "text", model.DateParam: "date", model.IntegerParam: "bigint",
		model.NumberParam: "numeric", model.BooleanParam: "boolean"}
	out := map[string]pgsql.Frag{model.PartitionColumn: pgsql.Typed(s.Partition, "text")}
	for _, p := range params {
		if v, ok := s.Values[p.Name]; ok {
			out[p.Name] = pgsql.Typed(v, types[p.Kind])
		}
	}
	return out
}

// Select chooses the partition of a run. Given values pick it and it supplies the others; a value that belongs to another
// partition is refused; a value that belongs to none is taken, with a note. When nothing given speaks of partitions it is the
// oldest one that done does not hold. today bounds an endless series.
func Select(pl *model.Pipeline, given map[string]string, done map[string]bool, today string) (Selection, diag.List) {
	faults := checkGiven(pl, given)
	if faults.HasErrors() {
		return Selection{}, faults
	}
	partitions := expand(pl, given, today)
	picking := maps.Clone(given)
	maps.DeleteFunc(picking, func(name, _ string) bool {
		return !slices.ContainsFunc(partitions, func(p model.Partition) bool { return hasValue(p, name) })
	})
	if len(picking) == 0 && len(partitions) > 0 {
		return oldest(pl, partitions, given, done)
	}
	sel := Selection{Values: map[string]string{}}
	if len(partitions) > 0 {
		values, notes, fault := matchPartition(pl, partitions, picking)
		if fault != nil {
			return Selection{}, diag.List{*fault}
		}
		sel.Values, sel.Notes = values, notes
	}
	for k, v := range given {
		sel.Values[k] = v
	}
	return complete(pl, sel)
}

func hasValue(p model.Partition, name string) bool {
	_, ok := p.Values[name]
	return ok
}

func checkGiven(pl *model.Pipeline, given map[string]string) diag.List {
	var faults diag.List
	names := make([]string, len(pl.Params))
	for i, p := range pl.Params {
		names[i] = p.Name
		if v, ok := given[p.Name]; ok {
			if err := checkValue(p, v); err != nil {
				faults.Add(diag.Diagnostic{Message: fmt.Sprintf("parameter %s: %v", p.Name, err)})
			}
		}
	}
	for _, name := range sortedKeys(given) {
		if slices.Contains(names, name) {
			continue
		}
		hint := diag.DidYouMean(name, names)
		if hint == "" {
			hint = "its parameters are " + strings.Join(names, ", ")
		}
		faults.Add(diag.Diagnostic{Message: fmt.Sprintf("pipeline %q has no parameter %q", pl.Name, name), Hint: hint})
	}
	return faults
}

// checkValue tells what is wrong with the text of a parameter.
func checkValue(p model.Param, v string) error {
	switch p.Kind {
	case model.DateParam:
		_, err := model.ParseDate(v)
		return err
	case model.IntegerParam:
		if _, err := strconv.ParseInt(v, 10, 64); err != nil {
			return fmt.Errorf("%q is not an integer", v)
		}
	case model.NumberParam:
		if _, err := strconv.ParseFloat(v, 64); err != nil || strings.ContainsAny(v, "xXnNiI_") {
			return fmt.Errorf("%q is not a number", v)
		}
	case model.BooleanParam:
		if v != "true" && v != "false" {
			return fmt.Errorf("%q is not true or false", v)
		}
	}
	return nil
}

// expand returns the listed partitions, or those of the series up to today and up to a given as_of.
func expand(pl *model.Pipeline, given map[string]string, today string) []model.Partition {
	if pl.Every == nil {
		return pl.Partitions
	}
	last := max(today, given[model.AsOf])
	var out []model.Partition
	for n := 0; n < 100000; n++ {
		date, err := pl.Every.At(n)
		if err != nil || date > last {
			break
		}
		out = append(out, model.Partition{Values: map[string]string{model.AsOf: date}, Origin: pl.Every.Origin})
	}
	return out
}

// oldest takes the first partition that is not done. The given values belong to no partition and go with any of them.
func oldest(pl *model.Pipeline, partitions []model.Partition, given map[string]string, done map[string]bool) (Selection, diag.List) {
	for _, p := range partitions {
		values := maps.Clone(p.Values)
		maps.Copy(values, given)
		sel, faults := complete(pl, Selection{Values: values})
		if faults.HasErrors() {
			return sel, faults
		}
		if !done[sel.Partition] {
			what := "parameters"
			if len(given) > 0 {
				what = "partition"
			}
			sel.Notes = append(sel.Notes, fmt.Sprintf("no %s given: %s is the oldest partition not done", what, label(p.Values)))
			return sel, nil
		}
	}
	first, last := partitions[0].Values, partitions[len(partitions)-1].Values
	return Selection{Idle: true, Notes: []string{fmt.Sprintf("every partition is done, from %s to %s: name one with -p to apply it again",
		label(first), label(last))}}, nil
}

// Partitions returns the declared partitions of a pipeline, of an endless series those up to today.
func Partitions(pl *model.Pipeline, today string) []model.Partition { return expand(pl, nil, today) }
