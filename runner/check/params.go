package check

import (
	"regexp"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

var paramKinds = map[string]model.ParamKind{"": model.StringParam, "string": model.StringParam, "date": model.DateParam,
	"integer": model.IntegerParam, "number": model.NumberParam, "boolean": model.BooleanParam}

// paramName is what ${...} takes for a name.
var paramName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (p *pass) checkParams(pl *pipeline) { pl.model.Params = p.readParams(pl.spec.Params) }

// readParams resolves declared parameters.
func (p *pass) readParams(params spec.Map[*spec.Param]) []model.Param {
	var out []model.Param
	for _, e := range params.Entries {
		kind, ok := paramKinds[e.Value.Type.Value]
		if !ok || !e.Value.Type.Set {
			p.untyped = append(p.untyped, e.Key.Value)
		}
		if !ok {
			words := []string{"string", "date", "integer", "number", "boolean"}
			p.fault("P705", e.Value.Type.Place, diag.DidYouMean(e.Value.Type.Value, words), "parameter %q has the unknown type %q", e.Key.Value, e.Value.Type.Value)
			p.mendName(e.Value.Type, words)
		}
		param := model.Param{Name: e.Key.Value, Kind: kind, Env: e.Value.Env.Value, Origin: e.Key.Place}
		if !paramName.MatchString(param.Name) {
			p.fault("P705", e.Key.Place, "use letters, digits and _", "parameter %q could not be written as ${...}", param.Name)
		}
		if param.Name == "params" || param.Name == "file_name" {
			p.fault("P705", e.Key.Place, "choose another name", "a parameter cannot be called %q", param.Name)
		}
		if e.Value.Type.Set && param.Name == model.AsOf && kind != model.DateParam {
			p.fault("P705", place(e.Value.Type.Place, e.Key.Place), "write as_of: {type: date}", "parameter as_of must be a date")
		}
		if d := e.Value.Default; d.Faulty {
			param.Default = new(string)
		} else if d.Set {
			param.Default = p.fixed(d, "the default of a parameter")
			if param.Default != nil {
				if why := paramFault(kind, *param.Default); why != "" {
					p.fault("P705", d.Place, "", "the default of parameter %q does not hold: %s", param.Name, why)
				}
			} else {
				param.Default = new(string) // it has one, which is reported
			}
		}
		out = append(out, param)
	}
	return out
}

// fixed returns the text of a template that may not hold anything variable.
func (p *pass) fixed(t spec.Templ, what string) *string {
	text := ""
	for _, part := range t.Template {
		if part.Param != "" || part.Env != "" {
			p.fault("R208", t.Place, "write the value itself", "%s is fixed and cannot hold ${...}", what)
			return nil
		}
		text += part.Text
	}
	return &text
}

func (pl *pipeline) param(name string) *model.Param {
	for i := range pl.model.Params {
		if pl.model.Params[i].Name == name {
			return &pl.model.Params[i]
		}
	}
	return nil
}

func (pl *pipeline) paramNames() []string {
	out := make([]string, len(pl.model.Params))
	for i, p := range pl.model.Params {
		out[i] = p.Name
	}
	return out
}

func (p *pass) unknownParam(pl *pipeline, name string, at diag.Place) {
	hint := diag.DidYouMean(name, pl.paramNames())
	if hint == "" {
		hint = "declare it under params:"
	}
	p.fault("R208", at, hint, "parameter %q is not declared in pipeline %q", name, pl.model.Name)
}

func (p *pass) checkPartitions(pl *pipeline) {
	if e := pl.spec.Partitions.Every; e != nil {
		p.checkEvery(pl, e)
		return
	}
	seen := map[string]diag.Place{}
	for _, s := range pl.spec.Partitions.List {
		part := model.Partition{Values: map[string]string{}, Origin: s.Place}
		known := true
		for _, v := range s.Values.Entries {
			known = p.checkPartitionValue(pl, &part, v) && known
		}
		if known { // a name that is not declared is probably one of those that are missing
			p.checkComplete(pl, s)
		}
		key := partitionKey(pl, s, part)
		if first, ok := seen[key]; ok && key != "" {
			p.fault("P706", s.Place, "a partition is one as_of", "this partition is listed twice")
			p.relate(first, "the first one")
		}
		seen[key] = s.Place
		pl.model.Partitions = append(pl.model.Partitions, part)
	}
}

// checkComplete finds parameters that a partition leaves out.
func (p *pass) checkComplete(pl *pipeline, s *spec.Partition) {
	for _, param := range pl.model.Params {
		if !slices.Contains(s.Values.Keys(), param.Name) && param.Default == nil && (param.Name == model.AsOf || pl.listed(param.Name)) {
			p.fault("P706", s.Place, "a parameter that one partition gives, and as_of, is given by every partition", "this partition has no value for %q", param.Name)
		}
	}
}

// partitionKey is what tells partitions apart: their as_of, or without one all their values. It is empty when that is not known.
func partitionKey(pl *pipeline, s *spec.Partition, part model.Partition) string {
	asOf := pl.param(model.AsOf)
	if asOf == nil {
		return strings.Join(valuesInOrder(part.Values), "\x00")
	}
	if asOf.Default == nil || slices.Contains(s.Values.Keys(), model.AsOf) {
		return part.Values[model.AsOf]
	}
	return *asOf.Default
}

// listed tells whether any partition gives a parameter. One that none gives comes with each run.
func (pl *pipeline) listed(param string) bool {
	return slices.ContainsFunc(pl.spec.Partitions.List, func(s *spec.Partition) bool { return slices.Contains(s.Values.Keys(), param) })
}

// checkPartitionValue takes one value of a partition; false when there is no such parameter.
func (p *pass) checkPartitionValue(pl *pipeline, part *model.Partition, v spec.Entry[spec.Templ]) bool {
	param := pl.param(v.Key.Value)
	if param == nil {
		p.unknownParam(pl, v.Key.Value, v.Key.Place)
		p.mendName(v.Key, pl.paramNames())
		return false
	}
	text := p.fixed(v.Value, "a value of a partition")
	if text == nil || !v.Value.Set {
		return true
	}
	if why := paramFault(param.Kind, *text); why != "" {
		p.fault("P706", v.Value.Place, "", "%s: %s", param.Name, why)
		return true
	}
	part.Values[param.Name] = *text
	return true
}

func valuesInOrder(values map[string]string) []string {
	var out []string
	for k, v := range values {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return out
}

func (p *pass) checkEvery(pl *pipeline, e *spec.Every) {
	if pl.param(model.AsOf) == nil {
		p.fault("P706", e.Place, "declare as_of: {type: date} under params:", "a regular series of partitions needs the date parameter as_of")
	}
	if _, err := model.ParseDate(e.From.Value); err != nil && e.From.Set {
		p.fault("P706", e.From.Place, "write from: YYYY-MM-DD", "%v", err)
	}
	for _, param := range pl.model.Params {
		if param.Name != model.AsOf && param.Default == nil && param.Env == "" {
			p.fault("P706", param.Origin, "give it a default, or use ${as_of:%Y-%m} instead", "parameter %q has no value in a regular series of partitions", param.Name)
		}
	}
	pl.model.Every = &model.Every{Unit: e.Unit.Value, From: e.From.Value, Origin: e.Place}
}
