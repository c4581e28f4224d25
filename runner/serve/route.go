package serve

import (
	"net/http"
	"slices"
	"strings"
)

// route is one thing that the server does.
type route struct {
	method string
	path   string // as metrics and the OpenAPI document name it; {key} stands for all that follows
	style  style  // of its errors
	open   bool   // served without the token
	write  bool   // only with AllowWrite
	long   bool   // takes as long as it takes
	do     func(*Server, *call) error
	api    func(*Server, *route) map[string]object // what it takes and answers, by path of the OpenAPI document
	doc    string                                  // in one line
	more   string                                  // what else is to be said of it
}

// keyed is the path of the one route whose end is of any length.
const keyed = "/features/{key}"

// routes is the list of all routes. To add one is to add its line here, and its method.
func routes() []*route {
	return []*route{
		{method: "GET", path: "/", do: (*Server).page, api: sends("a page of HTML", "text/html", object{"type": "string"}), doc: "The page for people",
			more: "Services, views and their age, with a command to try each."},
		{method: "GET", path: "/try", do: (*Server).try, api: redirects, doc: "The way from the page's form to an answer",
			more: "Sends a browser on to /features/{key} with the key that it was given."},
		{method: "GET", path: "/health", open: true, do: (*Server).health, api: sends("it can", "application/json", object{"type": "object", "required": []any{"status", "database"}}), doc: "Whether the server can answer",
			more: "503 when the database does not answer, or when the server is about to end. Without the token, of a server that has one, it says only that."},
		{method: "GET", path: "/ready", open: true, do: (*Server).health, api: sends("it can", "application/json", object{"type": "object", "required": []any{"status", "database"}}),
			doc: "The same under the name that orchestrators ask for"},
		{method: "GET", path: keyed, do: (*Server).features, api: featurePaths, doc: "The features of one entity",
			more: "The parts of the key stand in the path, URL-escaped, in the order of the entity's key. 404 when no view has the key."},
		{method: "POST", path: "/get-online-features", style: feasts, do: (*Server).onlineFeatures, api: onlinePaths, doc: "The features of several entities",
			more: "Feast's wire format: one list of values for each column. The body is read as JSON whatever its Content-Type."},
		{method: "POST", path: "/historical-features", long: true, do: (*Server).historical, api: historicalPaths, doc: "Features as they were known at the times of some rows",
			more: "Rows come as JSON lines or as one list, each with the key, event_timestamp (a date means its end) and the inputs of the service; others go through. They are answered as JSON lines, in the order of their keys and times."},
		{method: "POST", path: "/push", style: feasts, write: true, do: (*Server).push, api: pushPaths, doc: "New rows of a view, for the online store",
			more: "As Feast's: push_source_name is the name of a view. Only with --allow-write. What is stored already and newer stays."},
		{method: "POST", path: "/write-to-online-store", style: feasts, write: true, do: (*Server).writeOnline, api: pushPaths,
			doc: "The same under Feast's other name", more: "feature_view_name instead of push_source_name. Only with --allow-write."},
		{method: "POST", path: "/materialize", style: feasts, write: true, long: true, do: (*Server).materialize, api: materializePaths,
			doc: "Bring what happened between two times online", more: "As Feast's. Both ends belong to it; without feature_views all views. Only with --allow-write. 409 while another holds a view. With ?async=true the answer comes first."},
		{method: "POST", path: "/materialize-incremental", style: feasts, write: true, long: true, do: (*Server).materializeIncremental, api: materializePaths,
			doc: "Bring online what is new", more: "As Feast's. Late and corrected rows are new as well. Only with --allow-write."},
		{method: "GET", path: "/metrics", do: (*Server).metricsPage, api: sends("metrics", "text/plain", object{"type": "string"}), doc: "Metrics for Prometheus"},
		{method: "GET", path: "/openapi.json", do: (*Server).openAPI, api: sends("an OpenAPI document", "application/json", object{"type": "object"}), doc: "This document"},
	}
}

// table finds routes by path and method.
type table map[string][]*route

func tableOf(list []*route) table {
	t := table{}
	for _, r := range list {
		t[r.path] = append(t[r.path], r)
	}
	return t
}

// find returns the route of a request, and otherwise why there is none. Paths are taken as they are: a key may hold anything, so nothing is
// cleaned and nobody is sent elsewhere.
func (t table) find(r *http.Request) (*route, *fault) {
	path, method := r.URL.Path, r.Method
	if strings.HasPrefix(r.URL.EscapedPath(), "/features/") {
		path = keyed
	}
	if method == http.MethodHead {
		method = http.MethodGet
	}
	here := t[path]
	for _, rt := range here {
		if rt.method == method {
			return rt, nil
		}
	}
	if len(here) == 0 {
		return nil, unknown("unknown_path", "", "GET / lists what is here, and GET /openapi.json tells programs", "there is no %s", r.URL.Path)
	}
	var allowed []string
	for _, rt := range here {
		allowed = append(allowed, rt.method)
	}
	slices.Sort(allowed)
	return here[0], &fault{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: r.Method + " is not for " + r.URL.Path,
		hint: "use " + strings.Join(allowed, " or "), allow: strings.ReplaceAll(strings.Join(allowed, ", "), http.MethodGet, "GET, HEAD")}
}
