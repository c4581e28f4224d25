package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/online"
)

// pushed is the body of /push and /write-to-online-store (feast/feature_server.py): rows of one view, as one list for each column.
type pushed struct {
	view string
	to   string
	df   []column
}

// readPushed reads the body; the view stands under one of two names.
func readPushed(r io.Reader, viewKey string) (*pushed, error) {
	out := &pushed{to: "online"}
	err := readObject(r, func(key string, d *json.Decoder) (err error) {
		switch key {
		case viewKey:
			err = readField(d, key, &out.view)
		case "to":
			err = readField(d, key, &out.to)
		case "df":
			out.df, err = readColumns(d, key)
		default:
			err = skip(d)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case out.view == "":
		return nil, malformed("missing", "Field required", viewKey)
	case out.df == nil:
		return nil, malformed("missing", "Field required", "df")
	}
	return out, nil
}

// push answers POST /push. A push source is a view of that name.
func (s *Server) push(c *call) error {
	if err := s.store(c, "push_source_name", "PushSourceNotFoundException"); err != nil {
		return err
	}
	return c.json(http.StatusOK, nil)
}

// writeOnline answers POST /write-to-online-store.
func (s *Server) writeOnline(c *call) error {
	if err := s.store(c, "feature_view_name", "FeatureViewNotFoundException"); err != nil {
		return err
	}
	return c.json(http.StatusOK, []byte("null"))
}

// store writes the rows of a body into the online store, all or none. What is stored already and newer stays.
func (s *Server) store(c *call, viewKey, class string) error {
	body, err := readPushed(c.Body, viewKey)
	if err != nil {
		return err
	}
	view, err := s.pushable(body, class)
	if err != nil {
		return err
	}
	rows, err := s.rowsOf(view, body.df)
	if err != nil {
		return err
	}
	c.about, c.rows = view.Name, len(rows)
	written, err := s.Store.Write(c.Context(), view, rows)
	var faults online.Faults
	var said diag.Diagnostic
	switch {
	case errors.As(err, &faults):
		return bad("bad_rows", "", "%s", faults.Error())
	case errors.As(err, &said):
		return &fault{status: http.StatusConflict, code: "not_ready", message: said.Message, hint: said.Hint}
	case err != nil:
		return err
	}
	s.watch.forget()
	s.metrics.pushed.WithLabelValues(view.Name, "written").Add(float64(written.Inserted + written.Updated))
	s.metrics.pushed.WithLabelValues(view.Name, "unchanged").Add(float64(written.Unchanged))
	s.metrics.pushed.WithLabelValues(view.Name, "older").Add(float64(written.Older))
	return nil
}

// pushable returns the view that a body means.
func (s *Server) pushable(body *pushed, class string) (*model.FeatureView, error) {
	if body.to != "online" {
		return nil, bad("only_online", "what training sets are made of comes from the sources: load it with runner apply", "rows are pushed to the online store, not to %q", body.to)
	}
	var names []string
	for _, v := range s.views {
		if v.Name == body.view {
			return v, nil
		}
		names = append(names, v.Name)
	}
	if s.Project.FeatureView(body.view) != nil {
		return nil, bad("not_online", "take online: false away", "feature view %q is not kept online", body.view)
	}
	f := unknown("unknown_view", class, diag.DidYouMean(body.view, names), "there is no feature view %q", body.view)
	if class == "PushSourceNotFoundException" {
		f.status = http.StatusUnprocessableEntity // as Feast
		f.hint = strings.TrimSpace(f.hint + " a push source is a view, by its name")
	}
	return nil, f
}

// The columns of a pushed table that are no feature, as Feast's client calls them.
const (
	eventColumn   = "event_timestamp"
	createdColumn = "created"
)

// rowsOf turns the columns of a body into rows of a view. Every feature must be there: what is left out would silently become NULL.
func (s *Server) rowsOf(view *model.FeatureView, df []column) ([]online.Row, error) {
	n := 0
	if len(df) > 0 {
		n = len(df[0].values)
	}
	if err := s.fitting(view, df, n); err != nil {
		return nil, err
	}
	if n > s.Limits.Rows {
		return nil, tooMany(n, s.Limits.Rows)
	}
	rows := make([]online.Row, n)
	var faults []string
	for i := range rows {
		row := &rows[i]
		for _, k := range view.Entity.Key {
			text, err := feature.ReadJSON(k, valuesOf(df, k.Name)[i])
			switch {
			case err != nil:
				faults = append(faults, fmt.Sprintf("row %d: %s", i+1, err))
			case text == nil:
				faults = append(faults, fmt.Sprintf("row %d: %s is null, and it is the key", i+1, k.Name))
			default:
				row.Key = append(row.Key, *text)
			}
		}
		for _, f := range view.Features {
			text, err := feature.ReadJSON(model.Column{Name: f.Name, Type: f.Type, PII: f.PII}, valuesOf(df, f.Name)[i])
			if err != nil {
				faults = append(faults, fmt.Sprintf("row %d: %s", i+1, err))
			}
			row.Values = append(row.Values, text)
		}
		var err error
		if row.EventTime, err = s.instantOf(view, valuesOf(df, eventColumn)[i]); err != nil {
			faults = append(faults, fmt.Sprintf("row %d: %s: %s", i+1, eventColumn, err))
		}
		if made := valuesOf(df, createdColumn); made != nil && string(made[i]) != "null" {
			if row.Created, err = s.instantOf(view, made[i]); err != nil {
				faults = append(faults, fmt.Sprintf("row %d: %s: %s", i+1, createdColumn, err))
			}
		}
	}
	if len(faults) > 0 {
		return nil, bad("bad_rows", "nothing was written", "%s", said10(faults))
	}
	return rows, nil
}

// said10 tells the first faults of many.
func said10(faults []string) string {
	const most = 10
	if len(faults) > most {
		return fmt.Sprintf("%s; and %d more", strings.Join(faults[:most], "; "), len(faults)-most)
	}
	return strings.Join(faults, "; ")
}

func valuesOf(df []column, name string) []json.RawMessage {
	for _, c := range df {
		if c.name == name {
			return c.values
		}
	}
	return nil
}

// fitting holds the columns of a body against those of the view: all of them are there, no others, and each has a value for every row.
func (s *Server) fitting(view *model.FeatureView, df []column, rows int) error {
	wanted := append(keyNames(view.Entity.Key), eventColumn)
	for _, f := range view.Features {
		wanted = append(wanted, f.Name)
	}
	known := append(slices.Clone(wanted), createdColumn)
	var faults []string
	for _, name := range wanted {
		if valuesOf(df, name) == nil {
			faults = append(faults, fmt.Sprintf("the column %s is missing", name))
		}
	}
	for _, c := range df {
		switch {
		case len(c.values) != rows:
			faults = append(faults, fmt.Sprintf("%s has %d values, and %s has %d", df[0].name, rows, c.name, len(c.values)))
		case !slices.Contains(known, c.name) && view.DerivedFeature(c.name) != nil: // Feast's client sends nulls for it, as it knows no difference
			if slices.ContainsFunc(c.values, func(v json.RawMessage) bool { return string(v) != "null" }) {
				faults = append(faults, fmt.Sprintf("%s is computed from other features: leave it out, or let it be null", c.name))
			}
		case !slices.Contains(known, c.name):
			faults = append(faults, strings.TrimSpace(fmt.Sprintf("view %q has no column %s %s", view.Name, c.name, diag.DidYouMean(c.name, known))))
		}
	}
	if len(faults) > 0 {
		return bad("wrong_columns", "give the key, every feature (null where it is not known) and "+eventColumn, "%s", said10(faults))
	}
	return nil
}

// ahead is how far the clock of a sender may be before ours. A row of the future would keep all true ones out until then.
const ahead = 5 * time.Minute

// instantOf reads the moment of a row. Feast's client sends moments in UTC without a zone. A date means what it means everywhere else: the
// instant its day ends in the project's time zone, or begins where the view's source says so.
func (s *Server) instantOf(view *model.FeatureView, raw json.RawMessage) (time.Time, error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil || string(raw) == "null" {
		return time.Time{}, fmt.Errorf("%s is no moment: write it as text, such as 2024-01-31T06:00:00Z", raw)
	}
	if day, err := model.ParseDate(text); err == nil {
		at := model.DayInstant(day, view.Source.AtStart, s.zone)
		switch now := s.Now(); {
		case model.OnClock(day, s.zone).After(now):
			return time.Time{}, fmt.Errorf("%s lies in the future", text)
		case at.After(now):
			return time.Time{}, fmt.Errorf("%s is not over, and means its end: it would keep out all that comes before that, so give the moment", text)
		}
		return at, nil
	}
	t, err := moment(text)
	if err == nil && t.After(s.Now().Add(ahead)) {
		err = fmt.Errorf("%s lies in the future: it would keep out all that comes before it", text)
	}
	return t, err
}
