package serve

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// onlineFeatures answers in Feast's wire format (feast/feature_server.py and feast/utils.py of version 0.66): one list of values, statuses
// and event times for each column. Keys and inputs come first, in the order of the entities of the body, then features in the order in
// which they were asked for. (Feast's own servers give features in no certain order.)
//
// Where Feast answers 500 to what is the sender's mistake, this answers 400: Feast's client tries a 500 again three times, and then says
// nothing of the message (feast/permissions/client/http_auth_requests_wrapper.py).
func (s *Server) onlineFeatures(c *call) error {
	body, err := readAsked(c.Body)
	if err != nil {
		return err
	}
	set, err := s.wanted(body)
	if err != nil {
		return err
	}
	request, columns, err := s.bind(set, body.entities)
	if err != nil {
		return err
	}
	answer, err := s.answer(c, set, request)
	if err != nil {
		return err
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = appendOnline((*buf)[:0], columns, answer, body.fullNames)
	return c.json(http.StatusOK, *buf)
}

// buffers are for answers, which are written at once when they are whole.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// wanted returns the set that a body asks for. As in Feast, a service wins over a list of features.
func (s *Server) wanted(body *asked) (*feature.Set, error) {
	if body.service != "" {
		return s.service(body.service)
	}
	refs := make([]string, len(body.features))
	for i, ref := range body.features {
		refs[i] = strings.Replace(ref, "@latest:", ":", 1) // there is one version of a view
	}
	return s.list(refs, body.fullNames)
}

// appendOnline writes an answer in Feast's wire format.
func appendOnline(dst []byte, columns []given, a *feature.Answer, full bool) []byte {
	dst = append(dst, `{"metadata":{"feature_names":[`...)
	for _, c := range columns {
		dst = append(feature.AppendJSON(dst, text, []byte(c.Name)), ',')
	}
	for j, f := range a.Set.Features {
		name := f.Name
		if full {
			name = a.Set.Full[j]
		}
		dst = append(feature.AppendJSON(dst, text, []byte(name)), ',')
	}
	dst = append(closed(dst), `},"results":[`...)
	for _, c := range columns {
		dst = append(appendGiven(dst, c), ',')
	}
	times := make([][]byte, len(a.Set.Reads)) // of each view, all rows: its features share them
	for j := range a.Set.Features {
		var list []byte
		read := a.Set.ReadOf(j)
		if read >= 0 {
			if times[read] == nil {
				times[read] = appendTimes(nil, a, read)
			}
			list = times[read]
		} else {
			list = appendTimes(nil, a, read)
		}
		dst = append(appendFeature(dst, a, j, list), ',')
	}
	return append(closed(dst), '}')
}

// closed ends a list, whose last comma it takes away.
func closed(dst []byte) []byte {
	if dst[len(dst)-1] == ',' {
		dst = dst[:len(dst)-1]
	}
	return append(dst, ']')
}

// vector writes one column: three lists of the same length.
func vector(dst []byte, rows int, value func(dst []byte, row int) ([]byte, feature.Status), times func([]byte) []byte) []byte {
	var few [64]feature.Status
	found := few[:0]
	dst = append(dst, `{"values":[`...)
	for i := range rows {
		var status feature.Status
		dst, status = value(dst, i)
		dst = append(dst, ',')
		found = append(found, status)
	}
	dst = append(closed(dst), `,"statuses":[`...)
	for _, status := range found {
		dst = append(append(append(dst, '"'), status...), '"', ',')
	}
	return append(times(append(closed(dst), `,"event_timestamps":`...)), '}')
}

func appendFeature(dst []byte, a *feature.Answer, j int, times []byte) []byte {
	t := a.Set.Features[j].Type
	return vector(dst, len(a.Rows), func(dst []byte, i int) ([]byte, feature.Status) {
		return feature.AppendWire(dst, t, a.Rows[i].Values[j])
	}, func(dst []byte) []byte { return append(dst, times...) })
}

// appendGiven sends a key or an input back. Feast says PRESENT of each; of a null we say NULL_VALUE, because a client fails on a column that
// is all null and present.
func appendGiven(dst []byte, c given) []byte {
	return vector(dst, len(c.texts), func(dst []byte, i int) ([]byte, feature.Status) {
		if c.texts[i] == nil {
			return append(dst, "null"...), feature.NullValue
		}
		switch c.Type.Family {
		case model.Date, model.Timestamp, model.TimestampTZ: // as text or as seconds: rows are looked for by what was sent
			return append(dst, c.sent[i]...), feature.Present
		}
		return feature.AppendWire(dst, c.Type, feature.Value{Text: []byte(*c.texts[i]), Status: feature.Present})
	}, func(dst []byte) []byte {
		dst = append(dst, '[')
		for range c.texts {
			dst = append(append(dst, never...), ',')
		}
		return closed(dst)
	})
}

// never is the event time of what has none: keys, and rows that were not found.
const never = `"1970-01-01T00:00:00Z"`

// appendTimes lists the event times of what was found of a view; -1 is what a service derives itself. Those of a snapshot are mostly the
// same, and then are written once and copied.
func appendTimes(dst []byte, a *feature.Answer, read int) []byte {
	var last time.Time
	var from, to int // where it stands
	dst = append(dst, '[')
	for i := range a.Rows {
		if read < 0 || a.Rows[i].Records[read] == nil {
			dst = append(append(dst, never...), ',')
			continue
		}
		if at := a.Rows[i].Records[read].EventTime; to > 0 && at.Equal(last) {
			dst = append(dst, dst[from:to]...)
		} else {
			last, from = at, len(dst)
			dst = append(appendTime(append(dst, '"'), at), '"', ',')
			to = len(dst)
		}
	}
	return closed(dst)
}

// text is the type of names.
var text = model.Type{Name: "text", Family: model.Text}
