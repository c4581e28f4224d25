package infer_test

import (
	"strings"
	"testing"

	"streamflow/runner/infer"
	"streamflow/runner/internal/diag"
)

// odd are files that nobody would want to get.
var odd = map[string]string{
	"empty":             "",
	"a line feed":       "\n",
	"header only":       "id,name\n",
	"header, no end":    "id,name",
	"one row":           "id,name\n1,a\n",
	"ragged":            "id,name\n1,a\n2\n",
	"too many fields":   "id,name\n1,a,b\n",
	"BOM":               "\xef\xbb\xbfid,name\n1,a\n",
	"CRLF":              "id,name\r\n1,a\r\n2,b\r\n",
	"CR alone":          "id,name\r1,a\r",
	"same name twice":   "id,name,name\n1,a,b\n",
	"no names":          ",,\n1,2,3\n",
	"a nameless index":  ",id\n0,a\n1,b\n",
	"names of blanks":   " ,\t\n1,2\n",
	"binary":            "\x00\x01\x02\xff\xfe",
	"a zip":             "PK\x03\x04 and so on",
	"an open quote":     "id,name\n1,\"a\n2,b\n",
	"windows-1252":      "id,name\n1,caf\xe9\n",
	"zero bytes":        "id,name\n1,a\x00b\n",
	"numbers as names":  "1,2,3\n4,5,6\n",
	"all words":         "a,b\nNA,-\nnull,?\n",
	"template":          "id,v\n1,${x}\n2,${x}\n3,${x}\n4,${env:HOME}\n5,${env:HOME}\n",
	"yaml in names":     "a: b,- c,# d,\"e\"\"f\",'g'\n1,2,3,4,5\n",
	"only a delimiter":  "a;b\n1;2\n",
	"tabs":              "a\tb\n1\t2\n",
	"long name":         strings.Repeat("x", 100) + "," + strings.Repeat("x", 99) + "\n1,2\n",
	"huge numbers":      "n\n" + strings.Repeat("9", 200) + "\n1e308\n-0\n",
	"10,000 columns":    strings.TrimSuffix(strings.Repeat("c,", 10000), ",") + "\n",
	"beyond floats":     "n\n1e5\n2e700\n3e-700\n" + strings.Repeat("9", 400) + "\n",
	"header again":      "id,name\n1,a\nid,name\n2,b\n",
	"merge conflict":    "id,name\n<<<<<<< HEAD\n1,a\n",
	"words of rules":    "in,not,and,let,nil,if\n1,2,3,4,5,6\n",
	"words of Postgres": "select,ctid,user,order,xmin,_partition,as_of\n1,2,3,4,5,6,7\n",
	"upper and lower":   "ID,id,Id\n1,2,3\n",
}

// specs holds what is promised of any file: it is refused with words, or specs come out that have no faults but open choices and take the
// file whole.
func specs(t fataler, data string) {
	t.Helper()
	in := input(t, "things", data)
	out, err := infer.Propose([]infer.Input{in}, infer.Options{Name: "shop", Dirs: dirs(1), AsOf: []string{"2024-01-31"}, Origin: "data"})
	if err != nil {
		if err.Error() == "" {
			t.Fatalf("refused without a word")
		}
		return
	}
	project, list := lint(out)
	for _, d := range list {
		if d.Severity != diag.Info && !(d.ID == "T310" && len(out.Choices) > 0) {
			t.Fatalf("%v\n%s", list, text(out))
		}
	}
	if len(out.Choices) > 0 {
		return
	}
	if _, faults := load(t, project.Pipelines[0].Loads[0], data); len(faults) > 0 && out.Tables[0].Rows > 0 {
		t.Fatalf("%v\n%q\n%s", faults, data, text(out))
	}
}

func TestOddFiles(t *testing.T) {
	for name, data := range odd {
		t.Run(name, func(t *testing.T) { specs(t, data) })
	}
}

// FuzzPropose gives anything as a file.
func FuzzPropose(f *testing.F) {
	for _, data := range odd {
		if len(data) < 1000 {
			f.Add([]byte(data))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { specs(t, string(data)) })
}
