package cli

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamflow/runner/dataset"
	"streamflow/runner/internal/pg"
	"streamflow/runner/online"
	"streamflow/runner/report"
	"streamflow/runner/run"
	"streamflow/runner/serve"
	"streamflow/runner/source"
)

// serverAddress is where the server listens when nothing else is said: the port is that of Feast's servers.
const serverAddress = "127.0.0.1:6566"

// serving are the flags of serve.
type serving struct {
	addr, token      string
	cert, key        string
	insecure, writes bool
	access           bool
	record           string
	body             size
	rows, pool       int
	timeout          time.Duration
	read, write      time.Duration
	grace            time.Duration
}

func serveCommand(a *app) *cobra.Command {
	s := &serving{body: 16 << 20}
	c := describe(&cobra.Command{
		Use:   "serve",
		Short: "Answer requests for features over HTTP, also those of Feast's client",
		Long: `Serve answers requests for the values that were materialized or pushed last: GET /features/KEY for one entity, POST /get-online-features
as Feast's client asks, /health, /metrics, /openapi.json, and a page for people at /. It reads the specs when it begins, and serves
them as they were then. On SIGTERM or Ctrl-C it finishes what it has begun and ends; a second one ends it at once.

From other machines it is reached only with --addr, and then it asks for a token (RUNNER_TOKEN, or --token, which others on this machine can
see) unless --insecure is given.`,
		Example: `runner serve
RUNNER_TOKEN=secret runner serve --addr :6566 --tls-cert cert.pem --tls-key key.pem
runner serve --allow-write --log-features served.jsonl`,
		Args: atMost(0, "no arguments"),
		RunE: func(c *cobra.Command, _ []string) error { return a.serve(c.Context(), s) },
	}, needs{"yes", "no", "nothing; with --allow-write the online store"})
	f := c.Flags()
	f.StringVar(&s.addr, "addr", serverAddress, "where to listen, as HOST:PORT; port 0 takes a free one")
	f.StringVar(&s.token, "token", "", "the token that requests must bring (default: RUNNER_TOKEN)")
	f.BoolVar(&s.insecure, "insecure", false, "let other machines ask without a token")
	f.StringVar(&s.cert, "tls-cert", "", "file of the certificate, for HTTPS")
	f.StringVar(&s.key, "tls-key", "", "file of its key")
	f.BoolVar(&s.writes, "allow-write", false, "also answer requests that write: push and materialize")
	f.StringVar(&s.record, "log-features", "", "append what is served to this file, as lines of JSON")
	f.BoolVar(&s.access, "access-log", false, "log every request on stderr; so it is anyway with --log-format json, and when other machines are served")
	f.Var(&s.body, "max-body", "the largest body of a request, in bytes or as 16MB")
	f.IntVar(&s.rows, "max-rows", 10_000, "the most entities of one request")
	f.IntVar(&s.pool, "read-pool", 0, "connections to the database at most (default: one for each processor, 4 at least)")
	f.DurationVar(&s.timeout, "timeout", 10*time.Second, "how long an answer may take")
	f.DurationVar(&s.read, "read-timeout", 30*time.Second, "how long a request may take to arrive")
	f.DurationVar(&s.write, "write-timeout", time.Minute, "how long an answer may take to be sent")
	f.DurationVar(&s.grace, "grace", 30*time.Second, "how long requests under way may take when the server is to end")
	return c
}

// serve opens everything that a server needs, and answers until ctx ends.
func (a *app) serve(ctx context.Context, s *serving) error {
	p, err := a.load()
	if err != nil {
		return err
	}
	if err := a.completeServing(s, p); err != nil {
		return err
	}
	d, err := a.open(ctx, p)
	if err != nil {
		return err
	}
	d.db.Close()
	if err := a.title(d); err != nil {
		return err
	}
	store, pool, err := d.openStore(ctx, p.model, pg.PoolOptions{Size: s.pool, Timeout: s.timeout, Writes: s.writes})
	if err != nil {
		return err
	}
	defer pool.Close()
	defer store.Close()
	c := a.served(s, p, pool, store)
	c.Materialize, c.History = a.materializer(p, d), a.historian(p, d)
	if s.record != "" {
		if c.Record, err = serve.NewRecorder(s.record, c.Log); err != nil {
			return surrounding("name another file with --log-features", err)
		}
		defer c.Record.Close()
	}
	server, err := serve.New(c)
	if err != nil {
		return surrounding("", err)
	}
	return a.answer(ctx, s, server)
}

// completeServing refuses flags that make no sense, or are not safe, before anything is opened.
func (a *app) completeServing(s *serving, p *project) error {
	getenv, err := a.variables(p.root)
	if err != nil {
		return err
	}
	if s.token == "" {
		s.token = getenv("RUNNER_TOKEN")
	}
	blank := s.token != "" && strings.TrimSpace(s.token) == ""
	s.token = strings.TrimSpace(s.token) // a file often ends with a new line, and no header can bring that
	away := !serve.Loopback(s.addr)
	s.access = s.access || away || a.flags.logFormat == formatJSON
	online := 0
	for _, v := range p.model.FeatureViews {
		if v.Online {
			online++
		}
	}
	switch {
	case online == 0:
		return usage("declare a feature_view, without online: false", "there is nothing to serve: no feature view is kept online")
	case !isAddress(s.addr):
		return usage("such as 127.0.0.1:6566, or :6566 for all addresses of this machine", "--addr %s is not HOST:PORT", s.addr)
	case blank:
		return usage("set it, or unset it", "the token is blank")
	case away && s.token == "" && !s.insecure:
		return usage("set RUNNER_TOKEN; or listen on 127.0.0.1; or say --insecure", "--addr %s can be reached from other machines, and there is no token", s.addr)
	case (s.cert == "") != (s.key == ""):
		return usage("give both", "--tls-cert and --tls-key go together")
	case s.rows < 1 || s.pool < 0 || s.body < 1:
		return usage("", "--max-rows, --max-body and --read-pool are positive numbers")
	case s.timeout <= 0 || s.read <= 0 || s.write <= 0 || s.grace < 0:
		return usage("such as 10s", "--timeout, --read-timeout and --write-timeout are longer than nothing, and --grace is not negative")
	}
	return folderOf("--log-features", s.record)
}

// served is what the server is made of.
func (a *app) served(s *serving, p *project, pool *pg.Pool, store online.Store) serve.Config {
	return serve.Config{
		Project: p.model, Store: store, Now: a.now, Log: a.serverLog(), Access: s.access, Version: thisBuild().Version, Specs: specHash(p),
		Token: s.token, AllowWrite: s.writes, Limits: serve.Limits{Body: int64(s.body), Rows: s.rows, Timeout: s.timeout, Stall: s.write},
		OwnNames: s.token == "" && !s.insecure && serve.Loopback(s.addr),
		LastRun: func(ctx context.Context) (last *report.Run, err error) {
			err = pool.Session(ctx, func(db *pg.DB) error { last, err = run.LastSuccess(ctx, db); return err })
			return last, err
		},
		Pool: func() serve.Pool { return serve.Pool(pool.State()) },
	}
}

// materializer brings views online in a session of its own.
func (a *app) materializer(p *project, d *database) func(context.Context, run.Materializing) (*report.Report, error) {
	return func(ctx context.Context, w run.Materializing) (*report.Report, error) {
		return a.session(ctx, p, d, func(c run.Config) *report.Report { return run.Materialize(ctx, c, w) })
	}
}

// historian joins history to rows in a session of its own, for their temporary tables.
func (a *app) historian(p *project, d *database) func(context.Context, serve.History, io.Writer) (*report.Report, error) {
	return func(ctx context.Context, h serve.History, w io.Writer) (*report.Report, error) {
		info, err := os.Stat(h.Spine)
		if err != nil {
			return nil, err
		}
		spine := source.File{Name: "rows.csv", Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(h.Spine) }}
		q := run.HistoryRequest{Name: h.Service.Name, Features: h.Service.Features, Inputs: h.Service.Inputs, Derived: h.Service.Derived,
			FullNames: h.FullNames, Spine: spine, Format: dataset.JSONLines, Out: w}
		return a.session(ctx, p, d, func(c run.Config) *report.Report { return run.History(ctx, c, q) })
	}
}

// session runs a stage on a connection that is made for it.
func (a *app) session(ctx context.Context, p *project, d *database, stage func(run.Config) *report.Report) (*report.Report, error) {
	getenv, err := a.variables(p.root)
	if err != nil {
		return nil, err
	}
	db, err := pg.Open(ctx, d.url, d.schema)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return stage(run.Config{DB: db, Root: p.root, Project: p.model, Getenv: getenv, Now: a.now, Target: d.line}), nil
}

// serverLog writes to stderr as --log-format says.
func (a *app) serverLog() *slog.Logger {
	if a.flags.logFormat == formatJSON {
		return slog.New(slog.NewJSONHandler(a.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(a.stderr, nil))
}

// answer listens, says where, and serves.
func (a *app) answer(ctx context.Context, s *serving, server *serve.Server) error {
	door := serve.Door{Header: min(s.read, 10*time.Second), Read: s.read, Write: s.write, Idle: 2 * time.Minute, Grace: s.grace}
	scheme := "http"
	if s.cert != "" {
		cert, err := tls.LoadX509KeyPair(s.cert, s.key)
		if err != nil {
			return surrounding("--tls-cert and --tls-key name PEM files", err)
		}
		scheme, door.TLS = "https", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return surrounding("choose another with --addr", err)
	}
	door.Listener = listener
	if err := a.sayServing(s, server, scheme+"://"+listener.Addr().String()); err != nil {
		return err
	}
	if err := server.Listen(ctx, door); err != nil {
		a.complain(faultOf(surrounding("", err))) // not as an interruption, which undoes what it met
		return exitCode(report.ExitSurrounding)
	}
	return nil
}

// sayServing says where the server is, on a line of its own or as one document.
func (a *app) sayServing(s *serving, server *serve.Server, url string) error {
	if s.token != "" && s.cert == "" && !serve.Loopback(s.addr) {
		if _, err := fmt.Fprintln(a.stderr, "note  without --tls-cert the token can be read on its way; let a proxy speak HTTPS, or serve it here"); err != nil {
			return a.writeFault(err)
		}
	}
	return a.result(func(w io.Writer, _ report.TextOptions) error {
		services := append([]string{}, server.Services()...)
		if a.flags.format == formatJSON {
			return json.NewEncoder(w).Encode(map[string]any{"url": url, "services": services})
		}
		_, err := fmt.Fprintf(w, "serving %s at %s\n", orNothing(services), url)
		return err
	})
}

func orNothing(services []string) string {
	if len(services) == 0 {
		return "lists of features (no service is declared)"
	}
	return strings.Join(services, ", ")
}

// specHash is one hash of all specs of a project: the same for the same texts in the same files.
func specHash(p *project) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(p.tree.Sources)) {
		_, _ = fmt.Fprintf(h, "%d %s %d\n", len(name), name, len(p.tree.Sources[name]))
		_, _ = h.Write(p.tree.Sources[name])
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// size is a number of bytes, as a flag.
type size int64

// String is the number.
func (s *size) String() string { return strconv.FormatInt(int64(*s), 10) }

// Type is what the help calls it.
func (s *size) Type() string { return "size" }

// Set reads a number with or without kB, MB or GB, each 1024 of the one before.
func (s *size) Set(text string) error {
	number, shift := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), "b"), 0
	for unit, by := range map[string]int{"k": 10, "m": 20, "g": 30} {
		if cut, ok := strings.CutSuffix(number, unit); ok {
			number, shift = cut, by
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
	if err != nil || n < 0 || n > 1<<32 {
		return fmt.Errorf("%q is not a size such as 16MB", text)
	}
	*s = size(n << shift)
	return nil
}

// isAddress tells whether a text is HOST:PORT, where the host may be left out.
func isAddress(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == port
}
