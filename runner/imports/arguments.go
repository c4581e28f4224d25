package imports

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

// arguments are the kwargs of one expectation, read one after the other. The first fault stands; what nobody asked for is a fault too.
type arguments struct {
	table  Table
	suite  *suite
	kwargs map[string]any
	read   map[string]bool
	notes  []string
	err    error
}

// ignored are kwargs that say how a result is shown, or were used when the suite was made.
var ignored = []string{"result_format", "include_config", "catch_exceptions", "batch_id", "auto", "profiler_config", "meta", "notes", "severity", "description",
	"include_unexpected_rows", "unexpected_index_column_names", "windows", "table"}

func (a *arguments) fail(format string, args ...any) {
	if a.err == nil {
		a.err = fmt.Errorf(format, args...)
	}
}

func (a *arguments) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(a.notes, n) {
		a.notes = append(a.notes, n)
	}
}

// value returns one kwarg with its parameters filled in; a missing one and null are nil. given tells them apart.
func (a *arguments) value(name string) any {
	a.read[name] = true
	return a.filled(name, a.kwargs[name])
}

func (a *arguments) given(name string) bool {
	_, ok := a.kwargs[name]
	return ok
}

// filled puts the values of suite parameters in their places: {"$PARAMETER": name} with a default beside it or in the suite.
func (a *arguments) filled(kwarg string, v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		list, ok := v.([]any)
		if !ok {
			return v
		}
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = a.filled(kwarg, e)
		}
		return out
	}
	name, ok := m["$PARAMETER"].(string)
	if !ok {
		return v
	}
	value, ok := m["$PARAMETER."+name]
	if !ok {
		value, ok = a.suite.parameter(name)
	}
	if n, err := number(strings.TrimSpace(name)); !ok && err == nil {
		value, ok = json.Number(n), true
	}
	if !ok {
		a.fail("%s is the parameter %q, for which the suite holds no value", kwarg, name)
		return nil
	}
	a.note("%s is %s, the value that the suite holds for the parameter %q", kwarg, shown(value), name)
	return value
}

// column is the declared column that a kwarg names.
func (a *arguments) column(kwarg string) *model.Column {
	name, ok := a.value(kwarg).(string)
	if !ok {
		a.fail("%s must be the name of a column", kwarg)
		return &model.Column{}
	}
	return a.named(name)
}

func (a *arguments) named(name string) *model.Column {
	if c := a.table.column(name); c != nil {
		return c
	}
	hint := diag.DidYouMean(name, a.table.columnNames())
	if hint != "" {
		hint = ": " + hint
	}
	a.fail("the table %s declares no column %q%s", a.table.Name, name, hint)
	return &model.Column{}
}

// columns are the declared columns of a list, at least two of them.
func (a *arguments) columns(kwarg string) []*model.Column {
	var out []*model.Column
	for _, name := range a.names(kwarg) {
		out = append(out, a.named(name))
	}
	if len(out) == 0 {
		a.fail("%s names no column", kwarg)
	}
	return out
}

// names are the texts of a list.
func (a *arguments) names(kwarg string) []string {
	list, ok := a.value(kwarg).([]any)
	if !ok {
		a.fail("%s must be a list", kwarg)
	}
	var out []string
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			a.fail("%s holds %s, which is no text", kwarg, shown(v))
			continue
		}
		out = append(out, s)
	}
	return out
}

// list is a list of values; null tells that there is none, which Great Expectations takes for all there are.
func (a *arguments) list(kwarg string) (values []any, null bool) {
	v := a.value(kwarg)
	if v == nil {
		return nil, true
	}
	values, ok := v.([]any)
	if !ok {
		a.fail("%s must be a list, and is %s", kwarg, shown(v))
	}
	return values, false
}

func (a *arguments) boolean(kwarg string, otherwise bool) bool {
	switch v := a.value(kwarg).(type) {
	case nil:
		return otherwise
	case bool:
		return v
	default:
		a.fail("%s must be true or false, and is %s", kwarg, shown(v))
		return otherwise
	}
}

func (a *arguments) string(kwarg string) string {
	v, ok := a.value(kwarg).(string)
	if !ok {
		a.fail("%s must be a text", kwarg)
	}
	return v
}

// word is a text out of a few; the first is meant when there is none.
func (a *arguments) word(kwarg string, words ...string) string {
	switch v := a.value(kwarg).(type) {
	case nil:
		return words[0]
	case string:
		if slices.Contains(words, v) {
			return v
		}
	}
	a.fail("%s is %s: only %s are known", kwarg, shown(a.kwargs[kwarg]), strings.Join(words, ", "))
	return words[0]
}

// number is a number as the rule language writes it; "" when there is none.
func (a *arguments) number(kwarg string) string {
	switch v := a.value(kwarg).(type) {
	case nil:
		return ""
	case json.Number:
		out, err := number(v.String())
		if err != nil {
			a.fail("%s: %v", kwarg, err)
		}
		return out
	default:
		a.fail("%s must be a number, and is %s", kwarg, shown(v))
		return ""
	}
}

// literal is one kwarg as a constant beside a column; "" when there is none.
func (a *arguments) literal(kwarg string, c *model.Column) string {
	v := a.value(kwarg)
	if v == nil || a.err != nil {
		return ""
	}
	out, err := literal(c, v)
	if err != nil {
		a.fail("%s: %v", kwarg, err)
	}
	return out
}

// literals are the values of a list as constants beside a column, each once. Nothing in the column equals null or a value of another
// type; the latter are noted.
func (a *arguments) literals(kwarg string, values []any, c *model.Column) []string {
	var out []string
	for _, v := range values {
		if v == nil || a.err != nil {
			continue
		}
		l, err := literal(c, v)
		var other unlike
		switch {
		case errors.As(err, &other):
			a.note("%s: %v, so no row has it", kwarg, other)
		case err != nil:
			a.fail("%s: %v", kwarg, err)
		case !slices.Contains(out, l):
			out = append(out, l)
		}
	}
	return out
}

// rest faults what was given and not read.
func (a *arguments) rest() {
	for _, name := range slices.Sorted(maps.Keys(a.kwargs)) {
		if !a.read[name] && !slices.Contains(ignored, name) && a.kwargs[name] != nil {
			a.fail("the parameter %s is not known", name)
		}
	}
}
