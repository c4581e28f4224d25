package model_test

import (
	"strings"
	"testing"

	"streamflow/runner/model"
)

func TestFormatDate(t *testing.T) {
	for pattern, want := range map[string]string{"%Y-%m": "2024-02", "%y%m%d": "240209", "day %j of %Y": "day 040 of 2024", "%d %b, %B": "09 Feb, February",
		"100%%": "100%", "2006": "2006", "": "", "%%Y": "%Y"} {
		if got, err := model.FormatDate(pattern, "2024-02-09"); err != nil || got != want {
			t.Errorf("%q gives %q (%v), want %q", pattern, got, err, want)
		}
	}
	for _, pattern := range []string{"%H", "%", "%Y-%q"} {
		if got, err := model.FormatDate(pattern, "2024-02-09"); err == nil {
			t.Errorf("%q gives %q", pattern, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, bad := range []string{"", "2024-2-9", "2023-02-29", "0000-01-01", "2024-02-09 ", "09.02.2024", "2024-02-09T00:00:00Z"} {
		if _, err := model.ParseDate(bad); err == nil {
			t.Errorf("%q is taken for a date", bad)
		}
	}
}

func TestEvery(t *testing.T) {
	for _, c := range []struct{ unit, from, want string }{
		{"month", "2023-11-30", "2023-11-30 2023-12-31 2024-01-31 2024-02-29 2024-03-31"},
		{"month", "2024-02-29", "2024-02-29 2024-03-31 2024-04-30 2024-05-31 2024-06-30"},
		{"month", "2024-01-30", "2024-01-30 2024-02-29 2024-03-30 2024-04-30 2024-05-30"},
		{"month", "2024-01-15", "2024-01-15 2024-02-15 2024-03-15 2024-04-15 2024-05-15"},
		{"year", "2023-02-28", "2023-02-28 2024-02-29 2025-02-28 2026-02-28 2027-02-28"},
		{"year", "2024-03-01", "2024-03-01 2025-03-01 2026-03-01 2027-03-01 2028-03-01"},
		{"week", "2024-02-26", "2024-02-26 2024-03-04 2024-03-11 2024-03-18 2024-03-25"},
		{"day", "2024-02-28", "2024-02-28 2024-02-29 2024-03-01 2024-03-02 2024-03-03"},
	} {
		var got []string
		for n := range 5 {
			d, err := model.Every{Unit: c.unit, From: c.from}.At(n)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, d)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("every %s from %s:\n got %v\nwant %s", c.unit, c.from, got, c.want)
		}
	}
}

func TestTemplate(t *testing.T) {
	other := "fallback"
	tpl := model.Template{{Text: "a/"}, {Param: "as_of", Format: "%Y-%m"}, {Text: "/"}, {Param: "dir"}, {Env: "HERE"}, {Env: "GONE", EnvDefault: &other}}
	if got := tpl.String(); got != "a/${as_of:%Y-%m}/${dir}${env:HERE}${env:GONE:-fallback}" {
		t.Errorf("written as %s", got)
	}
	env := func(name string) string { return map[string]string{"HERE": "!"}[name] }
	params := map[string]string{"as_of": "2024-02-29", "dir": "${as_of}"}
	if got, err := tpl.Fill(params, env); err != nil || got != "a/2024-02/${as_of}!fallback" {
		t.Errorf("filled as %s (%v)", got, err)
	}
	if got := strings.Join(tpl.Params(), " "); got != "as_of dir" {
		t.Errorf("parameters %s", got)
	}
	for _, c := range []struct {
		params map[string]string
		env    func(string) string
		says   string
	}{
		{map[string]string{"as_of": "2024-02-29"}, env, `no value for parameter "dir"`},
		{map[string]string{"as_of": "x", "dir": ""}, env, `"x" is not a date`},
		{params, func(string) string { return "" }, "environment variable HERE is not set"},
	} {
		if _, err := tpl.Fill(c.params, c.env); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want %s", err, c.says)
		}
	}
}
