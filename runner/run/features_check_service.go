package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/pg"
	"streamflow/runner/model"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// serviceKinds are those of a comparison of what a service derives.
var serviceKinds = []apartness{{"behind", "derived of rows that are behind their sources, and so not compared", true}}

// checkService compares what a service derives of several views.
func (r *runner) checkService(ctx context.Context, w FeatureCheck, found plan.OnlineFound, out *report.Consistency) error {
	check := plan.CheckService(r.Project, w.Service, r.DB.Schema(), found, w.Sample)
	if check.Apart != "" {
		r.note(fmt.Sprintf("%s: what it derives was not compared: %s", w.Service.Name, check.Apart))
		return nil
	}
	for _, d := range w.Service.Derived {
		if !slices.ContainsFunc(check.Derived, func(o model.Derived) bool { return o.Name == d.Name }) {
			r.note(fmt.Sprintf("%s: %s was not compared: it needs the inputs of a request", w.Service.Name, d.Name))
		}
	}
	set, err := feature.Of(w.Service)
	if err != nil {
		return err
	}
	c := &serviceCheck{check: check, viewCheck: viewCheck{set: set, store: w.Store, now: out.At, found: newFindings(set, serviceKinds)},
		behind: slices.ContainsFunc(out.Views, func(v report.ComparedView) bool { return len(v.Apart) > 0 })}
	c.found.out.Service = w.Service.Name
	c.judge = c.compare
	return r.timed("compare", w.Service.Name, func() (int64, error) {
		err := r.DB.Read(ctx, check.Rows(), func(_ []string, row pg.Row) error { return c.keep(ctx, row) })
		if err == nil {
			err = c.flush(ctx)
		}
		out.Views = append(out.Views, c.found.done(""))
		return c.found.out.Compared, err
	})
}

// serviceCheck compares what a service derives, key by key.
type serviceCheck struct {
	viewCheck
	check  plan.ServiceCheck
	behind bool // some view has rows of another moment than its source
}

// compare holds one answer against what the sources say. Where a view's row is another one than that of its source, so may be what is derived
// of it.
func (c *serviceCheck) compare(row pg.Row, served feature.Row) {
	keys, views := len(c.set.Keys), len(served.Records)
	level := true
	for i, record := range served.Records {
		var at time.Time
		if record != nil {
			at = record.EventTime
		}
		level = level && at.Equal(row.Time(keys+i))
	}
	var differing []int
	for i, d := range c.check.Derived {
		at := c.place(d)
		if !sameValue(d.Type, served.Values[at].Text, row[keys+views+i]) {
			differing = append(differing, i)
		}
	}
	switch {
	case len(differing) == 0:
		c.found.out.Equal++
	case !level || c.behind:
		c.found.stand("behind", row[:keys])
	default:
		c.found.out.Different++
		for _, i := range differing {
			at := c.place(c.check.Derived[i])
			c.found.differ(at, mismatch{key: row[:keys], served: served.Values[at], offline: row[keys+views+i]})
		}
	}
}

// place is where a derived feature of the service stands in its set.
func (c *serviceCheck) place(d model.Derived) int {
	return slices.IndexFunc(c.set.Features, func(f model.Served) bool { return f.View == nil && f.Name == d.Name })
}
