package check

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// TestBrokenSpecs damages whole projects at random: whatever is left of them, check does not panic, every finding stands in the text,
// and there is a model exactly when there is no error.
func TestBrokenSpecs(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	projects := specimens(t)
	for range 400 {
		fsys := fstest.MapFS{}
		for name, file := range projects[rnd.IntN(len(projects))] {
			text := string(file.Data)
			for range rnd.IntN(4) {
				text = damage(rnd, text)
			}
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
		tree, list := spec.Load(fsys, nil)
		p, more := Check(tree)
		if (p == nil) != more.HasErrors() {
			t.Errorf("a model: %v, errors: %v", p != nil, more)
		}
		if p != nil && !list.HasErrors() {
			wholeModel(t, p)
			wholeFeatures(t, p)
		}
		list = append(list, more...)
		placesHold(t, list, fsys)
		printed(t, list, tree.Sources)
		if t.Failed() {
			for name, file := range fsys {
				t.Logf("%s:\n%s", name, file.Data)
			}
			t.FailNow()
		}
	}
}

// specimens are the projects of the golden cases, good and bad, that of feed and the example.
func specimens(t *testing.T) []fstest.MapFS {
	t.Helper()
	base := fstest.MapFS{}
	for name, text := range feedBase {
		base[name] = &fstest.MapFile{Data: []byte(text)}
	}
	out := []fstest.MapFS{base, {}}
	for _, name := range []string{"pipelines/monthly.yaml", "expectations/users.yaml", "featureviews/streamflow.yaml", "runner.yaml"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		out[1][name] = &fstest.MapFile{Data: text}
	}
	for _, name := range append(append(cases(t, "testdata/ok"), cases(t, "../explain/cases")...), "../explain/testdata/many.txtar", "../explain/testdata/noise.txtar") {
		out = append(out, project(t, name))
	}
	return out
}

// wholeModel tests what later stages rely on in any model.
func wholeModel(t *testing.T, p *model.Project) {
	t.Helper()
	for _, pl := range p.Pipelines {
		for _, l := range pl.Loads {
			if len(l.Reading) != len(l.Table.Columns) || len(l.Source.Path) == 0 || l.Table.Name == "" || len(l.Table.Columns) == 0 {
				t.Errorf("the load of %q is not whole: %+v", l.Table.Name, l)
			}
			if len(l.Table.PrimaryKey) == 0 && !l.Append || len(l.Table.Keys()) != len(l.Table.PrimaryKey) {
				t.Errorf("the key of %q is not whole: %v", l.Table.Name, l.Table.PrimaryKey)
			}
			for i, c := range l.Table.Columns {
				r := l.Reading[i]
				if c.Type.Name == "" || r.Column != c.Name || r.Value != nil && r.Value.SQL == "" || l.Table.IsKey(c.Name) && c.Nullable {
					t.Errorf("column %q of %q is not whole: %+v %+v", c.Name, l.Table.Name, c, r)
				}
			}
			for _, r := range l.Rules {
				if r.Condition == "" || r.Name == "" || r.WhereText != "" && r.Where == "" {
					t.Errorf("a rule of %q is not whole: %+v", l.Table.Name, r)
				}
			}
			for _, r := range l.References {
				if len(r.Columns) == 0 || len(r.Columns) != len(r.Keys) {
					t.Errorf("a reference of %q is not whole: %+v", l.Table.Name, r)
				}
			}
		}
		for _, s := range pl.Snapshots {
			if pl.Load(s.From) == nil || len(s.Table.PrimaryKey) < 2 {
				t.Errorf("snapshot %q is not whole: %+v", s.Name, s)
			}
		}
	}
}

// wholeFeatures tests what a feature store relies on in any model.
func wholeFeatures(t *testing.T, p *model.Project) {
	t.Helper()
	for _, v := range p.FeatureViews {
		if v.Entity == nil || len(v.Entity.Key) == 0 || len(v.Keys) != len(v.Entity.Key) || v.Source.EventTime == "" || (v.Source.Name == "") == (v.Source.Query == "") {
			t.Errorf("feature view %q is not whole: %+v", v.Name, v)
		}
		for _, f := range v.Offers() {
			if f.Name == "" || f.Type.Name == "" {
				t.Errorf("feature %q of %q is not whole", f.Name, v.Name)
			}
		}
		for _, d := range v.Derived {
			if d.SQL == "" {
				t.Errorf("derived feature %q of %q has no SQL", d.Name, v.Name)
			}
		}
	}
	for _, s := range p.TrainingSets {
		if s.Spine.EventTime == "" || (s.Spine.Name == "") == (len(s.Spine.Path) == 0) || s.WhereText != "" && s.Where == "" {
			t.Errorf("training set %q is not whole: %+v", s.Name, s)
		}
		for _, v := range model.Views(s.Features) {
			for _, k := range v.Entity.Key {
				if s.Keys[k.Name] == "" {
					t.Errorf("training set %q has no column for the key %q", s.Name, k.Name)
				}
			}
		}
	}
}

// damage removes, repeats or moves a line, or changes one character.
func damage(rnd *rand.Rand, text string) string {
	lines := strings.Split(text, "\n")
	i, j := rnd.IntN(len(lines)), rnd.IntN(len(lines))
	switch rnd.IntN(6) {
	case 0:
		lines = slices.Delete(lines, i, i+1)
	case 1:
		lines = slices.Insert(lines, j, lines[i])
	case 2:
		lines[i], lines[j] = lines[j], lines[i]
	case 3:
		if at := strings.LastIndex(lines[i], ":"); at >= 0 {
			lines[i] = lines[i][:at+1] // a key loses its value
		}
	case 4:
		from, okFrom := lastValue(lines[j])
		to, ok := lastValue(lines[i])
		if ok && okFrom {
			lines[i] = strings.TrimSuffix(lines[i], to) + from // a key gets the value of another
		}
	default:
		runes := []rune(lines[i])
		if len(runes) > 0 {
			runes[rnd.IntN(len(runes))] = []rune("x:-{}[]\"'#& é%$")[rnd.IntN(15)]
			lines[i] = string(runes)
		}
	}
	return strings.Join(lines, "\n")
}

// lastValue returns what stands behind the first ": " of a line.
func lastValue(line string) (string, bool) {
	_, value, ok := strings.Cut(line, ": ")
	return value, ok && value != ""
}
