package spec

import "testing"

func TestScalars(t *testing.T) {
	for text, want := range map[string]string{
		`n > 5`: `n > 5`, `"a" in columns()`: `'"a" in columns()'`, `[a, b] in [[1, 2]]`: `'[a, b] in [[1, 2]]'`, `s == "a: b"`: `'s == "a: b"'`, `s == "a #b"`: `'s == "a #b"'`,
		`yes`: `'yes'`, `12`: `'12'`, ``: `""`, "a\nb": `"a\nb"`, `it's`: `it's`, `-x > 1`: `'-x > 1'`, `$env["a b"] > 1`: `$env["a b"] > 1`, `a:`: `'a:'`, "a\u0085b": "\"a\u0085b\"", `null`: `'null'`,
	} {
		if got := Scalar(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}

// Between brackets a comma ends a value, so there it is quoted.
func TestFlowScalars(t *testing.T) {
	for text, want := range map[string]string{`a`: `a`, `a b`: `a b`, `a, b`: `'a, b'`, `numeric(10,2)`: `'numeric(10,2)'`, `[x`: `'[x'`, ``: `""`, `NA`: `NA`, `-`: `'-'`, `%d.%m.%Y`: `'%d.%m.%Y'`} {
		if got := FlowScalar(text); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}
