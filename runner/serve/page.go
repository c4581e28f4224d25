package serve

import (
	"bytes"
	_ "embed" // for the page's template
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// pageData is what the page shows.
type pageData struct {
	Project, Specs string
	Database       bool
	LastRun        *pageRun
	Services       []pageService
	Views          []pageView
}

type pageRun struct {
	Pipeline, Ended string
	Params          map[string]string
}

type pageService struct {
	Name, Description, Fault string
	Keys, Inputs             []pageColumn
	Features                 []pageColumn
	Curl, Feast              string
}

type pageColumn struct{ Name, Type, From string }

type pageView struct {
	Name, Description, Key, Source string
	Filled                         bool
	Newest, Age, Materialized      string
}

// page is for people: what is served, how old it is, and how to ask for it.
func (s *Server) page(c *call) error {
	now := s.watch.look()
	d := pageData{Project: s.Project.Name, Specs: s.Specs, Database: now.err == nil}
	if r := now.last; r != nil && r.Ended != nil {
		d.LastRun = &pageRun{r.Pipeline, shortTime(*r.Ended), r.Params}
	}
	base := "http://" + c.Host
	if c.TLS != nil {
		base = "https://" + c.Host
	}
	for _, svc := range s.Project.FeatureServices {
		d.Services = append(d.Services, s.pageService(svc, base))
	}
	for i, v := range s.views {
		one := pageView{Name: v.Name, Description: v.Description, Key: strings.Join(keyNames(v.Entity.Key), ", "), Source: sourceOf(v.Source)}
		if now.err == nil && now.states[i].Exists {
			one.Filled, one.Newest, one.Materialized = true, shortTime(now.states[i].Newest), shortTime(now.states[i].Materialized)
			if age, ok := s.age(now.states[i].Newest); ok {
				one.Age = ageText(time.Duration(age * float64(time.Second)))
			}
		}
		d.Views = append(d.Views, one)
	}
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, d); err != nil {
		return err
	}
	h := c.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'")
	return c.send(http.StatusOK, typeHTML, b.Bytes())
}

func (s *Server) pageService(svc *model.FeatureService, base string) pageService {
	out := pageService{Name: svc.Name, Description: svc.Description}
	set := s.services[svc.Name]
	if set == nil {
		out.Fault = s.faults[svc.Name].Error()
		return out
	}
	for _, k := range set.Keys {
		out.Keys = append(out.Keys, pageColumn{Name: k.Name, Type: k.Type.Name})
	}
	for _, in := range set.Inputs {
		out.Inputs = append(out.Inputs, pageColumn{Name: in.Name, Type: in.Type.Name})
	}
	for _, f := range set.Features {
		from := "derived"
		if f.View != nil {
			from = f.View.Name
		}
		out.Features = append(out.Features, pageColumn{f.Name, f.Type.Name, from})
	}
	out.Curl, out.Feast = s.curls(set, base)
	return out
}

// curls are the commands that ask for the features of a service: of one entity, and of several as Feast's client does.
func (s *Server) curls(set *feature.Set, base string) (one, several string) {
	header := ""
	if s.Token != "" {
		header = `-H "Authorization: Bearer $RUNNER_TOKEN" `
	}
	query := url.Values{"service": {set.Name}}
	entities := object{}
	for _, k := range set.Keys {
		entities[k.Name] = []any{example(k.Type)}
	}
	for _, in := range set.Inputs {
		query.Set(in.Name, fmt.Sprint(example(in.Type)))
		entities[in.Name] = []any{example(in.Type)}
	}
	address := base + "/features"
	for _, k := range set.Keys {
		address += "/" + url.PathEscape(fmt.Sprint(example(k.Type)))
	}
	body := string(encoded(object{"feature_service": set.Name, "entities": entities}))
	return "curl " + header + diag.Typed(address+"?"+query.Encode()), "curl " + header + "-d " + diag.Typed(body) + " " + diag.Typed(base+"/get-online-features")
}

// try sends a form of the page to the address that answers it: a form cannot put a key into a path by itself.
func (s *Server) try(c *call) error {
	query := c.URL.Query()
	to := "/features"
	for _, part := range query["key"] {
		to += "/" + url.PathEscape(part)
	}
	query.Del("key")
	c.Header().Set("Location", to+"?"+query.Encode()) // as it is: http.Redirect would clean the path, and with it the key
	c.WriteHeader(http.StatusSeeOther)
	return nil
}

func keyNames(key []model.Column) []string {
	out := make([]string, len(key))
	for i, k := range key {
		out[i] = k.Name
	}
	return out
}

func sourceOf(f model.FeatureSource) string {
	if f.Name == "" {
		return "a query"
	}
	return f.Name
}

func shortTime(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// ageText is a length of time in its largest units.
func ageText(d time.Duration) string {
	switch {
	case d < 0:
		return "in the future"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
