package feature_test

import (
	"strings"
	"testing"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// What is logged comes back as it was, with personal data masked.
func TestLog(t *testing.T) {
	typ := func(name string) model.Type {
		out, err := model.ParseType(name)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	entity := &model.Entity{Name: "client", Key: []model.Column{{Name: "id", Type: typ("text")}, {Name: "shop", Type: typ("integer")}}}
	view := &model.FeatureView{Name: "fees", Entity: entity, Online: true, Features: []model.Feature{{Name: "fee", Type: typ("numeric")},
		{Name: "seen", Type: typ("timestamptz")}, {Name: "mail", Type: typ("text"), PII: true}, {Name: "town", Type: typ("text")}}}
	service := &model.FeatureService{Name: "churn", Features: view.Offers(), Inputs: []model.Column{{Name: "offer", Type: typ("numeric")}, {Name: "secret", Type: typ("text"), PII: true}}}
	project := &model.Project{FeatureViews: []*model.FeatureView{view}, FeatureServices: []*model.FeatureService{service}}
	set, err := feature.Of(service)
	if err != nil {
		t.Fatal(err)
	}
	text := func(s string) []*string { return []*string{&s} }
	r := feature.Request{Keys: [][]*string{text(`a"b`), text("7")}, Inputs: [][]*string{text("1.50"), text("x")}, Now: time.Date(2024, 3, 5, 10, 0, 0, 123456000, time.UTC)}
	records := [][]*feature.Record{{{Values: [][]byte{[]byte("29.85"), []byte("2024-03-01 08:00:00+00"), []byte("a@b.c"), nil}, AsOf: "2024-02-29"}}}
	answer, err := set.Answer(records, r)
	if err != nil {
		t.Fatal(err)
	}
	line := string(answer.AppendLog(nil, r, 0))
	want := `{"time":"2024-03-05T10:00:00.123456Z","service":"churn","keys":{"id":"a\"b","shop":7},"inputs":{"offer":1.5,"secret":"***"},` +
		`"features":{"fee":29.85,"seen":"2024-03-01T08:00:00Z","mail":"***","town":null},"as_of":{"fees":"2024-02-29"},` +
		`"status":{"fee":"PRESENT","seen":"PRESENT","mail":"PRESENT","town":"NULL_VALUE"}}` + "\n"
	if line != want {
		t.Errorf("got  %swant %s", line, want)
	}
	logged, err := feature.ReadLog([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	again, err := logged.Asked(project)
	if err != nil || again.ID != set.ID {
		t.Errorf("%v %v", again, err)
	}
	if !logged.Time.Equal(r.Now) || !feature.IsMasked(logged.Features["mail"]) || feature.IsMasked(logged.Features["fee"]) || *logged.AsOf["fees"] != "2024-02-29" {
		t.Errorf("%+v", logged)
	}
}

// A list says what it is made of, and under which names it was served.
func TestLogList(t *testing.T) {
	text, err := model.ParseType("text")
	if err != nil {
		t.Fatal(err)
	}
	view := &model.FeatureView{Name: "fees", Entity: &model.Entity{Key: []model.Column{{Name: "id", Type: text}}}, Online: true,
		Features: []model.Feature{{Name: "fee", Type: text}, {Name: "town", Type: text}}}
	project := &model.Project{FeatureViews: []*model.FeatureView{view}}
	for _, full := range []bool{false, true} {
		set, err := feature.List(project, []string{"fees:town"}, full)
		if err != nil {
			t.Fatal(err)
		}
		key := "a"
		r := feature.Request{Keys: [][]*string{{&key}}, Now: time.Unix(0, 0)}
		answer, err := set.Answer([][]*feature.Record{{nil}}, r)
		if err != nil {
			t.Fatal(err)
		}
		logged, err := feature.ReadLog(answer.AppendLog(nil, r, 0))
		if err != nil {
			t.Fatal(err)
		}
		again, err := logged.Asked(project)
		if err != nil {
			t.Fatal(err)
		}
		if again.Features[0].Name != set.Features[0].Name || len(again.Features) != 1 || logged.AsOf["fees"] != nil || logged.Status[set.Features[0].Name] != feature.NotFound {
			t.Errorf("full %v: %+v %+v", full, logged, again.Features)
		}
	}
}

// A line that is none says why.
func TestReadLogRefuses(t *testing.T) {
	for line, why := range map[string]string{
		`{`: "is not JSON", `{"service":"s","keys":{},"features":{}}`: "has no time",
		`{"time":"2024-03-05T10:00:00Z","keys":{},"features":{}}`:         "names neither",
		`{"time":"2024-03-05T10:00:00Z","service":"s","keys":{"id":"a"}}`: "no features", `{"time":"yesterday"}`: "is not JSON",
		`{"time":"2024-03-05T10:00:00Z","service":"s","keys":{},"features":{},"as_of":{"v":"soon","w":null}}`: `view "v" that it speaks for "soon"`,
	} {
		if _, err := feature.ReadLog([]byte(line)); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want %q", line, err, why)
		}
	}
}
