package report

import "io"

// Entity is what is known of one entity.
type Entity struct {
	Key      string // as it is typed
	Features []FeatureValue
}

// FeatureValue is one value of an entity. AsOf is what it speaks for; empty where nothing was found, and of what is derived of several views.
type FeatureValue struct{ Feature, Value, Status, AsOf string }

// FeaturesText writes entities with their features, one on a line.
func FeaturesText(w io.Writer, entities []Entity, opts TextOptions) error {
	o := &printer{w: w, p: palette(opts.Colour)}
	for i, e := range entities {
		if i > 0 || opts.Titled {
			o.line("")
		}
		o.line("%s", o.p.bold(e.Key))
		o.line("")
		rows := make([][]string, len(e.Features))
		for j, f := range e.Features {
			status := o.p.dim(f.Status)
			if f.Status != "PRESENT" {
				status = o.p.yellow(f.Status)
			}
			rows[j] = []string{f.Feature, f.Value, status, f.AsOf}
		}
		o.grid([]head{{"FEATURE", false}, {"VALUE", false}, {"STATUS", false}, {"AS OF", false}}, rows)
	}
	return o.err
}
