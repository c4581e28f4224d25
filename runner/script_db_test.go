package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"streamflow/runner/internal/devpg"
)

// dumpQuery prints one SELECT per table of a user, for \gexec. The first hole says what comes before each row.
const dumpQuery = `select format('select %%L || %s r::text from %%I.%%I r order by 1', n.nspname || '.' || c.relname || ' ', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'runner') and n.nspname not like 'pg_t%%'
order by n.nspname, c.relname \gexec
`

// columnsQuery prints the shape of the same tables.
const columnsQuery = `select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and a.attnum > 0 and n.nspname not in ('pg_catalog', 'information_schema', 'runner') and n.nspname not like 'pg_t%'
order by 1, 2, a.attnum;
`

// psqlCommand is psql on the script's database, without headers, stopping at the first error.
func psqlCommand(ts *testscript.TestScript) *exec.Cmd {
	path, err := devpg.Client(os.Getenv, "psql")
	ts.Check(err)
	cmd := exec.Command(path, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", ts.Getenv("TEST_DATABASE_URL"))
	cmd.Env = os.Environ()
	return cmd
}

func query(ts *testscript.TestScript, sql string) string {
	cmd := psqlCommand(ts)
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(sql), &stderr
	out, err := cmd.Output()
	if err != nil {
		ts.Fatalf("%v: %s\n%s", err, stderr.String(), sql)
	}
	return string(out)
}

// cmdPsql runs SQL on the script's database: psql SQL. Its output goes to stdout.
func cmdPsql(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: psql SQL")
	}
	_, _ = io.WriteString(ts.Stdout(), query(ts, args[0]))
}

// cmdPsqlFile lets psql run a file as anybody would type it, and wants exactly this exit code: psql-file CODE FILE.
func cmdPsqlFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: psql-file CODE FILE")
	}
	path, err := devpg.Client(os.Getenv, "psql")
	ts.Check(err)
	cmdExit(ts, false, []string{args[0], path, "-XAtq", "-d", ts.Getenv("TEST_DATABASE_URL"), "-f", args[1]})
}

// cmdSQLEqual compares the answer to a query: sql-equal SQL WANT. Rows are joined by one blank, columns by |.
func cmdSQLEqual(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: sql-equal SQL WANT")
	}
	got := strings.Join(strings.Split(strings.TrimRight(query(ts, args[0]), "\n"), "\n"), " ")
	if (got == args[1]) == neg {
		ts.Fatalf("%s\n got: %s\nwant: %s", args[0], got, args[1])
	}
}

// cmdDump writes the contents of all tables of the user, sorted, to a file: dump [-xmin] FILE. With -xmin also which transaction
// wrote each row and where it lies, so that equal files mean that nothing was written.
func cmdDump(ts *testscript.TestScript, neg bool, args []string) {
	before := ""
	if len(args) == 2 && args[0] == "-xmin" {
		before, args = "r.xmin::text || '' '' || r.ctid::text || ", args[1:]
	}
	if neg || len(args) != 1 {
		ts.Fatalf("usage: dump [-xmin] FILE")
	}
	out := query(ts, columnsQuery+fmt.Sprintf(dumpQuery, before))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out), 0o644))
}

// cmdJSON looks into the JSON document on the last stdout: json PATH WANT. A step of the path is a key, an index, "len", or the name (or
// table) of an element: tables.clients.inserted, errors.0.line, rules.len.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: json PATH WANT")
	}
	doc := ts.ReadFile("stdout")
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		ts.Fatalf("stdout is no JSON: %v\n%s", err, doc)
	}
	if _, err := d.Token(); err != io.EOF {
		ts.Fatalf("stdout holds more than one document:\n%s", doc)
	}
	for _, step := range strings.Split(args[0], ".") {
		next, ok := lookUp(v, step)
		if !ok {
			ts.Fatalf("no %q of %s in\n%s", step, args[0], doc)
		}
		v = next
	}
	got, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		ts.Check(err)
		got = string(b)
	}
	if (got == args[1]) == neg {
		ts.Fatalf("%s is %s, want %s\n%s", args[0], got, args[1], doc)
	}
}

func lookUp(v any, step string) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		found, ok := v[step]
		return found, ok
	case []any:
		if step == "len" {
			return json.Number(strconv.Itoa(len(v))), true
		}
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(v) {
			return v[i], true
		}
		for _, e := range v {
			if m, ok := e.(map[string]any); ok && (m["name"] == step || m["rule"] == step || m["table"] == step || m["object"] == step) {
				return e, true
			}
		}
	}
	return nil, false
}

// holder is a session that keeps a lock until it is released.
type holder struct {
	input io.WriteCloser
}

type holderKey struct{}

// cmdHold takes a lock in a session of its own and returns when it has it: hold SQL, such as "lock table t".
func cmdHold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold SQL")
	}
	cmd := psqlCommand(ts)
	input, err := cmd.StdinPipe()
	ts.Check(err)
	output, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	ts.Defer(func() { _ = input.Close(); _ = cmd.Wait() })
	*ts.Value(holderKey{}).(*holder) = holder{input}
	_, err = io.WriteString(input, "begin;\n"+args[0]+";\n\\echo held\n")
	ts.Check(err)
	answer := make([]byte, 5)
	_, err = io.ReadFull(output, answer)
	ts.Check(err)
}

// cmdRelease ends the session of the last hold.
func cmdRelease(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: release")
	}
	ts.Check(ts.Value(holderKey{}).(*holder).input.Close())
}

// conditions are what scripts wait for most, each as a query that answers t: a session of this database waits for a lock, none of
// them holds an advisory lock, one run waits for another.
func conditions() map[string]string {
	const here = "database = (select oid from pg_database where datname = current_database())"
	return map[string]string{
		"blocked": "select count(*) > 0 from pg_locks where not granted and " + here,
		"free":    "select count(*) = 0 from pg_locks where locktype = 'advisory' and " + here,
		"waiting": "select count(*) = 2 from pg_stat_activity where application_name like 'runner apply %' and datname = current_database()",
	}
}

// cmdAwait asks again and again until the answer is there, for half a minute at most: await SQL WANT, or await blocked|free|waiting.
func cmdAwait(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 1 && conditions()[args[0]] != "" {
		args = []string{conditions()[args[0]], "t"}
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await SQL WANT, or await blocked|free|waiting")
	}
	got := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got = strings.TrimSpace(query(ts, args[0])); got == args[1] {
			return
		}
	}
	ts.Fatalf("waited in vain: %s\n got: %s\nwant: %s", args[0], got, args[1])
}
