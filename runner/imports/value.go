package imports

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// stamps are the ways to write a date or a time that dateutil, the parser of Great Expectations, reads in one way only. The time of day
// may be missing.
var stamps = []string{
	"2006-01-02", "2006-1-2", "2006/1/2", "20060102", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "2 Jan 2006", "2 January 2006",
}

var clocks = []string{"", " 15:04", " 15:04:05", "T15:04", "T15:04:05", " 15:04Z07:00", " 15:04:05Z07:00", "T15:04Z07:00", "T15:04:05Z07:00"}

// stamp reads a date or a time; zoned tells whether it names its zone. Digits after the second are read too.
func stamp(text string) (at time.Time, zoned, ok bool) {
	text = strings.TrimSpace(text)
	for _, day := range stamps {
		for _, clock := range clocks {
			if at, err := time.Parse(day+clock, text); err == nil {
				return at.UTC(), strings.HasSuffix(clock, "07:00"), true
			}
		}
	}
	return time.Time{}, false, false
}

// unlike is the reason why a value has no place beside a column.
type unlike struct{ reason string }

func (u unlike) Error() string { return u.reason }

// literal writes a value of the suite as a constant that is compared with a column. The error is unlike when the value is of another
// type, so that it equals nothing in the column.
func literal(c *model.Column, v any) (string, error) {
	switch c.Type.Family {
	case model.Integer, model.Numeric, model.Float:
		if n, ok := v.(json.Number); ok {
			return number(n.String())
		}
	case model.Boolean:
		switch v {
		case true, json.Number("1"):
			return "true", nil
		case false, json.Number("0"):
			return "false", nil
		}
	case model.Date, model.Timestamp, model.TimestampTZ:
		if s, ok := v.(string); ok {
			return moment(c, s)
		}
	case model.Text, model.UUID:
		if s, ok := v.(string); ok && c.Type.Name == timeAsText {
			return momentText(c, s)
		} else if ok {
			return text(s), nil
		}
	default:
		return "", fmt.Errorf("values of type %s are compared with no constant", c.Type.Name)
	}
	return "", unlike{fmt.Sprintf("%s is no value for %s, which is %s", shown(v), c.Name, c.Type.Name)}
}

// sane are numbers of a length and size that can be written out.
var sane = regexp.MustCompile(`^[-+]?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]{1,2})?$`)

// exact reads a decimal.
func exact(s string) (*big.Rat, bool) {
	if len(s) > 300 || !sane.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// number writes a decimal as the rule language reads it, every digit kept.
func number(s string) (string, error) {
	r, ok := exact(s)
	if !ok {
		return "", fmt.Errorf("%s is not a number that is read here", s)
	}
	if r.IsInt() {
		out := r.Num().String()
		if !r.Num().IsInt64() {
			out += ".0"
		}
		return out, nil
	}
	places, _ := r.FloatPrec()
	return r.FloatString(places), nil
}

// moment writes a date. A time of the day has no constant in the rule language; of a timestamp, only midnight is written.
func moment(c *model.Column, s string) (string, error) {
	at, zoned, ok := stamp(s)
	switch {
	case !ok:
		return "", fmt.Errorf("%s is not read as a date here: write it as YYYY-MM-DD", shown(s))
	case zoned && c.Type.Family == model.Timestamp:
		return "", fmt.Errorf("%s has a time zone, and %s has none", shown(s), c.Name)
	case at.Equal(at.Truncate(24 * time.Hour)):
		return `date("` + at.Format("2006-01-02") + `")`, nil
	case c.Type.Family == model.Date:
		return "", unlike{fmt.Sprintf("%s has a time of the day, and %s is a date", shown(s), c.Name)}
	}
	return "", fmt.Errorf("a time of the day is no constant of a rule: %s", shown(s))
}

// timeAsText is the type of a column of times that is compared as text: the rule language has constants for dates only.
const timeAsText = "time as text"

// timed is how a column is written beside some values, and what they are compared with: a time that is compared with a time of the day is
// taken as text, which has the order of times.
func timed(c *model.Column, x string, values ...any) (string, *model.Column) {
	if c.Type.Family != model.Timestamp && c.Type.Family != model.TimestampTZ {
		return x, c
	}
	for _, v := range values {
		if s, ok := v.(string); ok {
			if at, _, ok := stamp(s); ok && !at.Equal(at.Truncate(24*time.Hour)) {
				return "text(" + x + ")", &model.Column{Name: c.Name, Type: model.Type{Name: timeAsText, Family: model.Text, Elem: &c.Type}, Nullable: c.Nullable}
			}
		}
	}
	return x, c
}

// momentText writes a time as text() does.
func momentText(c *model.Column, s string) (string, error) {
	at, zoned, ok := stamp(s)
	switch {
	case !ok:
		return "", fmt.Errorf("%s is not read as a time here: write it as YYYY-MM-DD HH:MM:SS", shown(s))
	case zoned && c.Type.Elem.Family == model.Timestamp:
		return "", fmt.Errorf("%s has a time zone, and %s has none", shown(s), c.Name)
	}
	return text(at.Format("2006-01-02 15:04:05.999999")), nil
}

// text writes a text, in backquotes where that spares it backslashes.
func text(s string) string {
	if strings.Contains(s, `\`) && strconv.CanBackquote(s) && !strings.Contains(s, "\t") {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// shown is a value as the suite has it.
func shown(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(out)
}

// spelled is a column as a rule writes it.
func spelled(c *model.Column) string { return expression.Spelling(c.Name) }
