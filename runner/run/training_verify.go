package run

import (
	"context"
	"fmt"
	"slices"

	"streamflow/runner/internal/diag"
	"streamflow/runner/plan"
	"streamflow/runner/report"
)

// VerifyTraining builds a training set to nowhere and compares it with its manifest, or with what the ledger remembers where that is lost, and
// with its file. Each difference is told with its cause.
func VerifyTraining(ctx context.Context, c Config, w Training) *report.Report {
	t := newTraining(c, w)
	t.finish(ctx, t.verify(ctx))
	return t.rep
}

func (t *training) verify(ctx context.Context) error {
	t.event(report.Event{Phase: "start", Text: t.Target})
	defer t.unlock()
	for _, step := range []func(context.Context) error{t.chooseParams, t.chooseOutput} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	built, err := t.remembered(ctx)
	if err != nil {
		return err
	}
	if err := t.stageSpine(ctx); err != nil {
		return err
	}
	t.nowhere = true
	if err := t.fill(ctx); err != nil {
		return err
	}
	if faults := t.compareBuilt(built); len(faults) > 0 {
		t.out.State = report.TrainingChanged
		return refuse(faults)
	}
	t.out.State = report.TrainingVerified
	return nil
}

// remembered is the manifest beside the file, or else what the ledger knows of the last build.
func (t *training) remembered(ctx context.Context) (*report.Manifest, error) {
	m, ok, err := readManifest(t.path)
	if err != nil || ok {
		return &m, err
	}
	exists, err := t.ledger.Exists(ctx)
	if err != nil {
		return nil, err
	}
	if exists {
		last, err := t.ledger.LastTraining(ctx, t.DB.Schema(), t.w.Set.Name, t.out.Output)
		if err != nil {
			return nil, err
		}
		if last != nil {
			t.note("there is no " + t.out.Manifest + ": compared with what the ledger remembers")
			t.out.Manifest = ""
			return last, nil
		}
	}
	return nil, refuse(diag.List{{Message: fmt.Sprintf("%s was not built yet: there is neither %s nor a build in the ledger", t.w.Set.Name, t.out.Manifest),
		Hint: "build it: runner training build " + diag.Typed(t.w.Set.Name)}})
}

// compareBuilt says what is not as it was built. What was built from is only told where the rows differ.
func (t *training) compareBuilt(built *report.Manifest) diag.List {
	var faults diag.List
	add := func(hint, format string, args ...any) {
		faults.Add(diag.Diagnostic{Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	now, err := hashFile(t.path)
	switch {
	case err != nil:
		add("", "%s cannot be read: %v", t.out.Output, err)
	case now == "":
		add("build it again", "%s is not there", t.out.Output)
	case now != built.SHA256:
		add("build it again with --replace, or bring back the file", "%s is not the file that was built: its sha256 is %.12s, and %.12s was written", t.out.Output, now, built.SHA256)
	}
	if t.out.SHA256 == built.SHA256 {
		return faults
	}
	causes := t.causes(built)
	for _, c := range causes {
		add("", "%s", c)
	}
	message := fmt.Sprintf("built again, %s has %s (sha256 %.12s); it had %s (sha256 %.12s)", t.w.Set.Name, plural(t.out.Rows, "row"), t.out.SHA256, plural(built.Rows, "row"), built.SHA256)
	if len(causes) == 0 {
		message += ", and neither a freeze nor the specs have changed"
		if len(t.out.Reads) > 0 {
			message += ": rows of " + joined(t.out.Reads) + " may have, which are not frozen"
		}
	}
	add("build it again with --replace", "%s", message)
	return faults
}

// causes are the changes since the build that may have changed the rows.
func (t *training) causes(built *report.Manifest) []string {
	var out []string
	if plan.TrainingDefinition(t.Project, t.w.Set) != built.Spec {
		out = append(out, "the specs that it depends on have changed since it was built")
	}
	if plan.Pairs(built.Params) != plan.Pairs(t.sel.Values) {
		out = append(out, fmt.Sprintf("it was built with other parameters: %s", orNone(plan.Pairs(built.Params))))
	}
	same := func(a report.TrainingFreeze) func(report.TrainingFreeze) bool {
		return func(b report.TrainingFreeze) bool { return a.Snapshot == b.Snapshot && a.AsOf == b.AsOf }
	}
	for _, was := range built.Freezes {
		i := slices.IndexFunc(t.out.Freezes, same(was))
		switch {
		case i < 0:
			out = append(out, fmt.Sprintf("%s of %s is not read any more", was.Snapshot, was.AsOf))
		case t.out.Freezes[i].Revision != was.Revision:
			out = append(out, fmt.Sprintf("%s of %s was restated since: revision %d, it was built from revision %d", was.Snapshot, was.AsOf, t.out.Freezes[i].Revision, was.Revision))
		case t.out.Freezes[i].Fingerprint != was.Fingerprint:
			out = append(out, fmt.Sprintf("%s of %s has other columns or values than it was built from", was.Snapshot, was.AsOf))
		}
	}
	for _, is := range t.out.Freezes {
		if !slices.ContainsFunc(built.Freezes, same(is)) {
			out = append(out, fmt.Sprintf("%s of %s was frozen since", is.Snapshot, is.AsOf))
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
