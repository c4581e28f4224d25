package target

import (
	"errors"
	"strings"
	"testing"
)

func fixed(database string) func(func(string) string) (string, error) {
	return func(func(string) string) (string, error) { return database, nil }
}

func fromEnv(name string) func(func(string) string) (string, error) {
	return func(getenv func(string) string) (string, error) {
		if v := getenv(name); v != "" {
			return v, nil
		}
		return "", errors.New("environment variable " + name + " is not set")
	}
}

func vars(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

var declared = []Target{
	{Name: "dev", Database: fixed("embedded")},
	{Name: "prod", Database: fromEnv("PROD_URL"), Schema: "raw"},
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name        string
		in          Input
		url, from   string
		text        string
		note, hint  string
		embedded    bool
		schema      string
		targetNamed string
	}{
		{name: "nothing", in: Input{}, embedded: true, from: "embedded", text: "embedded"},
		{name: "flag", in: Input{DatabaseURL: "postgres://loader:s3cret@db1/churn", Getenv: vars("RUNNER_DATABASE_URL", "postgres://other/x")},
			url: "postgres://loader:s3cret@db1/churn", from: "--database-url", text: "--database-url  churn@db1:5432  role loader"},
		{name: "flag over a target", in: Input{DatabaseURL: "postgres://a/b", Targets: declared}, url: "postgres://a/b", from: "--database-url", text: "--database-url  b@a:5432"},
		{name: "flag says embedded", in: Input{DatabaseURL: "embedded", Getenv: vars("DATABASE_URL", "postgres://a/b")}, embedded: true, from: "--database-url", text: "--database-url  embedded"},
		{name: "flag, with a broken file", in: Input{DatabaseURL: "postgres://a/b", DotEnv: "!!\n"}, url: "postgres://a/b", from: "--database-url", text: "--database-url  b@a:5432"},
		{name: "own variable first", in: Input{Getenv: vars("DATABASE_URL", "postgres://a/b", "RUNNER_DATABASE_URL", "postgres://c/d")},
			url: "postgres://c/d", from: "RUNNER_DATABASE_URL", text: "RUNNER_DATABASE_URL  d@c:5432"},
		{name: "own variable over targets", in: Input{Targets: declared, DotEnv: "RUNNER_DATABASE_URL=postgres://c/d"},
			url: "postgres://c/d", from: "RUNNER_DATABASE_URL of .env", text: "RUNNER_DATABASE_URL of .env  d@c:5432"},
		{name: "DATABASE_URL", in: Input{Getenv: vars("DATABASE_URL", "postgresql://u@h:6000/d")}, url: "postgresql://u@h:6000/d", from: "DATABASE_URL", text: "DATABASE_URL  d@h:6000  role u"},
		{name: "DATABASE_URL of SQLAlchemy", in: Input{DotEnv: "DATABASE_URL=postgresql+psycopg2://u@h/d"}, url: "postgresql://u@h/d", from: "DATABASE_URL of .env",
			text: "DATABASE_URL of .env  d@h:5432  role u", note: "+psycopg2 in DATABASE_URL"},
		{name: "several hosts", in: Input{DatabaseURL: "postgres://u@h1:6000,h2:6001/d"}, url: "postgres://u@h1:6000,h2:6001/d", from: "--database-url", text: ""},
		{name: "PG of the environment is left to the driver", in: Input{Getenv: vars("PGHOST", "h", "PGPASSWORD", "s3cret", "PGUSER", "u")}, url: "", from: "PGHOST", text: "PGHOST  u@h:5432  role u"},
		{name: "a service", in: Input{Getenv: vars("PGSERVICE", "shop")}, url: "", from: "PGSERVICE", text: "PGSERVICE  service shop"},
		{name: "a password names no database", in: Input{Getenv: vars("PGPASSWORD", "s3cret", "PGUSER", "u")}, embedded: true, from: "embedded", text: "embedded"},
		{name: "PG of the file", in: Input{DotEnv: "PGHOST=h\nexport PGPASSWORD='s3cret &+'\nPGDATABASE=\"d\"  # which\n"},
			url: "postgres:///?dbname=d&host=h&password=s3cret%20%26%2B", from: "PGHOST, PGDATABASE of .env", text: "PGHOST, PGDATABASE of .env  d@h:5432"},
		{name: "PG of both places", in: Input{Getenv: vars("PGHOST", "real"), DotEnv: "PGHOST=h\nPGDATABASE=d"}, url: "postgres:///?dbname=d", from: "PGHOST", text: "PGHOST  d@real:5432"},
		{name: "the file fills the gaps of a URL", in: Input{Getenv: vars("DATABASE_URL", "postgres://u@h/d?sslmode=disable"), DotEnv: "PGPASSWORD=s3cret\nPGUSER=no\nPGSSLMODE=require"},
			url: "postgres://u@h/d?password=s3cret&sslmode=disable", from: "DATABASE_URL", text: "DATABASE_URL  d@h:5432  role u"},
		{name: "and of pairs", in: Input{DatabaseURL: `host=h dbname='my \'d'`, DotEnv: "PGHOST=no\nPGPASSWORD='s\\3'"}, url: `host=h dbname='my \'d' password='s\\3'`, from: "--database-url", text: "--database-url  my 'd@h:5432"},
		{name: "the environment over the file", in: Input{Getenv: vars("PGDATABASE", "d"), DotEnv: "DATABASE_URL=postgres://a/b"}, url: "", from: "PGDATABASE",
			text: "PGDATABASE  d@localhost:5432", note: "DATABASE_URL is ignored in .env: the environment sets PGDATABASE"},
		{name: "same variable in both", in: Input{Getenv: vars("DATABASE_URL", "postgres://a/b"), DotEnv: "DATABASE_URL=postgres://c/d"}, url: "postgres://a/b", from: "DATABASE_URL", text: "DATABASE_URL  b@a:5432"},
		{name: "compose", in: Input{DotEnv: "\ufeffPOSTGRES_USER=shop\r\nPOSTGRES_PASSWORD=s3c/r@t\r\nPOSTGRES_DB=sales\r\n"},
			url: "postgres:///?dbname=sales&host=localhost&password=s3c%2Fr%40t&port=5432&user=shop", from: "POSTGRES_* of .env",
			text: "POSTGRES_* of .env  sales@localhost:5432  role shop", note: "taken to mean localhost:5432"},
		{name: "compose defaults", in: Input{DotEnv: "POSTGRES_PASSWORD=s3cret\nPOSTGRES_PORT=6000\n"}, url: "postgres:///?dbname=postgres&host=localhost&password=s3cret&port=6000&user=postgres",
			from: "POSTGRES_* of .env", text: "POSTGRES_* of .env  postgres@localhost:6000  role postgres", note: "localhost:6000"},
		{name: "compose service", in: Input{DotEnv: "POSTGRES_USER=u\nPOSTGRES_HOST=db", Getenv: vars("POSTGRES_PORT", "6000")}, url: "postgres:///?dbname=u&host=db&port=6000&user=u",
			from: "POSTGRES_*", text: "POSTGRES_*  u@db:6000  role u", hint: "POSTGRES_HOST=localhost"},
		{name: "compose port alone", in: Input{DotEnv: "POSTGRES_PORT=6000"}, embedded: true, from: "embedded", text: "embedded"},
		{name: "dev by name", in: Input{Targets: declared}, embedded: true, from: "target dev", targetNamed: "dev", text: "dev  embedded"},
		{name: "strays ignored aloud", in: Input{Targets: declared, Getenv: vars("DATABASE_URL", "postgres://u:s3cret@a/b"), DotEnv: "POSTGRES_USER=x"}, embedded: true, from: "target dev", targetNamed: "dev",
			text: "dev  embedded", note: "DATABASE_URL, POSTGRES_USER are ignored: runner.yaml declares targets, and dev is used"},
		{name: "target", in: Input{Targets: declared, Target: "prod", DotEnv: "PROD_URL=postgres://loader:s3cret@db1/churn"}, url: "postgres://loader:s3cret@db1/churn", from: "target prod", targetNamed: "prod", schema: "raw",
			text: "prod  churn@db1:5432  role loader"},
		{name: "target over the own variable", in: Input{Targets: declared, Target: "dev", Getenv: vars("RUNNER_DATABASE_URL", "postgres://a/b")}, embedded: true, from: "target dev", targetNamed: "dev",
			text: "dev  embedded", note: "RUNNER_DATABASE_URL is ignored"},
		{name: "default", in: Input{Targets: append([]Target{{Name: "ci", Default: true, Database: fixed("postgres://a/b")}}, declared...)}, url: "postgres://a/b", from: "target ci", targetNamed: "ci", text: "ci  b@a:5432"},
		{name: "only one", in: Input{Targets: []Target{{Name: "x", Database: fixed("embedded")}}}, embedded: true, from: "target x", targetNamed: "x", text: "x  embedded"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.in.Getenv == nil {
				tt.in.Getenv = vars()
			}
			c, err := Choose(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if c.URL != tt.url || c.From != tt.from || c.Embedded != tt.embedded || c.Schema != tt.schema || c.Name != tt.targetNamed {
				t.Errorf("got  %+v\nwant %q from %q", c, tt.url, tt.from)
			}
			notes := strings.Join(c.Notes, "\n")
			if (tt.note == "") != (notes == "") || !strings.Contains(notes, tt.note) {
				t.Errorf("notes %q, want %q", notes, tt.note)
			}
			if (tt.hint == "") != (c.Hint == "") || !strings.Contains(c.Hint, tt.hint) {
				t.Errorf("hint %q, want %q", c.Hint, tt.hint)
			}
			if tt.text != "" && c.String() != tt.text {
				t.Errorf("shown as %q, want %q", c.String(), tt.text)
			}
			if strings.Contains(c.String()+notes+c.From+c.Hint, "s3c") {
				t.Error("a password is shown")
			}
		})
	}
}

func TestRefused(t *testing.T) {
	two := []Target{{Name: "test", Database: fixed("embedded")}, {Name: "prod", Database: fixed("")}}
	for _, tt := range []struct {
		name string
		in   Input
		want string
	}{
		{"both flags", Input{DatabaseURL: "embedded", Target: "dev", Targets: declared}, "give one of them"},
		{"unknown target", Input{Target: "prd", Targets: declared}, `--target prd: there is no such target; did you mean "prod"? (runner.yaml declares dev, prod)`},
		{"no such name at all", Input{Target: "elsewhere", Targets: declared}, "--target elsewhere: there is no such target (runner.yaml declares dev, prod)"},
		{"no targets", Input{Target: "prod"}, "runner.yaml declares no targets"},
		{"which one", Input{Targets: two}, "targets test, prod and marks none as default"},
		{"two defaults", Input{Targets: []Target{{Name: "a", Default: true}, {Name: "b", Default: true}}}, "more than one target as default: a and b"},
		{"empty target", Input{Target: "prod", Targets: two}, "target prod names no database"},
		{"unset variable of a target", Input{Target: "prod", Targets: declared}, "target prod: environment variable PROD_URL is not set"},
		{"another kind of database", Input{DotEnv: "DATABASE_URL=sqlite:///s3cret.db"}, "DATABASE_URL of .env names a sqlite database"},
		{"password with special characters", Input{Getenv: vars("DATABASE_URL", "postgres://u:s3c%ret@h/d")}, "DATABASE_URL cannot be read as a URL"},
		{"neither URL nor pairs", Input{DatabaseURL: "s3cret"}, "--database-url is neither a URL"},
		{"open quote", Input{DatabaseURL: "host=h password='s3cret"}, "--database-url: the quote of password is not closed"},
		{"broken file", Input{DotEnv: "A=1\nPGPASSWORD s3cret\nB=2"}, ".env:2: "},
		{"broken file with targets", Input{DotEnv: "A=1\nPGPASSWORD s3cret", Targets: declared}, ".env:2: "},
		{"port", Input{DotEnv: "POSTGRES_DB=d\nPOSTGRES_PORT=x"}, "POSTGRES_PORT=x is not a port number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.in.Getenv == nil {
				tt.in.Getenv = vars()
			}
			c, err := Choose(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, %+v; want %q", err, c, tt.want)
			}
			if strings.Contains(err.Error(), "s3c") {
				t.Errorf("a password is shown: %v", err)
			}
		})
	}
}

// TestEmbeddedShown: the caller puts the URL of the cluster in before it prints the choice.
func TestEmbeddedShown(t *testing.T) {
	c, err := Choose(Input{Getenv: vars()})
	if err != nil {
		t.Fatal(err)
	}
	c.URL = "postgres:///shop?host=%2Fvar%2Flib%2Frunner%2Fx&user=postgres"
	if c.String() != "embedded  shop" {
		t.Error(c.String())
	}
	c.Name = "dev"
	if c.String() != "dev  shop  embedded" {
		t.Error(c.String())
	}
}
