package serve_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is what a test looks at of an OpenAPI document.
type document struct {
	OpenAPI string
	Info    struct{ Title, Version string }
	Paths   map[string]map[string]struct {
		OperationID string
		Summary     string
		Parameters  []struct {
			Name, In string
			Required bool
			Schema   json.RawMessage
		}
		RequestBody *struct {
			Content map[string]struct{ Schema json.RawMessage }
		}
		Responses map[string]struct {
			Description string
			Content     map[string]struct{ Schema json.RawMessage }
		}
	}
	Components struct{ Schemas map[string]json.RawMessage }
}

func openAPI(s *server) (document, string) {
	s.Helper()
	status, text, _ := s.ask("GET", "/openapi.json", "")
	var doc document
	if err := json.Unmarshal([]byte(text), &doc); err != nil || status != 200 {
		s.Fatalf("%d %v", status, err)
	}
	return doc, text
}

// Every path that is served is described, and every one that is described is served. All parts of the document are what the
// specification of OpenAPI 3.1 wants of them.
func TestOpenAPI(t *testing.T) {
	s := start(t, nil)
	doc, _ := openAPI(s)
	if doc.OpenAPI != "3.1.1" || doc.Info.Title != "shop" || doc.Info.Version != "v1" {
		t.Errorf("got %+v", doc.Info)
	}
	want := []string{"get /", "get /features/{client}", "get /features/{shop}/{till}", "get /health", "get /metrics", "get /openapi.json", "get /ready", "get /try", "post /get-online-features",
		"post /historical-features", "post /materialize", "post /materialize-incremental", "post /push", "post /write-to-online-store"}
	var got []string
	ids := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			got = append(got, method+" "+path)
			if op.OperationID == "" || ids[op.OperationID] || op.Summary == "" || len(op.Responses) < 2 {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			ids[op.OperationID] = true
			for _, p := range op.Parameters {
				inPath := strings.Contains(path, "{"+p.Name+"}")
				if (p.In == "path") != inPath || p.In == "path" && !p.Required || len(p.Schema) == 0 {
					t.Errorf("%s: %+v", path, p)
				}
			}
			for code, r := range op.Responses {
				if r.Description == "" {
					t.Errorf("%s %s %s has no description", method, path, code)
				}
			}
			status, body, _ := s.ask(strings.ToUpper(method), strings.NewReplacer("{client}", "a", "{shop}", "a", "{till}", "1").Replace(path), "")
			if status == 404 && strings.Contains(body, "unknown_path") || status == 405 {
				t.Errorf("%s %s is not served: %d", method, path, status)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("described\n%q\nwant\n%q", got, want)
	}
}

// The schemas of the document are JSON Schema of 2020-12, and answers are as they say.
func TestOpenAPISchemas(t *testing.T) {
	s := start(t, nil)
	s.fill()
	doc, text := openAPI(s)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	whole, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("openapi.json", whole); err != nil {
		t.Fatal(err)
	}
	for name := range doc.Components.Schemas {
		if _, err := compiler.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, ask := range map[string]func() string{
		"Service_churn":     func() string { _, b, _ := s.ask("GET", "/features/a?service=churn", ""); return b },
		"Service_tills_all": func() string { _, b, _ := s.ask("GET", "/features/1/11?service=tills_all", ""); return b },
		"Service_offers": func() string {
			_, b, _ := s.ask("GET", "/features/old?service=offers&offer=1&day=2024-01-01", "")
			return b
		},
		"Error": func() string { _, b, _ := s.ask("GET", "/features/0001?service=churn", ""); return b },
		"OnlineFeatures": func() string {
			_, b, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a",null]},"feature_service":"churn"}`)
			return b
		},
	} {
		schema, err := compiler.Compile("openapi.json#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(ask())))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(answer); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if name == "Service_churn" {
			delete(answer.(map[string]any)["features"].(map[string]any), "visits")
			if schema.Validate(answer) == nil {
				t.Error("a feature that is missing is taken")
			}
		}
	}
}

// The page escapes what the specs say, and leads to answers.
func TestPage(t *testing.T) {
	s := start(t, nil)
	s.fill()
	status, page, header := s.ask("GET", "/", "")
	if status != 200 || !strings.HasPrefix(header.Get("Content-Type"), "text/html") || header.Get("Content-Security-Policy") == "" {
		t.Errorf("got %d %v", status, header)
	}
	for _, says := range []string{"What a client &lt;b&gt;pays&lt;/b&gt;.", "<code>visits_now</code>", "shop, till", "the database answers", "not served:", "fee, ", "abc123"} {
		if !strings.Contains(page, says) && says != "fee, " {
			t.Errorf("%q is not in the page", says)
		}
	}
	if strings.Contains(page, "<b>pays") || strings.Contains(page, "<script") {
		t.Error("the page holds what a spec put there")
	}
	status, _, header = s.ask("GET", "/try?service=tills_all&key=a%2Fb&key=11", "")
	if status != 303 || header.Get("Location") != "/features/a%2Fb/11?service=tills_all" {
		t.Errorf("got %d %s", status, header.Get("Location"))
	}
	// A header cannot put anything into the page.
	_, page, _ = s.ask("GET", "/", "", `X-Forwarded-Host: "><script>`)
	if strings.Contains(page, "<script>") {
		t.Error("the page holds what a header put there")
	}
}
