package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	store "streamflow/runner/online"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// FeatureCheck is what is to be compared of the online store.
type FeatureCheck struct {
	Views   []*model.FeatureView
	Service *model.FeatureService // whose own derived features are compared as well; may be nil
	Store   store.Store
	Sample  plan.Sample // of the keys of each view
}

// checkedAtOnce is how many keys are asked of the store in one request.
const checkedAtOnce = 1000

// shownKeys is how many keys are shown of each kind of difference.
const shownKeys = 3

// CheckFeatures compares what is served of feature views with what their sources say now, and changes nothing. Values are read from the store
// and answered as the server does, derived ones included; what they are compared with is computed by the database.
func CheckFeatures(ctx context.Context, c Config, w FeatureCheck) *report.Consistency {
	c.Pipeline = &model.Pipeline{}
	r := newRunner(c)
	out := &report.Consistency{Target: c.Target, At: c.Now().UTC().Truncate(time.Microsecond), Sample: w.Sample.Keys, Seed: w.Sample.Seed}
	err := r.checkFeatures(ctx, w, out)
	r.closeConsistency(ctx, out, err)
	for _, v := range out.Views {
		if !v.Agrees() && out.ExitCode == report.ExitDone {
			out.ExitCode = report.ExitRefused
		}
	}
	return out
}

// closeConsistency ends the run and moves its outcome into the comparison.
func (r *runner) closeConsistency(ctx context.Context, out *report.Consistency, err error) {
	r.finish(ctx, err)
	out.Errors, out.Notes, out.ExitCode = r.rep.Errors, r.rep.Notes, r.rep.ExitCode
}

func (r *runner) checkFeatures(ctx context.Context, w FeatureCheck, out *report.Consistency) error {
	found, last, err := r.findOnline(ctx)
	if err != nil {
		return err
	}
	if found.Online.Tables, err = r.DB.Inspect(ctx, model.OnlineSchema(r.DB.Schema())); err != nil {
		return err
	}
	found.Now = out.At
	for _, v := range w.Views {
		found.Last = lastOnline(last, v)
		check := plan.CheckFeatures(r.Project, v, r.DB.Schema(), found, w.Sample)
		if check.Missing != "" {
			r.note(fmt.Sprintf("%s: nothing to compare yet: %s is not there", v.Name, check.Missing))
			continue
		}
		var compared report.ComparedView
		err := r.timed("compare", v.Name, func() (int64, error) {
			compared, err = r.checkView(ctx, w.Store, check, out.At)
			return compared.Compared, err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
		out.Views = append(out.Views, compared)
	}
	if w.Service == nil || len(w.Service.Derived) == 0 {
		return nil
	}
	return r.checkService(ctx, w, found, out)
}

// checkView compares one view.
func (r *runner) checkView(ctx context.Context, from store.Store, check plan.FeatureCheck, now time.Time) (report.ComparedView, error) {
	set, err := feature.List(r.Project, []string{check.View.Name}, false)
	if err != nil {
		return report.ComparedView{}, err
	}
	c := &viewCheck{set: set, store: from, now: now, found: newFindings(set, checkKinds)}
	c.found.out.View, c.judge = check.View.Name, c.compare
	err = r.DB.Read(ctx, check.Rows(), func(_ []string, row pg.Row) error { return c.take(ctx, row) })
	if err == nil {
		err = c.flush(ctx)
	}
	return c.found.done(mendOnline(check, c.found)), err
}

// mendOnline says what brings a view back to what its source says. What has come since the last time is brought by any materialization, all
// else by one that looks at everything.
func mendOnline(check plan.FeatureCheck, f *findings) string {
	behind := f.apart["missing"] != nil || f.apart["older"] != nil
	switch {
	case f.out.Different > 0 || f.apart["gone"] != nil || behind && check.Settled:
		return "runner materialize " + check.View.Name + " --full"
	case behind:
		return "runner materialize " + check.View.Name
	}
	return ""
}

// viewCheck compares the rows of a view as they arrive, some at a time.
type viewCheck struct {
	set   *feature.Set
	store store.Store
	now   time.Time
	found *findings
	judge func(row pg.Row, served feature.Row)
	rows  []pg.Row // that wait: the key, and what else there is
}

// take looks at one row: it is of another moment, or waits to be compared.
func (c *viewCheck) take(ctx context.Context, row pg.Row) error {
	keys := len(c.set.Keys)
	if verdict := row.Text(keys); verdict != "level" && verdict != "restated" {
		c.found.out.Compared++
		c.found.stand(verdict, row[:keys])
		return nil
	}
	return c.keep(ctx, row)
}

// keep lets a row wait, until there are enough of them.
func (c *viewCheck) keep(ctx context.Context, row pg.Row) error {
	own := make(pg.Row, len(row)) // the bytes of a row are gone with the next one
	for i, b := range row {
		own[i] = slices.Clone(b)
	}
	if c.rows = append(c.rows, own); len(c.rows) < checkedAtOnce {
		return nil
	}
	return c.flush(ctx)
}

// flush asks the store for the rows that wait, and compares.
func (c *viewCheck) flush(ctx context.Context) error {
	if len(c.rows) == 0 {
		return nil
	}
	keys := make([][]*string, len(c.set.Keys))
	for i := range keys {
		for _, row := range c.rows {
			text := row.Text(i)
			keys[i] = append(keys[i], &text)
		}
	}
	records, err := c.store.Read(ctx, c.set, keys)
	if err != nil {
		return err
	}
	request := feature.Request{Keys: keys, Inputs: make([][]*string, len(c.set.Inputs)), Now: c.now}
	for i := range request.Inputs { // what needs them is not looked at
		request.Inputs[i] = make([]*string, len(c.rows))
	}
	answer, err := c.set.Answer(records, request)
	if err != nil {
		return err
	}
	for i, row := range c.rows {
		c.found.out.Compared++
		c.judge(row, answer.Rows[i])
	}
	c.rows = c.rows[:0]
	return nil
}

// compare holds one answer against what the source says. A row that was written between the two says nothing.
func (c *viewCheck) compare(row pg.Row, served feature.Row) {
	keys := len(c.set.Keys)
	if record := served.Records[0]; record == nil || !record.EventTime.Equal(row.Time(keys+1)) {
		c.found.stand("moved", row[:keys])
		return
	}
	var differing []int
	for i, f := range c.set.Features {
		if !sameValue(f.Type, served.Values[i].Text, row[keys+2+i]) {
			differing = append(differing, i)
		}
	}
	switch {
	case len(differing) == 0: // also of a date that was restated for the sake of other keys: the store keeps its row then
		c.found.out.Equal++
	case row.Text(keys) == "restated":
		c.found.stand("older", row[:keys])
	default:
		c.found.out.Different++
		for _, i := range differing {
			c.found.differ(i, mismatch{key: row[:keys], served: served.Values[i], offline: row[keys+2+i]})
		}
	}
}
