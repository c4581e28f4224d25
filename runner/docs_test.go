package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"streamflow/runner/internal/devpg"
	"streamflow/runner/internal/devpg/pgtest"
)

var update = flag.Bool("update", false, "write what the program really prints into the documentation")

// TestDocs types what the documentation shows. Every page is a session of its own, in an empty folder with an empty database:
//
//   - A block of yaml, csv, json or env begins with a comment that names its file, and is written there.
//   - A block of console runs each line that begins with "$ ", and what stands below it must be what is printed. A command that fails
//     is followed by "$ echo $?".
//   - A table headed "expression | row | verdict" is judged by Postgres.
//   - Between "<!-- generated: NAME -->" and "<!-- end -->" stands what the program's own tables say.
//   - "<!-- example -->" copies the example project of this repository, "<!-- embedded -->" takes DATABASE_URL away, and
//     "<!-- $ COMMAND -->" runs a command unseen.
//   - "runner serve ... &" runs beside the page until "kill %1", and what curl asks at 127.0.0.1:6566 comes from it.
//
// The database stands for the embedded one that a reader would have: its name is shown so, and "runner db psql" opens it.
//
// Pages that end with specs in their folder must lint. With -update the pages are rewritten: go test ./runner -run Docs -update.
func TestDocs(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, path := range append(pages, "../README.md") {
		if filepath.Base(path) == "checks.md" { // written by the package explain
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".md"), func(t *testing.T) {
			t.Parallel()
			testPage(t, path)
		})
	}
}

func testPage(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{T: t, path: path}
	lines := strings.Split(p.generate(string(text)), "\n")
	for i := 0; i < len(lines); {
		i = p.read(lines, i)
	}
	p.lint()
	got := strings.Join(p.out, "\n")
	switch {
	case got == string(text):
	case *update:
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	case !t.Failed():
		t.Errorf("%s is not up to date: go test ./runner -run Docs -update", path)
	}
}

// page is one page under test, and the session that it describes.
type page struct {
	*testing.T
	path string
	out  []string // the page as it should be
	dir  string   // of the session; empty before its first block
	url  string
	data string // where embedded clusters live
	exit int    // of the last command

	server  *exec.Cmd // that runs beside the page
	printed *bytes.Buffer

	yaml bool

	kinds map[string]bool // whose keys the page has shown
}

var (
	fileComment = regexp.MustCompile(`^# ([\w./-]*\.(?:yaml|csv|env|json)|\.env)(?:,.*)?$`)
	hidden      = regexp.MustCompile(`^<!-- \$ (.*) -->$`)
)

// read handles what begins at line i and returns where the next thing begins.
func (p *page) read(lines []string, i int) int {
	line := lines[i]
	p.out = append(p.out, line)
	switch {
	case strings.HasPrefix(line, "```"):
		end := i + 1
		for end < len(lines) && lines[end] != "```" {
			end++
		}
		if end == len(lines) {
			p.Fatalf("%s:%d: the block is not closed", p.path, i+1)
		}
		p.block(strings.TrimPrefix(line, "```"), lines[i+1:end], i+2)
		p.out = append(p.out, "```")
		return end + 1
	case line == "<!-- example -->":
		p.copyExample()
	case line == "<!-- embedded -->":
		p.start()
		p.url = ""
	case hidden.MatchString(line):
		if out := p.run(hidden.FindStringSubmatch(line)[1]); p.exit != 0 {
			p.Fatalf("%s:%d: exit code %d\n%s", p.path, i+1, p.exit, out)
		}
	case line == "| expression | row | verdict |":
		return p.verdicts(lines, i+1)
	}
	return i + 1
}

// block handles one fenced block and writes it as it should be.
func (p *page) block(language string, lines []string, at int) {
	switch language {
	case "console":
		p.console(lines, at)
		return
	case "yaml", "csv", "env", "json":
		if len(lines) == 0 || !fileComment.MatchString(lines[0]) {
			p.Errorf("%s:%d: the block does not begin with a comment that names its file", p.path, at)
			break
		}
		name := fileComment.FindStringSubmatch(lines[0])[1]
		p.yaml = p.yaml || language == "yaml"
		content := lines
		if language == "csv" || language == "json" {
			content = lines[1:]
		}
		p.start()
		p.write(name, strings.Join(content, "\n")+"\n")
	case "sh", "text", "python":
	default:
		p.Errorf("%s:%d: blocks are console, yaml, csv, env, json, sh, python or text, not %q", p.path, at, language)
	}
	p.out = append(p.out, lines...)
}

// console runs the commands of a block. Where the output is the same but for times, the old text stays.
func (p *page) console(lines []string, at int) {
	p.start()
	for i := 0; i < len(lines); {
		command, ok := strings.CutPrefix(lines[i], "$ ")
		if !ok {
			p.Fatalf("%s:%d: output without a command", p.path, at+i)
		}
		if p.exit != 0 && command != "echo $?" {
			p.Errorf("%s:%d: the command before this one ended with %d: show it with echo $?", p.path, at+i, p.exit)
		}
		from := i + 1
		for i = from; i < len(lines) && !strings.HasPrefix(lines[i], "$ "); i++ {
		}
		was, is := strings.Join(lines[from:i], "\n"), p.run(command)
		if same(was) == same(is) {
			is = was
		} else if !*update {
			p.Errorf("%s:%d: $ %s\n--- shown\n%s\n--- printed\n%s", p.path, at+from-1, command, was, is)
		}
		p.out = append(p.out, "$ "+command)
		if is != "" {
			p.out = append(p.out, strings.Split(is, "\n")...)
		}
	}
	if p.exit != 0 {
		p.Errorf("%s:%d: the last command of the block ended with %d: show it with echo $?", p.path, at, p.exit)
		p.exit = 0
	}
}

// progress is what a run prints while it works when nobody looks; on a terminal it is a bar that goes away.
var progress = regexp.MustCompile(`(?m)^(read|stage|check|aside|rules|schema|publish|freeze|materialize|fill) .* [0-9.]+m?s\n`)

// run types a command into a shell, which knows the exit code of the one before, and returns what a reader would see.
func (p *page) run(command string) string {
	switch {
	case strings.HasPrefix(command, "runner serve") && strings.HasSuffix(command, "&"):
		return p.serve(command)
	case command == "kill %1":
		return p.end()
	}
	p.start()
	if p.url != "" {
		command = strings.ReplaceAll(command, "runner db psql -- ", `psql "$DATABASE_URL" `)
	}
	c := exec.Command("sh", "-c", fmt.Sprintf("(exit %d); %s", p.exit, command))
	c.Dir, c.Env = p.dir, p.environment()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	_ = c.Run()
	p.exit = c.ProcessState.ExitCode()
	return strings.TrimRight(p.seen(progress.ReplaceAllString(out.String(), "")), "\n")
}

func (p *page) environment() []string {
	var env []string
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); !strings.HasPrefix(name, "PG") && !strings.HasPrefix(name, "POSTGRES_") && !strings.HasPrefix(name, "GITHUB_") {
			env = append(env, v)
		}
	}
	psql, err := devpg.Client(os.Getenv, "psql")
	if err != nil {
		p.Fatal(err)
	}
	return append(env, "PATH="+os.Getenv("PATH")+":"+filepath.Dir(psql), "PSQLRC=/dev/null", "PAGER=", "DATABASE_URL="+p.url, "RUNNER_DATABASE_URL=", "RUNNER_DATA_HOME="+p.data)
}

// seen replaces what differs from machine to machine by what a reader would see at that place: the embedded database of a project called
// like its folder, and a moment in the year of the examples.
func (p *page) seen(out string) string {
	year := time.Now().UTC().Format("2006")
	for _, r := range []struct{ pattern, by string }{
		{`target  DATABASE_URL  .*`, "target  embedded  shop@socket  role postgres"},
		{"Target: `DATABASE_URL [^`]*`", "Target: `embedded shop@socket role postgres`"},
		{`"DATABASE_URL  [^"]*"`, `"embedded  shop@socket  role postgres"`},
		{regexp.QuoteMeta(p.data), "/home/ann/.local/share/runner"},
		{regexp.QuoteMeta(strings.ReplaceAll(p.data, "/", "%2F")), "%2Fhome%2Fann%2F.local%2Fshare%2Frunner"},
		{`(runner(?:/|%2F)\w+)-[0-9a-f]{8}`, "$1-1c0ffee5"},
		{year + `-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?`, "2024-03-01${1}06:00:00"},
		{`process \d+`, "process 4711"},
	} {
		out = regexp.MustCompile(r.pattern).ReplaceAllString(out, r.by)
	}
	if strings.HasSuffix(p.path, "README.md") || strings.HasSuffix(p.path, "getting-started.md") {
		out = strings.ReplaceAll(out, "shop@socket", "streamflow@socket")
	}
	return out
}

var changing = []*regexp.Regexp{
	regexp.MustCompile(`\b\d+(\.\d+)? ?(ms|s|m)\b`),
	regexp.MustCompile(`"(duration|cost)_ms": ?[\d.]+`),
	regexp.MustCompile(`"(age_seconds|version|specs)": ?[^,}]+|_seconds_?[a-z]*(\{[^}]*\})? [\d.e+-]+`),
	regexp.MustCompile(`version +\d+(\.\d+)?|pg\d\d\b`),
	regexp.MustCompile(` +`),
}

// same takes out what differs from run to run: times, and the blanks that line them up.
func same(out string) string {
	for _, r := range changing {
		out = r.ReplaceAllString(out, " ")
	}
	return out
}

// start makes the folder and the database of the page.
func (p *page) start() {
	if p.dir != "" {
		return
	}
	data, err := os.MkdirTemp("", "runner-docs")
	if err != nil {
		p.Fatal(err)
	}
	if err := os.Chmod(data, 0o755); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { removeClusters(data) })
	p.dir, p.data, p.url = filepath.Join(p.TempDir(), "shop"), data, pgtest.Database(p.T)
	if err := os.Mkdir(p.dir, 0o755); err != nil {
		p.Fatal(err)
	}
}

func (p *page) write(name, content string) {
	path := filepath.Join(p.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		p.Fatal(err)
	}
}

func (p *page) copyExample() {
	p.start()
	for _, part := range []string{"pipelines", "expectations", "featureviews", "data/seeds"} {
		if err := os.CopyFS(filepath.Join(p.dir, part), os.DirFS(filepath.Join("..", part))); err != nil {
			p.Fatal(err)
		}
	}
	text, err := os.ReadFile("../runner.yaml")
	if err != nil {
		p.Fatal(err)
	}
	p.write("runner.yaml", string(text))
}

// lint holds the specs that the page ends with against the checker.
func (p *page) lint() {
	if !p.yaml {
		return
	}
	if out := p.run("runner lint"); p.exit != 0 {
		p.Errorf("%s: the specs of the page do not lint:\n%s", p.path, out)
	}
}
