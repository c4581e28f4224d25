package check

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/model"
	"streamflow/runner/source"
	"streamflow/runner/spec"
)

// TestDateFormatsAgree holds that lint refuses a date format exactly when the reader would.
func TestDateFormatsAgree(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 2))
	formats := []string{"%d.%m.%Y", "%Y-%m-%d %H:%M:%S%z", "%H:%M", "%I:%M %p", "%d %b %y", "%Y%j", "%d/%m", "%q", "100%", "%%d", "%Y-%m-%d %I:%M", "no"}
	for range 300 {
		var b strings.Builder
		for range rnd.IntN(6) {
			b.WriteString([]string{"%Y", "%m", "%d", "%y", "%H", "%M", "%b", "%B", "%j", "%p", "%I", "%z", "%%", "%x", "-", " ", "ü"}[rnd.IntN(17)])
		}
		formats = append(formats, b.String())
	}
	for _, f := range formats {
		for _, typ := range []string{"date", "time", "timestamp", "timestamptz"} {
			if lints, reads := formatLints(f, typ), formatReads(t, f, typ); lints != reads {
				t.Errorf("%q for %s: lint takes it: %v, the reader takes it: %v", f, typ, lints, reads)
			}
		}
	}
}

func formatLints(format, typ string) bool {
	text := fmt.Sprintf("kind: pipeline\nname: p\ntables:\n  a: {source: a.csv, primary_key: id, columns: {id: text, d: {type: %s, date_format: %q}}}\n", typ, format)
	tree, list := spec.Load(fstest.MapFS{"pipelines/p.yaml": &fstest.MapFile{Data: []byte(text)}}, nil)
	_, more := Check(tree)
	return !list.HasErrors() && !more.HasErrors()
}

func formatReads(t *testing.T, format, name string) bool {
	typ, err := model.ParseType(name)
	if err != nil {
		t.Fatal(err)
	}
	file := source.File{Name: "a.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("d\n")), nil }}
	r, err := source.Copy(context.Background(), source.Request{Table: model.Table{Columns: []model.Column{{Name: "d", Type: typ}}},
		Reading: []model.Reading{{Column: "d", DateFormats: []string{format}, NullValues: nullValues}}, Timezone: "UTC", Files: []source.File{file}}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Faults {
		if strings.Contains(f.Message, "date_format") {
			return false
		}
	}
	return true
}
