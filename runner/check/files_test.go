package check

import (
	"slices"
	"testing"

	"streamflow/runner/internal/diag"
)

// TestMissingFiles holds that each absent file of each partition is told once, at the path in the spec, and nothing that only a run knows.
func TestMissingFiles(t *testing.T) {
	p := made(t, "pipelines/p.yaml", `kind: pipeline
name: p
params: {as_of: date, dir: {type: string, default: data}, run: string}
partitions: [{as_of: 2024-01-31}, {as_of: 2024-02-29, dir: more}]
defaults: {primary_key: id}
tables:
  here:    {source: "${dir}/here.csv", columns: {id: text, v: text}}
  gone:    {source: "${dir}/gone.csv", columns: {id: text, v: text}}
  glob:    {source: "${dir}/part-*.csv", columns: {id: text, v: text}}
  monthly: {source: "data/${as_of:%Y-%m}.csv", columns: {id: text, v: text}}
  fixed:   {source: data/fixed.csv, columns: {id: text, v: text}}
  later:   {source: "${run}/later.csv", columns: {id: text, v: text}}
  env:     {source: "${env:HOME_OF_DATA:-data}/env.csv", columns: {id: text, v: text}}
`, "pipelines/q.yaml", `kind: pipeline
name: q
params: {as_of: date}
partitions: {every: month, from: "2024-01-31"}
tables:
  series: {source: "data/s-${as_of:%Y-%m}.csv", primary_key: id, columns: {id: text, v: text}}
`)
	var asked []string
	there := []string{"data/here.csv", "more/here.csv", "more/part-*.csv", "data/2024-02.csv"}
	list := MissingFiles(p, func(pattern string) bool {
		asked = append(asked, pattern)
		return slices.Contains(there, pattern)
	})
	var got []string
	for _, d := range list {
		if d.ID != "R204" || d.Severity != diag.Warning || d.File != "pipelines/p.yaml" {
			t.Errorf("%+v", d)
		}
		got = append(got, d.Place.String()[len("pipelines/p.yaml:"):]+" "+d.Message)
	}
	want := []string{
		"8:21 data/gone.csv is not there",
		"8:21 more/gone.csv is not there",
		`9:21 no file for "glob" is there: data/part-*.csv`,
		"10:21 data/2024-01.csv is not there",
		"11:21 data/fixed.csv is not there",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if slices.ContainsFunc(asked, func(s string) bool { return s == "data/env.csv" || s == "data/s-2024-01.csv" || s == "/later.csv" }) {
		t.Errorf("asked about paths that only a run knows: %q", asked)
	}
}
