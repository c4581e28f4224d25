package feature

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is read from JSON is written as the same JSON: texts with any characters, lists of them, and numbers.
func TestJSONRoundTrip(t *testing.T) {
	awkward := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(`'"\{},[] NULLnull`+"\n\t\x01é日\u2028")), rapid.Rune())).Filter(func(s string) bool { return !strings.Contains(s, "\x00") })
	textType, list, float := column(t, "text"), column(t, "text[]"), column(t, "double precision[]")
	rapid.Check(t, func(t *rapid.T) {
		back := func(read any, column int) {
			raw, err := json.Marshal(read)
			if err != nil {
				t.Fatal(err)
			}
			c := textType
			if column == 1 {
				c = list
			}
			if column == 2 {
				c = float
			}
			text, err := ReadJSON(c, raw)
			if err != nil {
				t.Fatalf("%s: %v", raw, err)
			}
			var got any
			if err := json.Unmarshal(AppendJSON(nil, c.Type, []byte(*text)), &got); err != nil || !reflect.DeepEqual(got, read) {
				t.Fatalf("%s became %q, and then %#v (%v)", raw, *text, got, err)
			}
		}
		back(awkward.Draw(t, "text"), 0)
		var texts []any
		for _, s := range rapid.SliceOf(awkward).Draw(t, "texts") {
			texts = append(texts, s)
		}
		back(append(texts, nil, ""), 1)
		number := rapid.Float64().Filter(func(f float64) bool { return f == 0 && !math.Signbit(f) || math.Abs(f) > 1e-300 }).Draw(t, "number")
		back([]any{number}, 2)
	})
}
