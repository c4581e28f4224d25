package check

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamflow/runner/model"
)

var (
	numberText = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?$`)
	uuidText   = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
)

// literalFault says why a text is no value of a type, or "". It is stricter than Postgres where Postgres would guess ("now", "1/2/3"
// or "inf" as a date) and silent about the types whose texts only Postgres understands.
func literalFault(t model.Type, text string) string {
	switch t.Family {
	case model.Boolean:
		return booleanFault(text)
	case model.Integer:
		return integerFault(t, text)
	case model.Numeric:
		return numericFault(t, text)
	case model.Float:
		if _, err := strconv.ParseFloat(text, t.Bits); err != nil {
			return fmt.Sprintf("%q is not a number that fits %s", text, t.Name)
		}
	case model.Text:
		if n := utf8.RuneCountInString(text); t.Length > 0 && n > t.Length {
			return fmt.Sprintf("%q has %d characters, %s holds %d", text, n, t.Name, t.Length)
		}
	case model.Date:
		if _, err := model.ParseDate(text); err != nil {
			return err.Error()
		}
	case model.Time, model.Timestamp, model.TimestampTZ:
		return clockFault(t, text)
	default:
		return otherFault(t, text)
	}
	return ""
}

func booleanFault(text string) string {
	if !contains(trueValues, strings.ToLower(text)) && !contains(falseValues, strings.ToLower(text)) {
		return fmt.Sprintf("%q is not a boolean: write true or false", text)
	}
	return ""
}

func integerFault(t model.Type, text string) string {
	if _, err := strconv.ParseInt(text, 10, t.Bits); err != nil {
		return fmt.Sprintf("%q is not a whole number that fits %s", text, t.Name)
	}
	return ""
}

func numericFault(t model.Type, text string) string {
	if !numberText.MatchString(text) {
		return fmt.Sprintf("%q is not a number", text)
	}
	if t.Precision == 0 {
		return ""
	}
	n, ok := new(big.Rat).SetString(text)
	limit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Precision-t.Scale)), nil))
	if !ok || new(big.Rat).Abs(n).Cmp(limit) >= 0 {
		return fmt.Sprintf("%q does not fit %s", text, t.Name)
	}
	scaled := new(big.Rat).Mul(n, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil)))
	if !scaled.IsInt() {
		return fmt.Sprintf("%q has more than %d digits after the point, %s would round it", text, t.Scale, t.Name)
	}
	return ""
}

func clockFault(t model.Type, text string) string {
	layouts := []string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"}
	example := "2024-01-31 12:00:00"
	switch t.Family {
	case model.Time:
		layouts, example = []string{"15:04:05", "15:04"}, "12:00:00"
	case model.TimestampTZ:
		example += "+00:00"
		for _, l := range layouts[:4] {
			layouts = append(layouts, l+"Z07:00", l+"Z07")
		}
	}
	for _, l := range layouts {
		if _, err := time.Parse(l, text); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("%q is not a %s: write it as %s", text, t.Family, example)
}

func otherFault(t model.Type, text string) string {
	bad := false
	switch t.Family {
	case model.UUID:
		bad = !uuidText.MatchString(text)
	case model.JSON, model.JSONB:
		bad = !json.Valid([]byte(text))
	case model.Array:
		bad = !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}")
	}
	if bad {
		return fmt.Sprintf("%q is not a value of %s", text, t.Name)
	}
	return ""
}

// paramType is the column type whose values a parameter of a kind takes.
func paramType(k model.ParamKind) model.Type {
	name := map[model.ParamKind]string{model.StringParam: "text", model.DateParam: "date", model.IntegerParam: "bigint",
		model.NumberParam: "numeric", model.BooleanParam: "boolean"}[k]
	t, _ := model.ParseType(name)
	return t
}

// paramFault says why a text is no value of a parameter of a kind, or "".
func paramFault(k model.ParamKind, text string) string {
	if k == model.BooleanParam && text != "true" && text != "false" {
		return fmt.Sprintf("%q is not true or false", text)
	}
	return literalFault(paramType(k), text)
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}
