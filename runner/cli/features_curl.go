package cli

import (
	"net/url"
	"strings"

	"streamflow/runner/feature"
	"streamflow/runner/internal/diag"
)

// curls are the questions to runner serve, a line for each entity.
func (w *featureWish) curls(set *feature.Set, r feature.Request) string {
	var b strings.Builder
	for row := range r.Rows() {
		address := "http://" + serverAddress + "/features"
		for _, values := range r.Keys {
			address += "/" + url.PathEscape(*values[row])
		}
		var query []string
		add := func(name, value string) { query = append(query, url.QueryEscape(name)+"="+url.QueryEscape(value)) }
		switch refs := strings.Join(w.features, ","); {
		case w.view != "":
			query = append(query, "features="+url.PathEscape(w.view))
		case refs != "":
			query = append(query, "features="+strings.ReplaceAll(url.QueryEscape(refs), "%2C", ","))
		default:
			add("service", set.Name)
		}
		for i, in := range set.Inputs {
			if v := r.Inputs[i][row]; v != nil {
				add(in.Name, *v)
			} else {
				add(in.Name, "")
			}
		}
		b.WriteString("curl " + diag.Typed(address+"?"+strings.Join(query, "&")) + "\n")
	}
	return b.String()
}
