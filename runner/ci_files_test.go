package main

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"streamflow/runner/internal/diag"
	"streamflow/runner/report"
)

// TestProblemMatcher holds the regular expression that is shipped for logs against what is really printed: every finding that has a file is
// found, in text and oneline, with and without colours, and nothing else is.
func TestProblemMatcher(t *testing.T) {
	text, err := os.ReadFile("../.github/runner-matcher.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Matchers []struct {
			Owner    string
			Patterns []struct {
				Regexp                                      string
				File, Line, Column, Severity, Code, Message int
			} `json:"pattern"`
		} `json:"problemMatcher"`
	}
	if err := json.Unmarshal(text, &doc); err != nil || len(doc.Matchers) != 1 || len(doc.Matchers[0].Patterns) != 1 {
		t.Fatalf("%v in %s", err, text)
	}
	p := doc.Matchers[0].Patterns[0]
	matcher := regexp.MustCompile(p.Regexp)
	list := diag.List{
		{Place: diag.Place{File: "a b/ü.yaml", Line: 12, Col: 3, EndLine: 12, EndCol: 5}, ID: "Y103", Name: "unknown-key", Message: "unknown key [x]: y", Hint: "did you mean z: w?",
			Related: []diag.Related{{Place: diag.Place{File: "b.yaml", Line: 1, Col: 1}, Message: "error[Y103 no]: not this"}}},
		{Place: diag.Place{File: "b.yaml", Line: 4}, Severity: diag.Warning, ID: "R204", Name: "missing-data-file", Message: "m"},
		{Place: diag.Place{File: "c.yaml"}, Severity: diag.Warning, ID: "Y109", Name: "bad-file", Message: "is empty"},
	}
	sources := map[string][]byte{"a b/ü.yaml": []byte(strings.Repeat("x: error[Y103 no]: 1\n", 12))}
	want := "a b/ü.yaml 12 3 error Y103 unknown key [x]: y\nb.yaml 4  warning R204 m\nc.yaml   warning Y109 is empty\n"
	for _, format := range []string{report.FormatText, report.FormatOneline} {
		for _, colour := range []bool{false, true} {
			var out bytes.Buffer
			if err := report.Findings(&out, format, list, sources, 3, colour); err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, line := range strings.Split(out.String(), "\n") {
				if m := matcher.FindStringSubmatch(line); m != nil {
					got += strings.Join([]string{m[p.File], m[p.Line], m[p.Column], m[p.Severity], m[p.Code], m[p.Message]}, " ") + "\n"
				}
			}
			if got != want {
				t.Errorf("%s, colours %v: got\n%s\nwant\n%s\nof\n%s", format, colour, got, want, out.String())
			}
		}
	}
}

// TestPreCommitHooks runs each hook that is shipped in the example project, and tries on which files it runs.
func TestPreCommitHooks(t *testing.T) {
	text, err := os.ReadFile("../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Entry, Language, Files string
		PassFilenames                    *bool `yaml:"pass_filenames"`
	}
	if err := yaml.Unmarshal(text, &hooks); err != nil || len(hooks) != 4 {
		t.Fatalf("%v, %d hooks", err, len(hooks))
	}
	p := &page{T: t, path: "hooks"}
	p.copyExample()
	for _, h := range hooks {
		if h.ID == "" || h.Name == "" || h.Language != "golang" && h.Language != "system" || h.PassFilenames == nil || *h.PassFilenames {
			t.Errorf("hook %+v", h)
		}
		if out := p.run(h.Entry); p.exit != 0 {
			t.Errorf("%s: exit code %d\n%s", h.Entry, p.exit, out)
		}
		files := regexp.MustCompile(h.Files)
		for name, want := range map[string]bool{"runner.yaml": true, "pipelines/monthly.yaml": true, "jobs/shop/expectations/deep/a.yml": true, "featureviews/x.yaml": true,
			"docs/x.yaml": false, "data/seeds/users.csv": false, ".github/workflows/specs.yaml": false, "mypipelines/a.yaml": false} {
			if files.MatchString(name) != want {
				t.Errorf("%s on %s: %v", h.ID, name, !want)
			}
		}
	}
}

// TestWorkflows runs what the workflows of the documentation, and those that a new project gets, tell GitHub to run: every line that calls the
// runner, in the example project, on a branch without changes.
func TestWorkflows(t *testing.T) {
	text, err := os.ReadFile("../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n# .github/workflows/[^\n]*\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	scaffolded, err := os.ReadFile("scaffold/files/project/.github/workflows/runner.yml")
	if err != nil || len(blocks) == 0 {
		t.Fatalf("%v, %d workflows", err, len(blocks))
	}
	p := &page{T: t, path: "workflows"}
	p.copyExample()
	p.run("git init -q -b main && git add . && git -c user.name=a -c user.email=a@example.org commit -q -m first && git branch origin/main")
	lines := 0
	for _, text := range []string{blocks[0][1], string(scaffolded)} {
		for _, line := range workflowLines(t, text) {
			line = strings.ReplaceAll(line, "${{ github.base_ref }}", "main")
			if strings.Contains(line, "${{") {
				t.Errorf("what stands for this? %s", line)
			}
			lines++
			if out := p.run("GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=summary.md; export GITHUB_ACTIONS GITHUB_STEP_SUMMARY; " + line); p.exit != 0 {
				t.Errorf("%s: exit code %d\n%s", line, p.exit, out)
			}
		}
	}
	if lines < 7 {
		t.Errorf("only %d lines were run", lines)
	}
}

// workflowLines parses a workflow, wants of it what GitHub wants, and returns the lines that call the runner.
func workflowLines(t *testing.T, text string) (out []string) {
	t.Helper()
	var flow struct {
		Name string
		On   any `yaml:"on"`
		Jobs map[string]struct {
			RunsOn string `yaml:"runs-on"`
			Steps  []struct{ Name, Uses, Run, If string }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &flow); err != nil || flow.On == nil || len(flow.Jobs) == 0 {
		t.Fatalf("%v in\n%s", err, text)
	}
	for name, job := range flow.Jobs {
		if job.RunsOn == "" || len(job.Steps) == 0 {
			t.Errorf("job %s: runs on %q, %d steps", name, job.RunsOn, len(job.Steps))
		}
		for i, s := range job.Steps {
			if (s.Uses == "") == (s.Run == "") {
				t.Errorf("job %s, step %d: either uses or run", name, i)
			}
			for _, line := range strings.Split(s.Run, "\n") {
				if strings.HasPrefix(line, "runner ") {
					out = append(out, line)
				}
			}
		}
	}
	return out
}
