package expression

import (
	"strings"
	"unicode/utf8"

	"streamflow/runner/model"
)

var arrayArg = []model.Family{model.Array}

// arrayFunctions take arrays of one dimension.
func arrayFunctions() []Function {
	array := []Parameter{{Name: "array", Accepts: arrayArg}}
	texts := []Parameter{{Name: "array", Accepts: arrayArg, Elements: textArg}, textArgument("separator")}
	return []Function{
		{Name: "len", Parameters: array, Result: model.Integer, SQL: `cardinality({0})`, Go: func(a []Datum) Datum { return whole(int64(len(leaves(a[0].([]Datum))))) }, Doc: "number of elements", Example: `len(tags) <= 3`},
		{Name: "first", Parameters: array, Expand: elementAtPlace(0), Doc: "the first element, like `array[0]`; nil without any", Example: `first(tags) == "new"`},
		{Name: "last", Parameters: array, Expand: elementAtPlace(-1), Doc: "the last element, like `array[-1]`; nil without any", Example: `last(tags) != "old"`},
		{Name: "join", Parameters: texts, Result: model.Text, SQL: `(CASE WHEN cardinality({0})::bigint * greatest(char_length({1}), 1) <= 10000000 THEN array_to_string({0}, {1}) END)`, Go: goJoin, Doc: "the texts with the separator between them, nil ones left out", Example: `join(tags, ",") == "new,red"`},
	}
}

func elementAtPlace(place int64) expansion {
	return func(c *checker, _ span, args []*Node) *Node { return c.elementOf(args[0], wholeNode(place)) }
}

func goJoin(a []Datum) Datum {
	elements, separator := leaves(a[0].([]Datum)), a[1].(string)
	if len(elements)*max(utf8.RuneCountInString(separator), 1) > maxReplaced {
		return nil
	}
	var parts []string
	for _, e := range elements {
		if text, ok := e.(string); ok {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, separator)
}
