package serve

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

// features answers GET /features/{key}[/{key}...]?service=...: what is known of one entity.
func (s *Server) features(c *call) error {
	query, err := url.ParseQuery(c.URL.RawQuery)
	if err != nil {
		return bad("bad_query", "escape what is not plain text, as %20 for a blank", "the query of the address cannot be read: %s", err)
	}
	set, err := s.chosen(query)
	if err != nil {
		return err
	}
	request, err := s.keyed(set, c.URL, query)
	if err != nil {
		return err
	}
	answer, err := s.answer(c, set, request)
	if err != nil {
		return err
	}
	if !answer.Rows[0].Found() {
		return s.absent(set, request)
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	*buf = append(answer.AppendRow((*buf)[:0], request, 0), '\n')
	return c.json(http.StatusOK, *buf)
}

// answer reads what the store holds and says what it means.
func (s *Server) answer(c *call, set *feature.Set, r feature.Request) (*feature.Answer, error) {
	c.about, c.rows = set.Name, r.Rows()
	answer, err := online.Answer(c.Context(), s.Store, set, r)
	if err != nil {
		return nil, err
	}
	s.metrics.tally(answer)
	if s.Record != nil {
		s.Record.record(answer, r)
	}
	return answer, nil
}

// chosen returns the set that a query names: a service, or features as VIEW:FEATURE with commas between them.
func (s *Server) chosen(query url.Values) (*feature.Set, error) {
	switch service, refs, err := askedBy(query); {
	case err != nil:
		return nil, err
	case refs != nil:
		return s.list(refs, false)
	case service != "":
		return s.service(service)
	}
	return s.only()
}

// askedBy is what a query names: a service or references of features, or neither.
func askedBy(query url.Values) (service string, refs []string, err error) {
	services, lists := query["service"], query["features"]
	if len(services) > 1 || len(services) > 0 && len(lists) > 0 {
		return "", nil, bad("which_service", "give one of them, once", "service and features each say what is asked for")
	}
	if len(services) == 1 && services[0] == "" {
		return "", nil, bad("which_service", "name one, or leave it out", "the address names no service behind service=")
	}
	if len(lists) > 0 {
		return "", strings.Split(strings.Join(lists, ","), ","), nil
	}
	return query.Get("service"), nil, nil
}

// keyed is the request of an address: the parts of the key in its path, inputs in its query.
func (s *Server) keyed(set *feature.Set, at *url.URL, query url.Values) (r feature.Request, err error) {
	parts := strings.Split(strings.TrimPrefix(at.EscapedPath(), "/features/"), "/")
	if len(parts) == 1 && parts[0] == "" {
		return r, bad("wrong_key", "ask for "+addressOf(set), "the address gives no key")
	}
	if len(parts) != len(set.Keys) {
		return r, bad("wrong_key", "ask for "+addressOf(set), "the key has %s, and the address gives %s", parted(len(set.Keys)), parted(len(parts)))
	}
	r = feature.Request{Keys: make([][]*string, len(set.Keys)), Inputs: make([][]*string, len(set.Inputs)), Now: s.Now()}
	for i, k := range set.Keys {
		part, err := url.PathUnescape(parts[i])
		if err != nil {
			return r, bad("bad_key", "", "%s cannot be read: %s", k.Name, err)
		}
		if r.Keys[i], err = one(feature.ReadText, k, part); err != nil {
			return r, err
		}
	}
	for i, in := range set.Inputs {
		given := query[in.Name]
		switch {
		case len(given) == 0:
			return r, bad("missing_input", "add "+in.Name+"="+in.Type.Name+" to the address", "service %q needs the input %s", set.Name, in.Name)
		case len(given) > 1:
			return r, bad("repeated_input", "give it once", "the input %s is given twice", in.Name)
		}
		if r.Inputs[i], err = one(feature.ReadInput, in, given[0]); err != nil {
			return r, err
		}
	}
	return r, strangers(query, append([]string{"service", "features"}, model.Table{Columns: set.Inputs}.ColumnNames()...))
}

// one reads a value of an address.
func one(read func(model.Column, string) (*string, error), c model.Column, text string) ([]*string, error) {
	value, err := read(c, text)
	if err != nil {
		return nil, bad("bad_value", "", "%s", err)
	}
	return []*string{value}, nil
}

// strangers refuses what an address says beside what is known: a name that was mistyped would be passed over.
func strangers(query url.Values, known []string) error {
	for name := range query {
		if !slices.Contains(known, name) {
			return bad("unknown_parameter", diag.DidYouMean(name, known), "%q is not known here", name)
		}
	}
	return nil
}

func parted(n int) string {
	if n == 1 {
		return "1 part"
	}
	return fmt.Sprintf("%d parts", n)
}

// addressOf is the path of a set's features.
func addressOf(set *feature.Set) string {
	parts := make([]string, len(set.Keys))
	for i, k := range set.Keys {
		parts[i] = "{" + k.Name + "}"
	}
	return "/features/" + strings.Join(parts, "/")
}

// absent is the fault of a key that no view has.
func (s *Server) absent(set *feature.Set, r feature.Request) error {
	pairs, views := make([]string, len(set.Keys)), make([]string, len(set.Reads))
	for i, k := range set.Keys {
		pairs[i] = k.Name + " " + *r.Keys[i][0]
		if k.PII {
			pairs[i] = "this " + k.Name
		}
	}
	for i, read := range set.Reads {
		views[i] = read.View.Name
	}
	hint := "check the key, or see /health for what was materialized when"
	if now := s.watch.look(); now.err == nil && !anyFilled(now, s.views, set) {
		hint = "nothing was materialized yet: runner materialize"
	}
	return unknown("unknown_entity", "", hint, "%s is in none of %s", strings.Join(pairs, ", "), strings.Join(views, ", "))
}

func anyFilled(now seen, views []*model.FeatureView, set *feature.Set) bool {
	for i, state := range now.states {
		if state.Exists && slices.ContainsFunc(set.Reads, func(r feature.Read) bool { return r.View == views[i] }) {
			return true
		}
	}
	return false
}
