package serve_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// The wire format of Feast's servers: keys first in the order of the body, features in the order in which they were asked for.
func TestFeastWireFormat(t *testing.T) {
	s := start(t, nil)
	s.fill()
	const never = `"1970-01-01T00:00:00Z"`
	s.want("POST", "/get-online-features", `{"features":["visits_now:visits","fees_now:fee"],"entities":{"client":["a","nobody","old"]}}`, 200,
		`{"metadata":{"feature_names":["client","visits","fee"]},"results":[`+
			`{"values":["a","nobody","old"],"statuses":["PRESENT","PRESENT","PRESENT"],"event_timestamps":[`+never+`,`+never+`,`+never+`]},`+
			`{"values":[3,null,null],"statuses":["PRESENT","NOT_FOUND","NOT_FOUND"],"event_timestamps":["2024-03-02T08:00:00.123456Z",`+never+`,`+never+`]},`+
			`{"values":[29.85,null,null],"statuses":["PRESENT","NOT_FOUND","OUTSIDE_MAX_AGE"],"event_timestamps":["2024-03-01T08:00:00Z",`+never+`,"2024-01-01T00:00:00Z"]}]}`)
	s.want("POST", "/get-online-features", `{"entities":{"till":[11, 1, 7],"shop":["1", 11, null],"stranger":[1,2,3]},"feature_service":"tills_all","full_feature_names":true}`, 200,
		`{"metadata":{"feature_names":["till","shop","tills_now__total"]},"results":[`+
			`{"values":[11,1,7],"statuses":["PRESENT","PRESENT","PRESENT"],"event_timestamps":[`+never+`,`+never+`,`+never+`]},`+
			`{"values":["1","11",null],"statuses":["PRESENT","PRESENT","NULL_VALUE"],"event_timestamps":[`+never+`,`+never+`,`+never+`]},`+
			`{"values":[111,222,null],"statuses":["PRESENT","PRESENT","NOT_FOUND"],"event_timestamps":["2024-03-01T08:00:00Z","2024-03-01T08:00:00Z",`+never+`]}]}`)
	// Inputs stand among the entities, and what is derived of them comes last. The name of an entity is that of its key.
	s.want("POST", "/get-online-features", `{"feature_service":"offers","features":["nope:x"],"entities":{"offer":[10],"customer":["a"],"day":["2024-03-05"]}}`, 200,
		`{"metadata":{"feature_names":["offer","client","day","fee","offer_share"]},"results":[`+
			`{"values":[10.0],"statuses":["PRESENT"],"event_timestamps":[`+never+`]},{"values":["a"],"statuses":["PRESENT"],"event_timestamps":[`+never+`]},`+
			`{"values":["2024-03-05"],"statuses":["PRESENT"],"event_timestamps":[`+never+`]},`+
			`{"values":[29.85],"statuses":["PRESENT"],"event_timestamps":["2024-03-01T08:00:00Z"]},`+
			`{"values":[0.33500837520938023451],"statuses":["PRESENT"],"event_timestamps":[`+never+`]}]}`)
	s.want("POST", "/get-online-features", `{"entities":{"client":[]},"features":["fees_now:open"]}`, 200,
		`{"metadata":{"feature_names":["client","open"]},"results":[{"values":[],"statuses":[],"event_timestamps":[]},{"values":[],"statuses":[],"event_timestamps":[]}]}`)
	// Two views have a feature of one name: both are told apart by full names.
	s.want("POST", "/get-online-features", `{"entities":{"client":["a"]},"features":["fees_now@latest:open"],"full_feature_names":true}`, 200,
		`{"metadata":{"feature_names":["client","fees_now__open"]},"results":[{"values":["a"],"statuses":["PRESENT"],"event_timestamps":[`+never+`]},`+
			`{"values":[true],"statuses":["PRESENT"],"event_timestamps":["2024-03-01T08:00:00Z"]}]}`)
}

func TestFeastErrors(t *testing.T) {
	s := start(t, nil)
	s.fill()
	s.feastSays(`{"entities":{"client":["a"]},"features":["nope:x"]}`, 404, "FeatureViewNotFoundException", `no feature view "nope"`)
	s.feastSays(`{"entities":{"client":["a"]},"features":["fees_now:x"]}`, 404, "SpecifiedFeaturesNotPresentError", `has no feature "x"`)
	s.feastSays(`{"entities":{"client":["a"]},"feature_service":"x"}`, 404, "FeatureServiceNotFoundException", "Feature service x does not exist")
	s.feastSays(`{"entities":{"client":["a"]}}`, 400, "FeastError", "No features specified for retrieval")
	s.feastSays(`{"entities":{},"feature_service":"tills_all"}`, 400, "FeastError", "Missing join key values for keys: ['shop', 'till']")
	s.feastSays(`{"entities":{"client":["a"]},"feature_service":"offers"}`, 404, "RequestDataNotFoundInEntityRowsException", "['offer', 'day']")
	s.feastSays(`{"entities":{"client":["a"],"x":[1,2]},"feature_service":"churn"}`, 400, "FeastError", "All entity rows must have the same columns.")
	s.feastSays(`{"entities":{"shop":["a"],"till":["x"]},"feature_service":"tills_all"}`, 400, "FeastError", "is not of type integer")
	s.feastSays(`{"entities":{"client":["a"]},"features":["kept_offline:sum"]}`, 400, "FeastError", "not kept online")
	s.feastSays(`{"entities":{"client":[`+strings.Repeat("1,", 100)+`1]},"feature_service":"churn"}`, 413, "FeastError", "101 rows are more than the 100")
	for _, c := range []struct{ body, says string }{
		{``, `"json_invalid"`}, {`{`, `"json_invalid"`}, {`{"entities":{}} x`, `"json_invalid"`}, {`[]`, `"dict_type"`}, {`{}`, `"loc":["body","entities"]`},
		{`{"entities":[]}`, `"dict_type"`}, {`{"entities":{"client":"a"}}`, `"list_type"`}, {`{"entities":{"client":["a"],"client":["b"]}}`, `"duplicate_key"`},
		{`{"entities":{"client":["a"]},"features":"x"}`, `"loc":["body","features"]`}, {`{"entities":{"client":["a"]},"full_feature_names":"yes"}`, `"type_error"`},
		{`{"entities":{"client":[nope]}}`, `"json_invalid"`},
	} {
		status, body, _ := s.ask("POST", "/get-online-features", c.body)
		if status != 422 || !strings.HasPrefix(body, `{"detail":[`) || !strings.Contains(body, c.says) {
			t.Errorf("%s: got %d %s", c.body, status, body)
		}
	}
	status, body, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["`+strings.Repeat("x", 1<<20)+`"]},"feature_service":"churn"}`)
	if status != 413 || !strings.Contains(body, "larger than") {
		t.Errorf("got %d %.200s", status, body)
	}
}

// The body is JSON whatever it is called, as the examples of Feast and its older clients send it.
func TestFeastBodyOfAnyType(t *testing.T) {
	s := start(t, nil)
	s.fill()
	for _, mime := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain; charset=latin1", ""} {
		status, body, _ := s.ask("POST", "/get-online-features", `{"entities":{"client":["a"]},"feature_service":"churn"}`, "Content-Type: "+mime)
		if status != 200 {
			t.Errorf("%q: %d %s", mime, status, body)
		}
	}
}

func TestPush(t *testing.T) {
	s := start(t, nil)
	push := func(status int, path, body, want string) {
		t.Helper()
		got, text, _ := s.ask("POST", path, body)
		if got != status || !strings.Contains(text, want) || want == "" && text != "" {
			t.Errorf("%s %s\n got %d %s\nwant %d %s", path, body, got, text, status, want)
		}
	}
	visits := func(at string, n any) {
		t.Helper()
		s.want("GET", "/features/a?features=visits_now", "", 200, fmt.Sprintf(`{"client":"a","features":{"visits":%v},"as_of":{"visits_now":"%s"},"status":{"visits":"PRESENT"}}`, n, at))
	}
	push(200, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[5],"event_timestamp":["2024-03-04T10:00:00"]},"to":"online"}`, "")
	visits("2024-03-04T10:00:00Z", 5)
	// As Feast's client writes: moments of UTC without a zone, and when the row was made.
	push(200, "/write-to-online-store", `{"feature_view_name":"visits_now","allow_registry_cache":false,"df":{"client":["a","b"],"visits":[6,null],"event_timestamp":["2024-03-04T11:00:00.000001","2024-03-04T11:00:00"],"created":["2024-03-04T12:00:00",null]}}`, "null")
	visits("2024-03-04T11:00:00.000001Z", 6)
	push(200, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[1],"event_timestamp":["2024-03-04T10:59:59Z"]}}`, "")
	visits("2024-03-04T11:00:00.000001Z", 6) // newer than what came later
	push(200, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[9],"event_timestamp":["2024-03-04"]}}`, "")
	visits("2024-03-05T00:00:00Z", 9) // a date is the instant its day ends

	// Feast's client has a column for each feature, also for those that are computed here.
	fees := func(double string) string {
		return `{"feature_view_name":"fees_now","df":{"client":["z"],"fee":[1.5],"share":[null],"seen":[null],"since":[null],"tags":[null],"more":[null],"open":[null],"mail":[null],"double":` +
			double + `,"event_timestamp":["2024-03-04T11:00:00"]}}`
	}
	push(400, "/write-to-online-store", fees("[4]"), "double is computed from other features")
	push(200, "/write-to-online-store", fees("[null]"), "null")
	s.want("GET", "/features/z?features=fees_now:double", "", 200, `{"client":"z","features":{"double":3},"as_of":{"fees_now":"2024-03-04T11:00:00Z"},"status":{"double":"PRESENT"}}`)

	push(422, "/push", `{"push_source_name":"visits","df":{}}`, "PushSourceNotFoundException")
	push(404, "/write-to-online-store", `{"feature_view_name":"visits","df":{}}`, "FeatureViewNotFoundException")
	push(400, "/push", `{"push_source_name":"kept_offline","df":{}}`, "not kept online")
	push(400, "/push", `{"push_source_name":"visits_now","df":{},"to":"offline"}`, "not to")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visit":[1]}}`, "the column event_timestamp is missing; the column visits is missing")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visit":[1]}}`, "did you mean")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a","b"],"visits":[1],"event_timestamp":["2024-03-04"]}}`, "client has 2 values, and visits has 1")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":[null],"visits":["x"],"event_timestamp":["2024-03-06"]}}`, "client is null")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":["x"],"event_timestamp":["2024-03-06T00:00:00"]}}`, "lies in the future")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[1],"event_timestamp":["2024-03-06"]}}`, "lies in the future")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[1],"event_timestamp":["2024-03-05"]}}`, "2024-03-05 is not over, and means its end")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[1],"event_timestamp":[null]}}`, "null is no moment")
	push(400, "/push", `{"push_source_name":"visits_now","df":{"client":["a"],"visits":[1],"event_timestamp":[1709596800]}}`, "is no moment")
	push(400, "/push", fmt.Sprintf(`{"push_source_name":"visits_now","df":{"client":["%s"],"visits":[1],"event_timestamp":["2024-03-04"]}}`, noise(9000)), "a key is longer than")
	push(422, "/push", `{"push_source_name":"visits_now"}`, `"df"`)
	visits("2024-03-05T00:00:00Z", 9)
}

// noise is text that Postgres cannot compress.
func noise(n int) string {
	r := rand.New(rand.NewSource(5))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('A' + r.Intn(26) + 32*r.Intn(2))
	}
	return string(b)
}
