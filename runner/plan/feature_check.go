package plan

import (
	"slices"
	"strconv"
	"time"

	"streamflow/runner/internal/pgsql"
	"streamflow/runner/model"
)

// FeatureCheck compares what the online store holds of a view with the newest rows of its source.
type FeatureCheck struct {
	View    *model.FeatureView
	Missing string // the source that is not there yet, so that there is nothing to compare with

	Settled bool // the store has seen all that is frozen or loaded

	table  model.Table // of the online store
	absent bool        // the store has no such table yet
	source pgsql.Frag  // the newest row of each key, with the columns of the table
	now    time.Time
	sample int64
	seed   int64
}

// Sample says which keys are compared: so many, another choice for each seed. Zero keys are all.
type Sample struct{ Keys, Seed int64 }

// CheckFeatures plans the comparison of a view. What counts in its source is found as Materialize finds it.
func CheckFeatures(project *model.Project, view *model.FeatureView, schema string, found OnlineFound, sample Sample) FeatureCheck {
	c := FeatureCheck{View: view, table: view.OnlineTable(schema), now: found.Now, sample: sample.Keys, seed: sample.Seed}
	c.absent = found.Online.Table(view.Name) == nil
	for _, name := range Reads(view) {
		if found.Source.Table(name) == nil {
			c.Missing = name
			return c
		}
	}
	freezes := found.Source.Freezes[view.Source.Name]
	if view.SnapshotOnly && len(freezes) > 1 {
		freezes = freezes[len(freezes)-1:]
	}
	c.Settled = found.Last != nil && !slices.ContainsFunc(Reads(view), func(name string) bool { return found.Seen[name] > found.Last.Watermark[name] })
	c.source = newOnlineSource(project, view, schema, found.Source, nil, found.Now).whole(freezes)
	return c
}

// Rows answers with a row for each key: its columns; how the store stands to the source ("level" where both speak of the same moment,
// "restated" where that was frozen again since, and the store has not seen it, else "missing", "older", "gone" or "pushed"); the event time in the store; then what should be
// served of the view's features and, after them, its derived ones. The sample of a seed is made of the same keys as long as they are there.
func (c FeatureCheck) Rows() pgsql.Frag {
	key := c.table.PrimaryKey
	values := pgsql.Map(c.View.Features, func(f model.Feature) pgsql.Frag { return pgsql.Column("r", f.Name) })
	for _, d := range c.View.Derived {
		values = append(values, "CASE WHEN "+pgsql.Column("r", heldColumn)+" THEN "+d.SQL+" END")
	}
	restated := pgsql.Literal("restated")
	if c.Settled {
		restated = pgsql.Literal("level")
	}
	table := c.table.SQL()
	if c.absent {
		table = fill("feature_check_absent", pgsql.Holes{"source": c.source})
	}
	return fill("feature_check", pgsql.Holes{"key": pgsql.List(key, func(k string) pgsql.Frag { return pgsql.Column("r", k) }),
		"verdict": pgsql.Ident("#verdict"), "restated": restated, "online": pgsql.Ident("#online"), "values": pgsql.Join(values, ", "), "source": c.source, "table": table,
		"match": match("s", key, "l", key), "features": c.features(),
		"keys": pgsql.List(key, func(k string) pgsql.Frag {
			return "coalesce(" + pgsql.Column("s", k) + ", " + pgsql.Column("l", k) + ") AS " + pgsql.Ident(k)
		}),
		"offline_missing": pgsql.Column("s", key[0]) + " IS NULL", "online_missing": pgsql.Column("l", key[0]) + " IS NULL",
		"offline_rank": onlineRank("s"), "online_rank": onlineRank("l"),
		"offline_moment": "(" + onlineMoment("s") + ")", "online_moment": "(" + onlineMoment("l") + ")", "pushed": pgsql.Column("l", model.OnlinePushed),
		"online_time": pgsql.Column("l", model.OnlineEventTime), "holds": c.holds(), "held": pgsql.Ident(heldColumn), "sampled": c.sampled()})
}

// heldColumn says whether the row of the source is not past its ttl.
const heldColumn = "#held"

// features are those of the view, NULL past its ttl.
func (c FeatureCheck) features() pgsql.Frag {
	out := pgsql.Frag("")
	for _, f := range c.View.Features {
		out += ",\n           CASE WHEN " + c.holds() + " THEN " + pgsql.Column("s", f.Name) + " END AS " + pgsql.Ident(f.Name)
	}
	return out
}

// holds is true where the row of the source is not past its ttl.
func (c FeatureCheck) holds() pgsql.Frag {
	return pgsql.Column("s", c.table.PrimaryKey[0]) + " IS NOT NULL AND coalesce(" + pgsql.Column("s", model.OnlineExpires) + " >= " + instant(c.now) + ", true)"
}

// sampled takes the keys whose hashes with the seed are the least: another sample for each seed, and the same one when other keys come and go.
func (c FeatureCheck) sampled() pgsql.Frag {
	if c.sample == 0 {
		return ""
	}
	text := pgsql.Map(c.table.PrimaryKey, func(k string) pgsql.Frag { return pgsql.Column("r", k) + "::text" })
	return "\nORDER BY md5(" + pgsql.Literal(strconv.FormatInt(c.seed, 10)) + " || " + jsonTexts(text) + "::text)\nLIMIT " + pgsql.Int(c.sample)
}
