package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// usualServer is where documentation says that a server listens. In tests it listens elsewhere, which the file servedFile of the folder says.
const (
	usualServer = "http://127.0.0.1:6566"
	servedFile  = ".served"
)

var servedAt = regexp.MustCompile(`https?://\S+`)

// serverOf waits until a server has written into a file where it listens: runner serve --output FILE.
func serverOf(file string) (string, error) {
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if text, err := os.ReadFile(file); err == nil {
			if url := servedAt.FindString(string(text)); url != "" {
				return url, nil
			}
		}
	}
	return "", errors.New("no server has said in " + file + " where it listens")
}

// cmdServed waits for a server that runs in the background and lets http ask it: served FILE.
func cmdServed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: served FILE, after: exec runner serve --addr 127.0.0.1:0 --output FILE &server&")
	}
	url, err := serverOf(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Setenv("SERVER", url)
}

// cmdUntil asks as http does until it gets the status, for half a minute at most: what a server knows of its database may be a second old.
func cmdUntil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: until STATUS METHOD PATH")
	}
	q := question{method: args[1], url: ts.Getenv("SERVER") + args[2]}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if answer, body, err := q.ask(); err == nil && strconv.Itoa(answer.StatusCode) == args[0] {
			_, _ = ts.Stdout().Write(body)
			return
		}
	}
	ts.Fatalf("waited in vain for %s", args[0])
}

// cmdRefused waits until the server takes no more connections: refused.
func cmdRefused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: refused")
	}
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, _, err := (question{url: ts.Getenv("SERVER") + "/health"}).ask(); err != nil {
			return
		}
	}
	ts.Fatalf("it still answers")
}

// cmdHTTP asks the server and wants exactly this status; the body goes to stdout: http STATUS METHOD PATH [BODY] [NAME: VALUE]...
// BODY may be @FILE. A body is sent as curl sends it, as a form.
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http STATUS METHOD PATH [BODY] [NAME: VALUE]...")
	}
	q := question{method: args[1], url: ts.Getenv("SERVER") + args[2]}
	for _, arg := range args[3:] {
		switch {
		case headerLine.MatchString(arg):
			q.headers = append(q.headers, arg)
		case strings.HasPrefix(arg, "@"):
			q.body = ts.ReadFile(arg[1:])
		default:
			q.body = arg
		}
	}
	answer, body, err := q.ask()
	ts.Check(err)
	_, _ = ts.Stdout().Write(body)
	if strconv.Itoa(answer.StatusCode) != args[0] {
		ts.Fatalf("status %d, want %s\n%s", answer.StatusCode, args[0], body)
	}
}

var headerLine = regexp.MustCompile(`^[A-Z][A-Za-z-]*: `)

// question is one request of a client that is as simple as curl.
type question struct {
	method, url, body string
	headers           []string
}

func (q question) ask() (*http.Response, []byte, error) {
	if q.method == "" {
		q.method = http.MethodGet
		if q.body != "" {
			q.method = http.MethodPost
		}
	}
	r, err := http.NewRequest(q.method, q.url, strings.NewReader(q.body))
	if err != nil {
		return nil, nil, err
	}
	if q.body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range q.headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return answer, body, err
}

// curl is what documentation calls so: curl -s [-f] [-i] [-X METHOD] [-H HEADER] [-d BODY|@FILE] URL. The machine that tests may have none.
func curl(args []string) int {
	var q question
	var status, fails bool
	for i := 0; i < len(args); i++ {
		next := func() string { i++; return args[i] }
		switch args[i] {
		case "-s":
		case "-f":
			fails = true
		case "-i":
			status = true
		case "-X":
			q.method = next()
		case "-H":
			q.headers = append(q.headers, next())
		case "-d", "--data-binary":
			if q.body = next(); strings.HasPrefix(q.body, "@") {
				text, err := os.ReadFile(q.body[1:])
				if err != nil {
					return complain(err)
				}
				q.body = string(text)
			}
		default:
			q.url = args[i]
			if !strings.Contains(q.url, "://") {
				q.url = "http://" + q.url
			}
		}
	}
	if path, ok := strings.CutPrefix(strings.Replace(q.url, "http://localhost:", "http://127.0.0.1:", 1), usualServer); ok {
		server, err := serverOf(servedFile)
		if err != nil {
			return complain(err)
		}
		q.url = server + path
	}
	answer, body, err := q.ask()
	if err != nil {
		return complain(err)
	}
	if status {
		fmt.Printf("HTTP/1.1 %s\n\n", answer.Status)
	}
	_, _ = os.Stdout.Write(body)
	if fails && answer.StatusCode >= 400 {
		return 22
	}
	return 0
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "curl:", err)
	return 7
}
