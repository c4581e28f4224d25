package serve_test

import (
	"strings"
	"testing"
)

func TestFeaturesOfOneEntity(t *testing.T) {
	s := start(t, nil)
	s.want("GET", "/features/a?service=churn", "", 404,
		`{"error":{"code":"unknown_entity","message":"client a is in none of fees_now, visits_now","hint":"nothing was materialized yet: runner materialize"}}`)
	s.fill()
	s.want("GET", "/features/a?service=churn", "", 200, `{"client":"a","features":{"fee":29.85,"double":59.7,"visits":3},`+
		`"as_of":{"fees_now":"2024-03-01T08:00:00Z","visits_now":"2024-03-02T08:00:00.123456Z"},"status":{"fee":"PRESENT","double":"PRESENT","visits":"PRESENT"}}`)
	s.want("GET", "/features/old?service=churn", "", 200, `{"client":"old","features":{"fee":null,"double":null,"visits":null},`+
		`"as_of":{"fees_now":"2024-01-01T00:00:00Z","visits_now":null},"status":{"fee":"OUTSIDE_MAX_AGE","double":"OUTSIDE_MAX_AGE","visits":"NOT_FOUND"}}`)
	s.want("GET", "/features/x%2Fy%20z?service=churn", "", 200, `{"client":"x/y z","features":{"fee":null,"double":null,"visits":null},`+
		`"as_of":{"fees_now":null,"visits_now":"2024-03-02T08:00:00Z"},"status":{"fee":"NOT_FOUND","double":"NOT_FOUND","visits":"NULL_VALUE"}}`)
	s.want("GET", "/features/1/11?service=tills_all", "", 200, `{"shop":"1","till":11,"features":{"total":111},"as_of":{"tills_now":"2024-03-01T08:00:00Z"},"status":{"total":"PRESENT"}}`)
	s.want("GET", "/features/11/1?service=tills_all", "", 200, `{"shop":"11","till":1,"features":{"total":222},"as_of":{"tills_now":"2024-03-01T08:00:00Z"},"status":{"total":"PRESENT"}}`)
	s.want("GET", "/features/a?service=offers&offer=10&day=2024-03-05", "", 200, `{"client":"a","features":{"fee":29.85,"offer_share":0.33500837520938023451},`+
		`"as_of":{"fees_now":"2024-03-01T08:00:00Z"},"status":{"fee":"PRESENT","offer_share":"PRESENT"}}`)
	s.want("GET", "/features/a?service=offers&offer=&day=", "", 200, `{"client":"a","features":{"fee":29.85,"offer_share":null},`+
		`"as_of":{"fees_now":"2024-03-01T08:00:00Z"},"status":{"fee":"PRESENT","offer_share":"NULL_VALUE"}}`)
	s.want("GET", "/features/a?features=fees_now:share,fees_now:seen,fees_now:since,fees_now:tags,fees_now:more,fees_now:open", "", 200,
		`{"client":"a","features":{"share":0.1,"seen":"2024-02-29T23:30:00.5Z","since":"2024-01-31","tags":["x","y z",null],"more":{"n": [1, 2.50]},"open":true},`+
			`"as_of":{"fees_now":"2024-03-01T08:00:00Z"},"status":{"share":"PRESENT","seen":"PRESENT","since":"PRESENT","tags":"PRESENT","more":"PRESENT","open":"PRESENT"}}`)
}

// What cannot be answered says what is wrong and what to do.
func TestFeaturesRefused(t *testing.T) {
	s := start(t, nil)
	s.fill()
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{"/features/0001?service=churn", 404, []string{`"unknown_entity"`, "client 0001 is in none of fees_now, visits_now"}},
		{"/features/a", 400, []string{`"which_service"`, "churn, offers, tills_all"}},
		{"/features/a?service=churm", 404, []string{`"unknown_service"`, `did you mean \"churn\"?`}},
		{"/features/a?service=never", 400, []string{`"not_online"`, "kept_offline"}},
		{"/features/a?service=", 400, []string{`"which_service"`}},
		{"/features/a?service=churn&service=offers", 400, []string{`"which_service"`}},
		{"/features/a/b?service=churn", 400, []string{`"wrong_key"`, "the key has 1 part, and the address gives 2 parts", "/features/{client}"}},
		{"/features/1?service=tills_all", 400, []string{`"wrong_key"`, "/features/{shop}/{till}"}},
		{"/features/?service=churn", 400, []string{`"wrong_key"`, "gives no key"}},
		{"/features/1/x?service=tills_all", 400, []string{`"bad_value"`, `till: \"x\" is not of type integer`}},
		{"/features/a?service=offers&day=2024-03-05", 400, []string{`"missing_input"`, "offer"}},
		{"/features/a?service=offers&offer=1&offer=2&day=2024-03-05", 400, []string{`"repeated_input"`}},
		{"/features/a?service=offers&offer=x&day=2024-03-05", 400, []string{`"bad_value"`, "offer"}},
		{"/features/a?service=churn&servise=x", 400, []string{`"unknown_parameter"`, `did you mean \"service\"?`}},
		{"/features/a?service=churn&x=%zz", 400, []string{`"bad_query"`}},
		{"/features/%ff?service=churn", 400, []string{`"bad_value"`}},
		{"/features/%00?service=churn", 400, []string{`"bad_value"`}},
		{"/features/a?features=nope:x", 404, []string{`"unknown_view"`}},
		{"/features/a?features=fees_now:fe", 404, []string{`"unknown_feature"`, `did you mean \"fee\"?`}},
		{"/nothing", 404, []string{`"unknown_path"`}},
		{"/features", 404, []string{`"unknown_path"`}},
	} {
		status, body, _ := s.ask("GET", c.path, "")
		if status != c.status || !strings.HasPrefix(body, `{"error":{`) {
			t.Errorf("%s: got %d %s", c.path, status, body)
		}
		for _, says := range c.says {
			if !strings.Contains(body, says) {
				t.Errorf("%s: %s is not in %s", c.path, says, body)
			}
		}
	}
	status, body, header := s.ask("POST", "/health", "")
	if status != 405 || header.Get("Allow") != "GET, HEAD" || !strings.Contains(body, `"method_not_allowed"`) {
		t.Errorf("got %d %s %v", status, body, header)
	}
	if status, _, header := s.ask("HEAD", "/features/a?service=churn", ""); status != 200 || header.Get("Content-Type") != "application/json" || header.Get("Cache-Control") != "no-store" {
		t.Errorf("HEAD: %d %v", status, header)
	}
}
