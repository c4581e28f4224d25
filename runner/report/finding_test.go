package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

func at(line, col, endCol int) diag.Place {
	return diag.Place{File: "f.yaml", Line: line, Col: col, EndLine: line, EndCol: endCol}
}

func render(t *testing.T, format string, list diag.List, source string, colour bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := Findings(&out, format, list, map[string][]byte{"f.yaml": []byte(source)}, 4, colour); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestFindingsText(t *testing.T) {
	list := diag.List{{
		Place: at(2, 3, 13), ID: "Y103", Name: "unknown-key", Message: `unknown key "primay_key"`, Hint: `did you mean "primary_key"?`,
		Related: []diag.Related{{Place: at(1, 1, 2), Message: "in this table"}},
	}, {
		Place: diag.Place{File: "other.yaml"}, Severity: diag.Warning, ID: "R204", Name: "missing-data-file", Message: "no file",
	}, {
		Place: at(1, 1, 2), Severity: diag.Info, ID: "S503", Name: "snapshot-partial", Message: "for information",
	}}
	got := render(t, FormatText, list, "t:\n  primay_key: id\r\n", false)
	want := `f.yaml:2:3: error[Y103 unknown-key]: unknown key "primay_key"
  |
2 |   primay_key: id
  |   ^~~~~~~~~~
  = hint: did you mean "primary_key"?
  = see: f.yaml:1:1: in this table
other.yaml: warning[R204 missing-data-file]: no file

1 error, 1 warning in 4 files
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	all := render(t, FormatTextAll, list, "t:\n", false)
	if !strings.Contains(all, "info[S503 snapshot-partial]") || !strings.HasSuffix(all, "1 error, 1 warning, 1 info in 4 files\n") {
		t.Errorf("text+info leaves out the information:\n%s", all)
	}
	if got := render(t, FormatText, nil, "", false); got != "4 files, no faults\n" {
		t.Errorf("clean: %q", got)
	}
	if got := render(t, FormatOneline, list, "", false); strings.Count(got, "\n") != 2 || strings.Contains(got, "|") {
		t.Errorf("oneline: %q", got)
	}
}

func TestFindingsColour(t *testing.T) {
	list := diag.List{{Place: at(1, 1, 2), Message: "m"}}
	if got := render(t, FormatText, list, "x", false); strings.Contains(got, "\x1b") {
		t.Errorf("colour without being asked: %q", got)
	}
	if got := render(t, FormatText, list, "x", true); !strings.Contains(got, "\x1b[1;31m^\x1b[0m") {
		t.Errorf("no colour: %q", got)
	}
}

func TestCut(t *testing.T) {
	long := strings.Repeat("a", 200) + "SPAN" + strings.Repeat("b", 200)
	tests := []struct {
		name, line   string
		place        diag.Place
		text, carets string
	}{
		{"plain", "abc def", at(1, 5, 8), "abc def", "    ^~~"},
		{"one character", "abc", at(1, 2, 3), "abc", " ^"},
		{"no end", "abc", diag.Place{Line: 1, Col: 2}, "abc", " ^"},
		{"multi-byte", "é: größe", at(1, 4, 9), "é: größe", "   ^~~~~"},
		{"wide", "世界: x", at(1, 5, 6), "世界: x", "      ^"},
		{"wide span", "a 世界", at(1, 3, 5), "a 世界", "  ^~~~"},
		{"combining", "e\u0301x y", at(1, 5, 6), "e\u0301x y", "   ^"},
		{"tab before", "a\tb", at(1, 3, 4), "a   b", "    ^"},
		{"tab inside", "\tb\tc", at(1, 2, 5), "    b   c", "    ^~~~~"},
		{"past the end", "abc", at(1, 9, 12), "abc", "   ^"},
		{"end past the end", "abc", at(1, 2, 99), "abc", " ^~"},
		{"several lines", "a: |  ", diag.Place{Line: 1, Col: 4, EndLine: 3, EndCol: 1}, "a: |", "   ^"},
		{"escape sequence", "a\x1b[2Jb", at(1, 2, 3), "a\ufffd[2Jb", " ^"},
		{"turned text", "a\u202eb", at(1, 3, 4), "a\ufffdb", "  ^"},
		{"password in pairs", "u: host=h password=sécret user=me", at(1, 1, 2), "u: host=h password=****** user=me", "^"},
		{"password", "u: pg://me:sécret@h # x", at(1, 21, 22), "u: pg://me:******@h # x", "                    ^"},
		{"password from outside", "u: pg://me:${env:P}@h", at(1, 1, 2), "u: pg://me:${env:P}@h", "^"},
		{"empty line", "", at(1, 1, 2), "", "^"},
		{"long", long, at(1, 201, 205), "…" + strings.Repeat("a", 30) + "SPAN" + strings.Repeat("b", 84) + "…",
			strings.Repeat(" ", 31) + "^~~~"},
		{"long, span at the end", strings.Repeat("a", 200) + "END", at(1, 201, 204), "…" + strings.Repeat("a", 115) + "END",
			strings.Repeat(" ", 116) + "^~~"},
		{"long span", strings.Repeat("x", 300), at(1, 1, 301), strings.Repeat("x", 118) + "…", "^" + strings.Repeat("~", 117)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := cut(layout(tt.line), tt.place)
			if got.text != tt.text || got.carets != tt.carets {
				t.Errorf("got\n%q\n%q\nwant\n%q\n%q", got.text, got.carets, tt.text, tt.carets)
			}
		})
	}
}

func TestFindingsJSON(t *testing.T) {
	got := render(t, FormatJSON, diag.List{{Place: at(2, 3, 13), Severity: diag.Warning, ID: "R204", Name: "n", Message: "a < b"}}, "", false)
	for _, part := range []string{`"file": "f.yaml"`, `"end_column": 13`, `"severity": "warning"`, `"message": "a < b"`, `"hint": ""`,
		`"related": []`, `"fix": null`, `"errors": 0`, `"warnings": 1`, `"files": 4`} {
		if !strings.Contains(got, part) {
			t.Errorf("no %s in\n%s", part, got)
		}
	}
	fixed := render(t, FormatJSON, diag.List{{Place: at(2, 3, 5), Fix: &diag.Fix{Place: at(2, 3, 5), Text: "!="}}}, "", false)
	if want := `"fix":{"line":2,"column":3,"end_line":2,"end_column":5,"text":"!="}`; !strings.Contains(strings.Join(strings.Fields(fixed), ""), want) {
		t.Errorf("no %s in\n%s", want, fixed)
	}
	var empty map[string]any
	if err := json.Unmarshal([]byte(render(t, FormatJSON, nil, "", false)), &empty); err != nil || empty["findings"] == nil {
		t.Errorf("no findings must be an empty list: %v %v", empty, err)
	}
	if err := Findings(&bytes.Buffer{}, "xml", nil, nil, 0, false); err == nil || !strings.Contains(err.Error(), "xml") {
		t.Errorf("unknown format: %v", err)
	}
}
