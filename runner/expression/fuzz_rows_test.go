package expression_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/expression"
	"streamflow/runner/model"
)

// columnTypes are the columns of the random rows. Those of the second line are what the examples of functions mention.
var columnTypes = map[string]string{
	"i": "integer", "s": "smallint", "l": "bigint", "n": "numeric", "m": "numeric(10,2)", "k": "numeric(30,10)", "f": "double precision", "g": "real", "t": "text", "u": "varchar(20)", "c": "char(5)", "b": "boolean", "p": "boolean",
	"code": "text", "amount": "numeric", "count": "integer", "day": "date", "at": "timestamp", "seen": "timestamptz", "info": "jsonb", "tags": "text[]",
	"d": "date", "e": "date", "ts": "timestamp", "tz": "timestamptz", "tm": "time", "id": "uuid", "other": "uuid", "jb": "jsonb", "a": "text[]", "2B": "integer", "iv": "interval", "ia": "integer[]", "na": "numeric[]", "fa": "double precision[]",
}

var columnOrder = strings.Fields("i s l n m k f g t u c b p code amount count day at seen info tags d e ts tz tm id other jb a 2B iv ia na fa")

func fuzzEnv(t testing.TB) expression.Env {
	t.Helper()
	out := expression.Env{Params: env(t).Params}
	for _, name := range columnOrder {
		out.Columns = append(out.Columns, expression.Column{Name: name, Type: typ(t, columnTypes[name]), Nullable: true})
	}
	return out
}

// edges are the values of a family that something is likely to get wrong.
var edges = map[model.Family][]string{
	model.Boolean: {"true", "false"},
	model.Integer: {"0", "1", "-1", "2", "3", "7", "10", "-32768", "32767"},
	model.Numeric: {"0", "0.00", "1", "1.0", "1.50", "-0.5", "2.5", "-2.5", "0.005", "99999999.99", "-99999999.99", "1000000", "3", "12345.678", "0.1", "NaN"},
	model.Float:   {"0", "-0", "1", "0.1", "-2.5", "2.5", "1e15", "123456", "1234567", "1e-5", "0.0001", "16777217", "Infinity", "-Infinity", "NaN", "3.4e38", "1e-45"},
	model.Text: {"", "a", "A", "b", "ab", "ba", "é", "É", "ß", "e\u0301", "😀", "a😀b", " ", " x ", "\n", "a\nb", "\t", "\u00a0", "\u3000x", "a,b", ",", "%", "_", "a_b", "\\", "'", "\"", "{", "0", "12", "-1.5e3", "1e99", "1e999", ".5", "5.", "+7", "007", "NaN", "Infinity", "true", "false", "null",
		"2024-02-29", "2023-02-29", "0000-01-01", "9999-12-31", "2024-1-1", "29.02.2024", "20240229", "24-060", "29 Feb 2024", "2024-02-29 12:00:00", "2024-02-29T12:00:00Z", "north", "user@example.com", "http://example.com/a?b=1", "127.0.0.1", "::1", "00000000-0000-0000-0000-000000000001", `{"a": 1}`, "[1]"},
	model.Date:        {"2024-01-31", "2024-02-28", "2024-02-29", "2023-02-28", "2024-03-31", "2024-12-31", "2000-02-29", "1900-02-28", "1999-12-31", "1970-01-01", "0001-01-01", "0001-01-01 BC", "4713-01-01 BC", "9999-12-31", "5874897-12-31", "infinity", "-infinity"},
	model.Timestamp:   {"2024-01-31 00:00:00", "2024-02-29 23:59:59.999999", "2024-02-29 12:30:00.5", "1969-12-31 23:59:59.999999", "0001-01-01 00:00:00", "4713-01-01 00:00:00 BC", "294276-12-31 23:59:59.999999", "infinity", "-infinity", "1999-12-31 01:02:03"},
	model.TimestampTZ: {"2024-01-31 00:00:00+00", "2024-02-29 23:59:59.999999+00", "2024-02-29 12:30:00.5+00", "1969-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00", "4713-01-02 00:00:00+00 BC", "294276-12-31 23:59:59.999999+00", "infinity", "-infinity"},
	model.Time:        {"00:00:00", "23:59:59.999999", "12:30:00", "24:00:00", "12:30:00.5"},
	model.Interval:    {"00:00:00", "1 day", "24:00:00", "1 mon", "30 days", "-1 days", "1 year 2 mons -3 days +04:05:06.789", "-00:00:00.000001", "360 days", "1 year", "100:00:00"},
	model.UUID:        {"00000000-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff", "0000000a-0000-0000-0000-00000000000b"},
	model.JSONB: {"null", "true", "false", "0", "1", "1.0", "1.50", "-2", "1e3", "1e-7", "\"a\"", "\"\"", "\"12\"", "\"é😀\"", "\"true\"", "[]", "{}", "[1, 2.0, \"a\", null]", "{\"a\": 1}", "{\"a\": null}", "{\"a\": \"a\", \"b\": [1, {\"a\": true}]}", "{\"a\": {\"a\": 2.50}}", "{\"b\": false}", "[[1]]", "{\"bb\": 1, \"a\": 2, \"é\": \"\\n\\u0001\"}",
		"{\"a\": 1e400}", "{\"a\": 123456789012345678901234567890.123}", "\"2024-02-29\"", "{\"a\": [true, \"x\"]}", "{\"size\": 5, \"a\": {\"b\": \"12\"}, \"b\": [1, 2]}"},
	model.Array: {"{}", "{a}", "{a,b}", "{a,NULL}", "{NULL}", `{"a b","",é}`, `{"a\"b","c\\d","{x}"}`, "{😀,a,a}", `{"NULL",null}`, "{12,x,%}", "{{a,b},{c,d}}"},
}

// wide are values that only wide columns hold.
var wide = map[string][]string{
	"integer": {"2147483647", "-2147483648", "1000000"}, "bigint": {"9223372036854775807", "-9223372036854775808", "2147483648", "1000000000000"},
	"numeric":          {"1e1000", "-1e1000", "1e1200", "-1e1200", "1e-1000", "1e-16000", "123456789012345678901234567890.1234567890123456789", "Infinity", "-Infinity", "1e131000", "1.00000000000000000000000000000000001", "0.99999999999999999999"},
	"numeric[]":        {"{}", "{1.0,1}", "{0.5,NULL}", "{1.50,-2.5,1e20}", "{NULL}", "{NaN,1}", "{Infinity,2}"},
	"double precision": {"1.7976931348623157e308", "-1.7976931348623157e308", "5e-324", "1e300", "0.30000000000000004", "9007199254740993", "2.2250738585072014e-308"}, "real": {"3.4028235e38", "1.1754944e-38", "0.30000001"},
	"integer[]": {"{}", "{1}", "{1,2}", "{2,NULL,-1}", "{3,2,2,0}", "{NULL}", "{2147483647,-2147483648}", "[5:6]={3,1}"}, "double precision[]": {"{}", "{0.1}", "{NaN,1}", "{Infinity,-0,NULL}", "{1e300,5e-324,2.5}", "[-1:0]={2,3}"},
}

// valuesOf are the values at the edges of a type, as far as they fit.
func valuesOf(t model.Type) []string {
	out := append(slices.Clone(edges[t.Family]), wide[t.Name]...)
	if t.Family == model.Array && t.Elem.Family != model.Text {
		return wide[t.Name]
	}
	for i, text := range out {
		if runes := []rune(text); t.Length > 0 && len(runes) > t.Length {
			out[i] = string(runes[:t.Length])
		}
	}
	return out
}

// randomRow gives each column a value at an edge, a random one, or none.
func randomRow(r *rand.Rand) map[string]string {
	out := map[string]string{}
	for _, name := range columnOrder {
		t, _ := model.ParseType(columnTypes[name])
		if r.IntN(8) == 0 {
			continue
		}
		values := valuesOf(t)
		text := values[r.IntN(len(values))]
		if r.IntN(3) == 0 {
			text = randomValue(r, t)
		}
		out[name] = text
	}
	return out
}

func randomValue(r *rand.Rand, t model.Type) string {
	switch t.Family {
	case model.Boolean:
		return fmt.Sprint(r.IntN(2) == 0)
	case model.Integer:
		return fmt.Sprint(r.IntN(41) - 20)
	case model.Numeric:
		return fmt.Sprintf("%d.%0*d", r.IntN(20001)-10000, 1+r.IntN(2), r.IntN(10))
	case model.Float:
		if t.Bits == 32 {
			return fmt.Sprint(float32(r.NormFloat64() * 100))
		}
		return fmt.Sprint(r.NormFloat64() * 100)
	case model.Text:
		letters := []rune("abAB xé😀_-.,1\n%")
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteRune(letters[r.IntN(len(letters))])
		}
		return b.String()
	case model.Date:
		return fmt.Sprintf("%04d-%02d-%02d", 1990+r.IntN(50), 1+r.IntN(12), 1+r.IntN(28))
	case model.Timestamp:
		return fmt.Sprintf("20%02d-%02d-%02d %02d:%02d:%02d", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60))
	case model.TimestampTZ:
		return fmt.Sprintf("20%02d-%02d-%02d %02d:%02d:00+00", r.IntN(30), 1+r.IntN(12), 1+r.IntN(28), r.IntN(24), r.IntN(60))
	}
	from := valuesOf(t)
	return from[r.IntN(len(from))]
}
