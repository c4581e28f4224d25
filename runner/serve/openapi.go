package serve

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"streamflow/runner/feature"
	"streamflow/runner/model"
)

// object is an object of JSON.
type object = map[string]any

// openAPI sends the OpenAPI document (version 3.1.1 of its specification) that follows from the specs.
func (s *Server) openAPI(c *call) error { return c.json(http.StatusOK, s.document()) }

// describe makes the document: every route, and for every service what it serves.
func (s *Server) describe() []byte {
	paths := object{}
	for _, list := range s.routes {
		for _, r := range list {
			for path, operation := range r.api(s, r) {
				item, ok := paths[path].(object)
				if !ok {
					item = object{}
					paths[path] = item
				}
				item[strings.ToLower(r.method)] = s.operation(r, path, operation)
			}
		}
	}
	doc := object{
		"openapi": "3.1.1",
		"info": object{"title": s.Project.Name, "version": orDev(s.Version), "summary": "Features of " + s.Project.Name,
			"description": "What the specs with the hash " + s.Specs + " serve. Values are those that were materialized or pushed last."},
		"paths":      paths,
		"components": object{"schemas": s.schemas()},
	}
	if s.Token != "" {
		doc["components"].(object)["securitySchemes"] = object{"token": object{"type": "http", "scheme": "bearer"}}
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return encoded(err.Error())
	}
	return append(out, '\n')
}

func orDev(version string) string {
	if version == "" {
		return "dev"
	}
	return version
}

// operation completes what a route takes and answers by what is the same of all.
func (s *Server) operation(r *route, path string, o object) object {
	o["summary"], o["operationId"] = r.doc, operationID(r.method, path)
	if r.more != "" {
		o["description"] = r.more
	}
	if !r.open && s.Token != "" {
		o["security"] = []any{object{"token": []any{}}}
	}
	failed := object{"description": "what was wrong, and what to do", "content": content("application/json", ref("Error"))}
	if r.style == feasts {
		failed = object{"description": "a JSON string that holds JSON: module, class and message, as Feast's client reads it",
			"content": content("application/json", object{"oneOf": []any{object{"type": "string"}, object{"type": "object"}}})}
	}
	o["responses"].(object)["default"] = failed
	return o
}

var notWord = regexp.MustCompile(`[^A-Za-z0-9]+`)

func operationID(method, path string) string {
	return strings.ToLower(method) + "_" + strings.Trim(notWord.ReplaceAllString(path, "_"), "_")
}

func content(mime string, schema object) object { return object{mime: object{"schema": schema}} }

func ref(name string) object { return object{"$ref": "#/components/schemas/" + name} }

// answers is the successful response of an operation.
func answers(text, mime string, schema object) object {
	return object{"200": object{"description": text, "content": content(mime, schema)}}
}

// schemas are the types of the document: one for each service, and those that are the same everywhere.
func (s *Server) schemas() object {
	out := object{
		"Error": object{"type": "object", "required": []any{"error"}, "properties": object{"error": object{"type": "object", "required": []any{"code", "message"},
			"properties": object{"code": plainText("stable, for programs"), "message": plainText("what is wrong"), "hint": plainText("what to do")}}}},
		"Status": object{"type": "string", "enum": []any{feature.Present, feature.NullValue, feature.NotFound, feature.OutsideMaxAge}},
		"OnlineFeatures": object{"type": "object", "required": []any{"metadata", "results"}, "properties": object{
			"metadata": object{"type": "object", "required": []any{"feature_names"}, "properties": object{"feature_names": listOf(object{"type": "string"})}},
			"results":  listOf(ref("Vector"))}},
		"Vector": object{"type": "object", "required": []any{"values", "statuses", "event_timestamps"}, "properties": object{"values": listOf(object{}),
			"statuses": listOf(ref("Status")), "event_timestamps": listOf(object{"type": "string", "format": "date-time"})}},
	}
	for _, name := range s.names {
		out[schemaName(name)] = rowSchema(s.services[name], s.Project.FeatureService(name))
	}
	return out
}

// schemaName is a name that components may have.
func schemaName(service string) string { return "Service_" + notWord.ReplaceAllString(service, "_") }

func plainText(doc string) object { return object{"type": "string", "description": doc} }

func listOf(schema object) object { return object{"type": "array", "items": schema} }

// rowSchema is what GET /features/{key} answers of a service.
func rowSchema(set *feature.Set, service *model.FeatureService) object {
	features, statuses, asOf := object{}, object{}, object{}
	for _, f := range set.Features {
		one := valueSchema(f.Type, true)
		if text := descriptionOf(f); text != "" {
			one["description"] = text
		}
		features[f.Name], statuses[f.Name] = one, ref("Status")
	}
	for _, read := range set.Reads {
		asOf[read.View.Name] = object{"type": []any{"string", "null"}, "description": "the date of a snapshot, or the event time"}
	}
	properties := object{"features": all(features), "as_of": all(asOf), "status": all(statuses)}
	for _, k := range set.Keys {
		if _, taken := properties[k.Name]; !taken {
			properties[k.Name] = valueSchema(k.Type, false)
		}
	}
	out := object{"type": "object", "title": set.Name, "required": []any{"features", "as_of", "status"}, "properties": properties}
	if service.Description != "" {
		out["description"] = service.Description
	}
	return out
}

// descriptionOf is what the specs say of a feature.
func descriptionOf(f model.Served) string {
	if f.View == nil {
		return ""
	}
	for _, one := range f.View.Features {
		if one.Name == f.Feature {
			return one.Description
		}
	}
	if d := f.View.DerivedFeature(f.Feature); d != nil {
		return strings.TrimSpace(d.Description + " (" + d.Text + ")")
	}
	return ""
}

// all is an object whose properties are all there, and no others.
func all(properties object) object {
	required := []any{}
	for name := range properties {
		required = append(required, name)
	}
	sortAny(required)
	return object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
}
