package feature

import (
	"slices"

	"streamflow/runner/model"
)

// Masked is an answer, with its request, that shows no personal data: what there is of it is masked. Statuses stay.
func (a *Answer) Masked(r Request) (*Answer, Request) {
	set := *a.Set
	set.Features, set.Keys = slices.Clone(a.Set.Features), slices.Clone(a.Set.Keys)
	out := &Answer{Set: &set, Rows: slices.Clone(a.Rows)}
	text := model.Type{Name: "text", Family: model.Text}
	for i := range out.Rows {
		out.Rows[i].Values = slices.Clone(a.Rows[i].Values)
	}
	for j := range set.Features {
		if !set.Features[j].PII {
			continue
		}
		set.Features[j].Type = text
		for i := range out.Rows {
			if v := &out.Rows[i].Values[j]; v.Text != nil {
				v.Text = []byte(model.Masked)
			}
		}
	}
	r.Keys = slices.Clone(r.Keys)
	for i := range set.Keys {
		if set.Keys[i].PII {
			set.Keys[i].Type = text
			mask := model.Masked
			r.Keys[i] = slices.Repeat([]*string{&mask}, len(r.Keys[i]))
		}
	}
	return out, r
}

// Text is a value for people to read: as AppendJSON writes it, and texts without quotes.
func Text(t model.Type, text []byte) string {
	if text == nil {
		return "null"
	}
	switch t.Family {
	case model.Date, model.Timestamp, model.TimestampTZ:
		return string(AppendMoment(nil, t, text))
	}
	if out := AppendJSON(nil, t, text); out[0] != '"' {
		return string(out)
	}
	return string(text)
}
