package check

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"streamflow/runner/model"
	"streamflow/runner/spec"
)

// checkedFeatures is the model of a project without errors.
func checkedFeatures(t *testing.T, fsys fstest.MapFS) *model.Project {
	t.Helper()
	tree, list := spec.Load(fsys, nil)
	p, more := Check(tree)
	if p == nil {
		t.Fatal(append(list, more...))
	}
	return p
}

// offered writes features with their types: "name type".
func offered(list []model.Served) string {
	var out []string
	for _, f := range list {
		out = append(out, f.Name+" "+f.Type.Name)
	}
	return strings.Join(out, ", ")
}

// columnList writes columns with their types as offered does.
func columnList(list []model.Column) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Name+" "+c.Type.Name)
	}
	return strings.Join(out, ", ")
}

// ruleList writes rules with their severities.
func ruleList(list []model.Rule) string {
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprintf("%s %d", r.Name, r.Severity))
	}
	return strings.Join(out, ", ")
}

// TestFeatureModel looks at what views, services and training sets are resolved to.
func TestFeatureModel(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/ok/features.txtar")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for _, f := range archive.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	p := checkedFeatures(t, fsys)
	profile, last, sums := p.FeatureViews[0], p.FeatureViews[1], p.FeatureViews[2]
	service, churn, next := p.FeatureServices[0], p.TrainingSets[0], p.TrainingSets[1]
	for _, c := range []struct{ what, got, want string }{
		{"all, and derived", offered(profile.Offers()), "age integer, city text, email text, decade integer, adult boolean"},
		{"key of a snapshot", strings.Join(profile.Keys, " ") + "; " + strings.Join(profile.Source.Key, " ") + "; " + profile.Source.EventTime, "shop nr; shop nr; as_of"},
		{"ttl", profile.TTL.Text, "2mo"},
		{"renamed key", strings.Join(last.Keys, " "), "shop client"},
		{"times of events", last.Source.EventTime + " " + last.Source.CreatedTime, "ordered_at written_at"},
		{"renamed feature", last.Features[0].Name + " " + last.Features[0].Column, "last_amount amount"},
		{"query", sums.Source.EventTime + " " + strings.Join(sums.Source.Reads, " "), "day orders"},
		{"service", offered(service.Features), "age integer, o_last_amount numeric(10,2), total numeric"},
		{"derived over views", strings.Join(service.Derived[0].Uses, " "), "loan total o_last_amount"},
		{"keys of a spine", churn.Keys["shop"] + " " + churn.Keys["nr"], "shop client_nr"},
		{"service of a training set", churn.Service + " " + offered(churn.Features), "churn_v1 age integer, o_last_amount numeric(10,2), total numeric"},
		{"horizon and dates", next.Horizon.Text + " " + strings.Join(next.Dates, " "), "1mo 2024-02-29 2024-03-31"},
		{"listed features", offered(next.Features), "age integer, city text, email text, decade integer, adult boolean, total numeric, amount numeric(10,2)"},
		{"result", columnList(churn.Result()), "shop text, client_nr integer, event_timestamp timestamp with time zone, gone boolean, branch text, loan numeric, " +
			"age integer, o_last_amount numeric(10,2), total numeric, loan_share numeric"},
		{"result of a snapshot", columnList(next.Result()), "shop text, nr integer, event_timestamp date, gone boolean, age integer, city text, email text, decade integer, adult boolean, total numeric, amount numeric(10,2)"},
		{"rules", ruleList(churn.Rules), "rare 0, loan_share >= 0 and age < 150 0, unique(shop, client_nr, event_timestamp) 0, " +
			"date(event_timestamp) <= as_of 0, null_share(o_last_amount) < 0.2 1"},
		{"materialize", p.Pipelines[0].Materialize[0].Name + " " + p.Pipelines[0].Materialize[1].Name, "profile order_sums"},
		{"label", next.Labels[0].Name + " " + next.Labels[0].Type.Name, "gone boolean"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.what, c.got, c.want)
		}
	}
	if !profile.SnapshotOnly || !profile.Online || p.FeatureViews[3].Online || !profile.Source.Snapshot || last.Source.Snapshot || !profile.Features[2].PII {
		t.Error("options of views are not theirs")
	}
	var users []string
	for _, u := range p.Consumers("order_sums", "total") {
		users = append(users, u.Kind+" "+u.Name)
	}
	if got := strings.Join(users, ", "); got != "feature_service churn_v1, training_set churn, training_set next_month" {
		t.Errorf("consumers: %s", got)
	}
}

// TestExampleFeatures holds the features of the example against what its model is to be trained on.
func TestExampleFeatures(t *testing.T) {
	tree, _ := spec.Load(os.DirFS("../.."), nil)
	p, list := Check(tree)
	if p == nil {
		t.Fatal(list)
	}
	if len(p.Entities) != 1 || len(p.FeatureViews) != 4 || len(p.FeatureServices) != 1 || len(p.TrainingSets) != 1 {
		t.Fatalf("the example has %d entities, %d views, %d services and %d training sets", len(p.Entities), len(p.FeatureViews), len(p.FeatureServices), len(p.TrainingSets))
	}
	set := p.TrainingSets[0]
	if len(set.Features) != 11 || len(set.Labels) != 1 || len(set.Keys) != 1 || !set.Spine.Snapshot {
		t.Errorf("the training set is not what it was: %d features %s", len(set.Features), offered(set.Features))
	}
}
