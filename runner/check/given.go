package check

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"streamflow/runner/expression"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// givenRow reads a row written by hand as values of the columns of its table. What is no value is reported and NULL.
func (p *pass) givenRow(t *table, r spec.Row) expression.Row {
	out := expression.Row{}
	for _, cell := range r.Cells {
		c := p.column(t, cell.Key)
		if c == nil || c.Type.Family == model.NoFamily {
			continue
		}
		d, why, hint := givenValue(c.Type, cell.Value)
		if why != "" {
			p.fault("X461", cell.Value.Place, hint, "column %q: %s", c.Name, why)
			continue
		}
		out[c.Name] = d
	}
	return out
}

func (p *pass) givenRows(t *table, rows []spec.Row) []expression.Row {
	out := make([]expression.Row, len(rows))
	for i, r := range rows {
		out[i] = p.givenRow(t, r)
	}
	return out
}

var (
	octalLike = regexp.MustCompile(`^[-+]?0[0-9]`)
	notFinite = map[string]string{"nan": ".nan", "inf": ".inf or -.inf", "infinity": ".inf or -.inf"} // as YAML writes them
	yesNo     = map[string]string{"yes": "true", "y": "true", "on": "true", "t": "true", "1": "true", "no": "false", "n": "false", "off": "false", "f": "false", "0": "false"}
)

// givenValue reads a value of a type as strictly as it is written: text in quotes is no number, 1 is not true, and a number that its column
// would round is refused. It returns why it is none, and what to write instead.
func givenValue(t model.Type, l spec.Literal) (d expression.Datum, why, hint string) {
	text := l.Text.Value
	switch {
	case l.Kind == spec.NoValue:
		return nil, "", ""
	case t.Family == model.Array && l.Kind == spec.ListValue:
		return givenArray(*t.Elem, l)
	case t.Family == model.JSONB && l.Kind != spec.TextValue:
		text = jsonOf(l)
	case l.Kind == spec.ListValue || l.Kind == spec.ObjectValue:
		return nil, "a list or mapping is no value of " + t.Name, ""
	case isNumeric(t) && l.Kind != spec.NumberValue:
		if l.Text.Quoted && literalFault(t, text) == "" {
			hint = "write it without quotes"
		}
		if special := notFinite[strings.ToLower(strings.TrimLeft(text, "+-"))]; special != "" && t.Family != model.Integer {
			hint = "write " + special
		}
		return nil, fmt.Sprintf("%q is not a number", text), hint
	case isNumeric(t) && octalLike.MatchString(text):
		return nil, text + " is octal to YAML", "write it without the 0 in front"
	case t.Family == model.Boolean && l.Kind != spec.TruthValue:
		if word := yesNo[strings.ToLower(text)]; word != "" {
			hint = "write " + word
		}
		return nil, fmt.Sprintf("%q is not true or false", text), hint
	}
	if isNumeric(t) && strings.Trim(strings.ToLower(text), "+-.") == "inf" && t.Family != model.Integer || strings.EqualFold(text, ".nan") {
		text = strings.ReplaceAll(text, ".", "") // YAML writes them with a point
	} else if why := literalFault(t, text); why != "" {
		return nil, why, ""
	}
	d, err := expression.ParseDatum(text, t)
	if err != nil {
		return nil, err.Error(), ""
	}
	return d, "", ""
}

func isNumeric(t model.Type) bool {
	return t.Family == model.Integer || t.Family == model.Numeric || t.Family == model.Float
}

func givenArray(elem model.Type, l spec.Literal) (expression.Datum, string, string) {
	out := make([]expression.Datum, len(l.Items))
	for i, item := range l.Items {
		if item.Kind == spec.ListValue {
			inner, why, hint := givenArray(elem, item)
			if why != "" {
				return nil, why, hint
			}
			out[i] = inner
			continue
		}
		d, why, hint := givenValue(elem, item)
		if why != "" {
			return nil, fmt.Sprintf("element %d: %s", i+1, why), hint
		}
		out[i] = d
	}
	return out, "", ""
}

// jsonOf is the JSON that a YAML value stands for.
func jsonOf(l spec.Literal) string {
	var parts []string
	switch l.Kind {
	case spec.NumberValue, spec.TruthValue:
		return strings.ToLower(l.Text.Value)
	case spec.TextValue:
		text, _ := json.Marshal(l.Text.Value)
		return string(text)
	case spec.ListValue:
		for _, item := range l.Items {
			parts = append(parts, jsonOf(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case spec.ObjectValue:
		for _, f := range l.Fields {
			key, _ := json.Marshal(f.Key.Value)
			parts = append(parts, string(key)+": "+jsonOf(f.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "null"
}

// givenParams are the values of parameters that an example or a test gives, beside the fixed defaults of the pipeline.
func (p *pass) givenParams(pl *pipeline, given spec.Map[spec.Str]) map[string]expression.Datum {
	out := map[string]expression.Datum{}
	for _, param := range pl.model.Params {
		if param.Default != nil {
			p.setParam(out, param, *param.Default, diag.Place{})
		}
	}
	for _, e := range given.Entries {
		param := pl.param(e.Key.Value)
		if param == nil {
			p.unknownParam(pl, e.Key.Value, e.Key.Place)
			p.mendName(e.Key, pl.paramNames())
		} else if e.Value.Set {
			p.setParam(out, *param, e.Value.Value, e.Value.Place)
		}
	}
	return out
}

// setParam reads the value of a parameter. Without a place it was judged elsewhere already.
func (p *pass) setParam(out map[string]expression.Datum, param model.Param, text string, at diag.Place) {
	if why := paramFault(param.Kind, text); why != "" {
		if at.Line > 0 {
			p.fault("X461", at, "", "parameter %q: %s", param.Name, why)
		}
		out[param.Name] = nil // it has a value, if a wrong one
		return
	}
	if d, err := expression.ParseDatum(text, paramType(param.Kind)); err == nil {
		out[param.Name] = d
	}
}

// newest are the parameters of the newest partition that a pipeline lists: that of the greatest as_of, or the last one. A regular series
// has its first date.
func (pl *pipeline) newest() map[string]string {
	out := map[string]string{}
	for _, part := range pl.model.Partitions {
		if out[model.AsOf] <= part.Values[model.AsOf] {
			out = part.Values
		}
	}
	if e := pl.model.Every; e != nil {
		return map[string]string{model.AsOf: e.From}
	}
	return out
}
