package spec

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// FuzzFormat feeds any text to Format: it returns, loses nothing, and what it gives is laid out.
func FuzzFormat(f *testing.F) {
	for _, name := range []string{"testdata/format/comments.txtar", "testdata/format/pipeline.txtar"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(formatHolds)
}

func formatHolds(t *testing.T, text string) {
	out, faults := Format("pipelines/x.yaml", []byte(text))
	was := loadText("pipelines/x.yaml", []byte(text))
	if was.list.HasErrors() {
		if string(out) != text || len(faults) == 0 {
			t.Errorf("a text with errors was touched:\n%s", text)
		}
		return
	}
	if is := loadText("pipelines/x.yaml", out); !was.saysTheSame(is) {
		t.Errorf("something was lost:\n%s\n----\n%s", text, out)
	}
	if again, _ := Format("pipelines/x.yaml", out); string(again) != string(out) {
		t.Errorf("formatted twice it is\n%s\nafter\n%s\nof\n%s", again, out, text)
	}
}

// TestFormatMangled breaks the cases of the layout in every line: what can still be read is laid out without a loss.
func TestFormatMangled(t *testing.T) {
	for _, file := range glob(t, "testdata/format/*.txtar") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(text), "--\n")
		rest, _, _ = strings.Cut(rest, "-- want")
		for i := 0; i <= len(rest); i += 17 {
			for _, bad := range []string{"", " ", `"`, "# x\n", "\n\n", "- ", "\n", "é", "\r\n", "|\n", "'", "---\n"} {
				formatHolds(t, rest[:i]+bad+rest[min(i+1, len(rest)):])
			}
		}
	}
}

// TestFormatLarge lays out large files. A test that hangs is stopped by the time limit of go test.
func TestFormatLarge(t *testing.T) {
	var columns, deep strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&columns, "      c%d: {nullable: false, type: text}   # %d\n", i, i)
	}
	for i := range 500 {
		fmt.Fprintf(&deep, "  t%d:\n   columns: {a: text}\n   primary_key: a\n   description: |\n      a\n\n        b\n", i)
	}
	for name, text := range map[string]string{
		"columns": "tables:\n  t:\n    columns:\n" + columns.String() + "name: p\nkind: pipeline\n",
		"tables":  "tables:\n" + deep.String() + "name: p\nkind: pipeline\n",
		"quotes":  "kind: pipeline\nname: p\ntags:\n" + strings.Repeat("- 014\n", 900),
	} {
		t.Run(name, func(t *testing.T) {
			out, faults := Format("x.yaml", []byte(text))
			if len(faults) > 0 || string(out) == text {
				t.Errorf("nothing was done: %v", faults)
			}
		})
	}
}
