package plan

import (
	"strings"
	"testing"

	"streamflow/runner/model"
)

func monthly() *model.Pipeline {
	return &model.Pipeline{Name: "monthly",
		Params: []model.Param{{Name: "as_of", Kind: model.DateParam}, {Name: "seed_dir", Env: "SEED_DIR"}},
		Partitions: []model.Partition{
			{Values: map[string]string{"as_of": "2024-01-31", "seed_dir": "data/month_000"}},
			{Values: map[string]string{"as_of": "2024-02-29", "seed_dir": "data/month_001"}}}}
}

func TestSelect(t *testing.T) {
	cases := []struct {
		name  string
		given string // k=v k=v
		done  string
		want  string // as_of seed_dir, or "idle", or the start of the fault and its hint
		note  string
	}{
		{"nothing given takes the oldest", "", "", "2024-01-31 data/month_000", "no parameters given: as_of=2024-01-31 is the oldest partition not done"},
		{"the oldest not done", "", "2024-01-31", "2024-02-29 data/month_001", "no parameters given: as_of=2024-02-29 is the oldest"},
		{"a gap is older", "", "2024-02-29", "2024-01-31 data/month_000", ""},
		{"all done", "", "2024-01-31 2024-02-29", "idle", "every partition is done, from as_of=2024-01-31 to as_of=2024-02-29"},
		{"the date picks the folder", "as_of=2024-02-29", "", "2024-02-29 data/month_001", ""},
		{"the folder picks the date", "seed_dir=data/month_001", "", "2024-02-29 data/month_001", ""},
		{"another spelling of the folder", "seed_dir=./data/month_001/", "", "2024-02-29 ./data/month_001/", ""},
		{"the wrong folder", "as_of=2024-02-29 seed_dir=data/month_000", "",
			"the parameters as_of=2024-02-29 seed_dir=data/month_000 do not belong together (2024-02-29 belongs with data/month_001; data/month_000 belongs with 2024-01-31)", ""},
		{"the wrong folder elsewhere", "as_of=2024-02-29 seed_dir=/mnt/x/month_000", "", "the parameters as_of=2024-02-29", ""},
		{"the right folder elsewhere", "as_of=2024-02-29 seed_dir=/mnt/x/month_001", "", "2024-02-29 /mnt/x/month_001", "seed_dir=/mnt/x/month_001 is not listed"},
		{"a new month", "as_of=2024-03-31 seed_dir=/mnt/march", "", "2024-03-31 /mnt/march", "as_of=2024-03-31 is not listed"},
		{"a new month without a folder", "as_of=2024-03-31", "", `parameter "seed_dir" of pipeline monthly has no value (give it with -p seed_dir=VALUE or in the environment as SEED_DIR)`, ""},
		{"no date", "as_of=31/01/2024", "", `parameter as_of: "31/01/2024" is not a date: write it as YYYY-MM-DD`, ""},
		{"a day that is not", "as_of=2023-02-29", "", `parameter as_of: "2023-02-29" is not a date`, ""},
		{"a misspelt name", "asof=2024-02-29", "", `pipeline "monthly" has no parameter "asof" (did you mean "as_of"?)`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given, done := map[string]string{}, map[string]bool{}
			for _, kv := range strings.Fields(c.given) {
				k, v, _ := strings.Cut(kv, "=")
				given[k] = v
			}
			for _, d := range strings.Fields(c.done) {
				done[d] = true
			}
			sel, faults := Select(monthly(), given, done, "2024-06-01")
			got := sel.AsOf + " " + sel.Values["seed_dir"]
			if sel.Idle {
				got = "idle"
			}
			if len(faults) > 0 {
				got = faults[0].Error()
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if notes := strings.Join(sel.Notes, "\n"); !strings.Contains(notes, c.note) {
				t.Errorf("notes %q lack %q", notes, c.note)
			}
		})
	}
}

// A parameter that no partition speaks of goes with any of them.
func TestSelectBesidePartitions(t *testing.T) {
	pl := &model.Pipeline{Name: "p", Params: []model.Param{{Name: "as_of", Kind: model.DateParam}, {Name: "dir"}}, Every: &model.Every{Unit: "month", From: "2024-01-31"}}
	sel, faults := Select(pl, map[string]string{"dir": "x"}, map[string]bool{"2024-01-31": true}, "2024-03-15")
	if len(faults) > 0 || sel.AsOf != "2024-02-29" || sel.Values["dir"] != "x" || sel.Partition != "2024-02-29" {
		t.Errorf("got %+v %v", sel, faults)
	}
	if note := strings.Join(sel.Notes, "|"); note != "no partition given: as_of=2024-02-29 is the oldest partition not done" {
		t.Errorf("note %q", note)
	}
}

func TestSelectEvery(t *testing.T) {
	pl := &model.Pipeline{Name: "p", Params: []model.Param{{Name: "as_of", Kind: model.DateParam}}, Every: &model.Every{Unit: "month", From: "2023-11-30"}}
	done := map[string]bool{}
	var got []string
	for {
		sel, faults := Select(pl, nil, done, "2024-03-15")
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if sel.Idle {
			break
		}
		got = append(got, sel.AsOf)
		done[sel.Partition] = true
	}
	if want := "2023-11-30 2023-12-31 2024-01-31 2024-02-29"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s: a month-end stays a month-end", got, want)
	}
}
