package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"streamflow/runner/internal/diag"
)

// sarifSchema is what the schema of SARIF 2.1.0 says of the objects that are written here: the keys that an object may have with what stands
// there, and "!" before those that it must have. "[x]" is a list, "{x}" an object with any keys.
var sarifSchema = map[string]string{
	"log":         "$schema:uri !version:2.1.0 !runs:[run]",
	"run":         "!tool:tool originalUriBaseIds:{artifact} columnKind:utf16CodeUnits|unicodeCodePoints results:[result]",
	"tool":        "!driver:driver",
	"driver":      "!name:text version:text rules:[rule]",
	"rule":        "!id:text name:text shortDescription:message help:message defaultConfiguration:config",
	"config":      "level:level",
	"result":      "ruleId:text ruleIndex:number level:level !message:message locations:[location] relatedLocations:[location] partialFingerprints:{text} fixes:[fix] suppressions:[suppression]",
	"suppression": "!kind:inSource|external justification:text location:location",
	"location":    "physicalLocation:physical message:message",
	"physical":    "!artifactLocation:artifact region:region",
	"artifact":    "uri:uri uriBaseId:text description:message",
	"region":      "startLine:positive startColumn:positive endLine:positive endColumn:positive",
	"message":     "!text:text markdown:text",
	"fix":         "description:message !artifactChanges:[change]",
	"change":      "!artifactLocation:artifact !replacements:[replacement]",
	"replacement": "!deletedRegion:region insertedContent:content",
	"content":     "text:text",
	"level":       "none|note|warning|error",
	"text":        "*",
	"uri":         "*",
	"number":      "#0",
	"positive":    "#1",
}

// fits complains of a value that the schema does not allow.
func fits(at, kind string, value any) (faults []string) {
	bad := func(format string, args ...any) { faults = append(faults, at+": "+fmt.Sprintf(format, args...)) }
	switch v := value.(type) {
	case []any:
		if !strings.HasPrefix(kind, "[") || len(v) == 0 && strings.Contains("[change][replacement]", kind) {
			bad("a list, or an empty one, where there must be %s", kind)
		}
		for i, e := range v {
			faults = append(faults, fits(fmt.Sprintf("%s[%d]", at, i), strings.Trim(kind, "[]"), e)...)
		}
	case map[string]any:
		if inner, ok := strings.CutPrefix(kind, "{"); ok {
			for k, e := range v {
				faults = append(faults, fits(at+"."+k, strings.TrimSuffix(inner, "}"), e)...)
			}
			return faults
		}
		allowed := map[string]string{}
		for _, field := range strings.Fields(sarifSchema[kind]) {
			name, what, _ := strings.Cut(strings.TrimPrefix(field, "!"), ":")
			allowed[name] = what
			if _, there := v[name]; strings.HasPrefix(field, "!") && !there {
				bad("no %q", name)
			}
		}
		for k, e := range v {
			if allowed[k] == "" {
				bad("key %q is not of a %s", k, kind)
				continue
			}
			faults = append(faults, fits(at+"."+k, allowed[k], e)...)
		}
	case string:
		if words, ok := sarifSchema[kind]; ok {
			kind = words
		}
		if kind != "*" && !slices.Contains(strings.Split(kind, "|"), v) {
			bad("%q is not %s", v, kind)
		}
	case float64:
		if least, ok := map[string]float64{"number": 0, "positive": 1}[kind]; !ok || v < least {
			bad("%v is not %s", v, kind)
		}
	default:
		bad("%v where there must be %s", v, kind)
	}
	return faults
}

func sarif(t *testing.T, list diag.List, s SARIF) (map[string]any, []any) {
	t.Helper()
	var out bytes.Buffer
	var doc map[string]any
	if err := WriteSARIF(&out, list, s); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for _, fault := range fits("log", "log", doc) {
		t.Error(fault)
	}
	return doc, doc["runs"].([]any)[0].(map[string]any)["results"].([]any)
}

// every is a list of findings in which every part of one is there, and missing.
func every() diag.List {
	check := diag.Check{ID: "Y103", Name: "unknown-key", Title: "a key that does not exist"}
	whole := check.At(at(2, 3, 13), `unknown key "primay_key"`, `did you mean "primary_key"?`)
	whole.Related = []diag.Related{{Place: at(1, 1, 2), Message: "in this table"}}
	whole.Fix = &diag.Fix{Place: at(2, 3, 13), Text: "primary_key"}
	return diag.List{whole, {Place: diag.Place{File: "é #%?.yaml"}, Severity: diag.Warning, ID: "Y109", Message: "is empty"},
		{Severity: diag.Info, Message: "a password=secret stands here"}, check.At(diag.Place{File: "f.yaml", Line: 3}, "m", "")}
}

func TestSARIF(t *testing.T) {
	rules := []SARIFRule{{Check: diag.Check{ID: "A1", Title: "unused"}}, {Check: diag.Check{ID: "Y103", Name: "unknown-key", Title: "t"}, Help: "*why*"}}
	doc, results := sarif(t, every(), SARIF{Version: "v1", Rules: rules, Prefix: "jobs/my shop", Suppressed: []diag.Suppressed{{
		Diagnostic: diag.Diagnostic{Place: at(3, 1, 2), Severity: diag.Info, ID: "X455", Message: "m"}, Reason: "not yet", By: at(2, 5, 6)}}, Sources: map[string][]byte{"f.yaml": []byte("t:\n  primay_key: id\nx\n")}})
	text, _ := json.Marshal(doc)
	for _, want := range []string{
		`"ruleId":"Y103","ruleIndex":0`, `"rules":[{"defaultConfiguration":{"level":"error"},"help":{"markdown":"*why*","text":"*why*"},"id":"Y103"`,
		`"uri":"jobs/my%20shop/f.yaml","uriBaseId":"%SRCROOT%"`, `"region":{"endColumn":13,"endLine":2,"startColumn":3,"startLine":2}`,
		`"suppressions":[{"justification":"not yet","kind":"inSource","location":{"physicalLocation":`,
		`jobs/my%20shop/%C3%A9%20%23%25%3F.yaml`, `"level":"note"`, `password=******`, `"columnKind":"unicodeCodePoints"`,
		`"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"jobs/my%20shop/f.yaml","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"endColumn":13,"endLine":2,"startColumn":3,"startLine":2},"insertedContent":{"text":"primary_key"}}]}]`,
		`"text":"unknown key \"primay_key\"\nhint: did you mean \"primary_key\"?"`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if len(results) != 5 {
		t.Errorf("%d results", len(results))
	}
	sarif(t, nil, SARIF{})
}

// TestSARIFSchemaBites breaks documents on purpose.
func TestSARIFSchemaBites(t *testing.T) {
	for _, text := range []string{`{}`, `{"version":"2.0.0","runs":[]}`, `{"version":"2.1.0","runs":[{}]}`, `{"version":"2.1.0","runs":[],"more":1}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"m"},"level":"bad"}]}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"f"},"region":{"startLine":0}}}]}]}]}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"m"},"fixes":[{"artifactChanges":[]}]}]}]}`,
	} {
		var doc any
		if err := json.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if len(fits("log", "log", doc)) == 0 {
			t.Errorf("accepted: %s", text)
		}
	}
}

// TestSARIFFingerprints holds that a finding keeps its fingerprint when lines come before it or its indentation changes, and that no two are
// the same.
func TestSARIFFingerprints(t *testing.T) {
	prints := func(source string, lines ...int) []string {
		var list diag.List
		for _, n := range lines {
			list.Add(diag.Diagnostic{Place: at(n, 1, 2), ID: "E402", Message: "one"})
			list.Add(diag.Diagnostic{Place: at(n, 3, 4), ID: "E402", Message: "another"})
		}
		_, results := sarif(t, list, SARIF{Sources: map[string][]byte{"f.yaml": []byte(source)}})
		var out []string
		for _, r := range results {
			out = append(out, slices.Collect(maps.Values(r.(map[string]any)["partialFingerprints"].(map[string]any)))[0].(string))
		}
		return out
	}
	before := prints("a b\nc d\na b\n", 1, 2, 3)
	after := prints("# new\n\na b\r\nc d\r\n# more\na b\r\n", 3, 4, 6)
	if !slices.Equal(before, after) {
		t.Errorf("before %v\nafter  %v", before, after)
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(before)))); n != 6 {
		t.Errorf("only %d of 6 differ: %v", n, before)
	}
}
