package serve

import (
	"fmt"
	"slices"
	"strings"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// sends describes a route that takes nothing: what it answers, by path.
func sends(text, mime string, schema object) func(*Server, *route) map[string]object {
	return func(_ *Server, r *route) map[string]object {
		return map[string]object{r.path: {"responses": answers(text, mime, schema)}}
	}
}

// featurePaths describes the features of one entity: one path for each number of parts that a key has, because paths that differ only in
// the names of their parts are one to OpenAPI.
func featurePaths(s *Server, _ *route) map[string]object {
	byParts := map[int][]*feature.Set{}
	for _, name := range s.names {
		set := s.services[name]
		byParts[len(set.Keys)] = append(byParts[len(set.Keys)], set)
	}
	if len(byParts) == 0 {
		return map[string]object{keyed: {"parameters": []any{object{"name": "key", "in": "path", "required": true, "schema": object{"type": "string"}}},
			"responses": answers("the features", "application/json", object{"type": "object"})}}
	}
	out := map[string]object{}
	for parts, sets := range byParts {
		path, parameters := keyParameters(sets, parts)
		parameters = append(parameters, serviceParameter(sets, len(s.names) == 1), object{"name": "features", "in": "query", "explode": false,
			"description": "instead of a service: features as VIEW:FEATURE", "schema": listOf(object{"type": "string"})})
		var each []any
		for _, set := range sets {
			each = append(each, ref(schemaName(set.Name)))
		}
		schema := each[0].(object)
		if len(each) > 1 {
			schema = object{"anyOf": each}
		}
		out[path] = object{"parameters": append(parameters, inputParameters(sets)...), "responses": answers("the features of the entity", "application/json", schema)}
	}
	return out
}

// keyParameters are the parts of a key, called after the columns of the services' keys where these agree.
func keyParameters(sets []*feature.Set, parts int) (path string, out []any) {
	path = "/features"
	for i := range parts {
		k := sets[0].Keys[i]
		for _, set := range sets {
			if set.Keys[i].Name != k.Name || set.Keys[i].Type.Name != k.Type.Name {
				k = model.Column{Name: fmt.Sprintf("key%d", i+1), Type: text}
			}
		}
		path += "/{" + k.Name + "}"
		out = append(out, object{"name": k.Name, "in": "path", "required": true, "schema": valueSchema(k.Type, false), "example": example(k.Type)})
	}
	return path, out
}

func serviceParameter(sets []*feature.Set, only bool) object {
	var names []any
	for _, set := range sets {
		names = append(names, set.Name)
	}
	return object{"name": "service", "in": "query", "required": false, "schema": object{"type": "string", "enum": names},
		"description": map[bool]string{true: "may be left out: there is one", false: "which service; needed unless features are named"}[only]}
}

// inputParameters are the inputs of services, each once.
func inputParameters(sets []*feature.Set) (out []any) {
	seen := map[string]bool{}
	for _, set := range sets {
		for _, in := range set.Inputs {
			if !seen[in.Name] {
				seen[in.Name] = true
				out = append(out, object{"name": in.Name, "in": "query", "required": len(sets) == 1, "schema": valueSchema(in.Type, false),
					"example": example(in.Type), "description": "an input of " + users(sets, in.Name)})
			}
		}
	}
	return out
}

func users(sets []*feature.Set, input string) string {
	var names []string
	for _, set := range sets {
		if slices.ContainsFunc(set.Inputs, func(c model.Column) bool { return c.Name == input }) {
			names = append(names, set.Name)
		}
	}
	return strings.Join(names, ", ")
}

// onlinePaths describes Feast's request.
func onlinePaths(s *Server, r *route) map[string]object {
	entities := object{}
	for _, name := range s.names {
		set := s.services[name]
		for _, c := range append(slices.Clone(set.Keys), set.Inputs...) {
			entities[c.Name] = listOf(valueSchema(c.Type, true))
		}
	}
	body := object{"type": "object", "required": []any{"entities"}, "properties": object{
		"entities":           object{"type": "object", "properties": entities, "additionalProperties": listOf(object{}), "description": "a list for each key and input, all of one length"},
		"features":           object{"type": "array", "items": object{"type": "string"}, "description": "VIEW:FEATURE"},
		"feature_service":    object{"type": []any{"string", "null"}, "enum": append(texts(s.names), nil)},
		"full_feature_names": object{"type": "boolean", "default": false, "description": "VIEW__FEATURE instead of FEATURE"}}}
	return map[string]object{r.path: {"requestBody": takes(body), "responses": answers("one list of values for each column", "application/json", ref("OnlineFeatures"))}}
}

func takes(schema object) object {
	return object{"required": true, "content": content("application/json", schema)}
}

func texts(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

// redirects describes the form of the page.
func redirects(_ *Server, r *route) map[string]object {
	return map[string]object{r.path: {"parameters": []any{
		object{"name": "service", "in": "query", "schema": object{"type": "string"}},
		object{"name": "key", "in": "query", "required": true, "description": "a part of the key; once for each", "schema": listOf(object{"type": "string"})}},
		"responses": object{"303": object{"description": "see /features/{key}"}}}}
}

// pushPaths describes rows that are pushed.
func pushPaths(s *Server, r *route) map[string]object {
	key, answer := "push_source_name", object{"description": "written"}
	if r.path != "/push" {
		key, answer = "feature_view_name", object{"description": "written", "content": content("application/json", object{"type": "null"})}
	}
	var views []any
	for _, v := range s.views {
		views = append(views, v.Name)
	}
	body := object{"type": "object", "required": []any{key, "df"}, "properties": object{
		key:  object{"type": "string", "enum": views},
		"to": object{"type": "string", "enum": []any{"online"}, "default": "online"},
		"df": object{"type": "object", "required": []any{eventColumn}, "additionalProperties": listOf(object{}),
			"description": "a list for each column: the key, every feature of the view, event_timestamp, and created where it is known"}}}
	return map[string]object{r.path: {"requestBody": takes(body), "responses": object{"200": answer}}}
}

// materializePaths describes what is to be brought online.
func materializePaths(s *Server, r *route) map[string]object {
	views := make([]any, len(s.views))
	for i, v := range s.views {
		views[i] = v.Name
	}
	at := object{"type": "string", "description": "a moment (in UTC where it has no zone) or a date", "examples": []any{"2024-01-31T00:00:00Z"}}
	properties := object{"end_ts": at, "feature_views": object{"type": []any{"array", "null"}, "items": object{"type": "string", "enum": views}}}
	required := []any{"end_ts"}
	if r.path == "/materialize" {
		properties["start_ts"], required = at, []any{"start_ts", "end_ts"}
	}
	return map[string]object{r.path: {
		"parameters":  []any{object{"name": "async", "in": "query", "schema": object{"type": "boolean", "default": false}}},
		"requestBody": takes(object{"type": "object", "required": required, "properties": properties}),
		"responses": object{"200": object{"description": "done", "content": content("application/json", object{"type": "null"})},
			"202": object{"description": "begun", "content": content("application/json", object{"type": "object"})}}}}
}

// historicalPaths describes rows that are to be filled.
func historicalPaths(s *Server, r *route) map[string]object {
	names := make([]any, len(s.Project.FeatureServices))
	for i, svc := range s.Project.FeatureServices {
		names[i] = svc.Name
	}
	row := object{"type": "object", "required": []any{model.EventTimestamp}, "properties": object{model.EventTimestamp: object{"type": "string",
		"examples": []any{"2024-01-31", "2024-01-31T06:00:00Z"}}}}
	return map[string]object{r.path: {
		"parameters": []any{
			object{"name": "service", "in": "query", "schema": object{"type": "string", "enum": names}},
			object{"name": "features", "in": "query", "explode": false, "description": "instead of a service: features as VIEW:FEATURE", "schema": listOf(object{"type": "string"})},
			object{"name": "full_feature_names", "in": "query", "schema": object{"type": "boolean", "default": false}}},
		"requestBody": object{"required": true, "content": object{"application/x-ndjson": object{"schema": row}, "application/json": object{"schema": listOf(row)}}},
		"responses":   answers("the rows with their features, one JSON object on each line", "application/x-ndjson", object{"type": "object"})}}
}
