// Package target decides which database a command works on. It only decides: it opens no file and no connection.
//
// A database that was named and does not answer is an error of the caller, never a reason to take the embedded one.
package target

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Embedded is the word for the embedded Postgres wherever a database is named.
const Embedded = "embedded"

// Target is a named database of runner.yaml. Database returns its URL, or Embedded, with the environment filled in; it is called only for the
// target that is chosen, so that a variable which only another target needs may be missing.
type Target struct {
	Name     string
	Database func(getenv func(string) string) (string, error)
	Schema   string
	Default  bool
}

// Input is everything the decision depends on: the flags --database-url and --target, the environment, the content of the file .env at the root of the
// project ("" without one), and the targets of runner.yaml.
type Input struct {
	DatabaseURL string
	Target      string
	Getenv      func(string) string
	DotEnv      string
	Targets     []Target
}

// Choice is the database to use. URL is a postgres:// URL or a DSN of libpq, with what only .env knows put in; it is empty for the embedded one (its URL
// comes from the cluster) and when the PG* variables of the environment say all there is. Name is that of the target, Schema where
// its tables live ("" is public). From says what decided. Hint is for the error when the database does not answer. Neither From, Notes nor Hint
// hold a password.
type Choice struct {
	URL      string
	Embedded bool
	Name     string
	Schema   string
	From     string
	Notes    []string
	Hint     string

	environment map[string]string // PG* settings that fill the gaps of the URL, for String
}

// Choose decides, in this order: --database-url; --target; RUNNER_DATABASE_URL; without targets in runner.yaml DATABASE_URL, the PG* variables
// (those of the environment before those of .env) and POSTGRES_* as in a Compose file; with targets the one marked default, else dev, else the
// only one; the embedded Postgres. What is set and not used is said in Notes. Errors name the variable or target at fault and
// what to do; all of them are faults of usage.
func Choose(in Input) (Choice, error) {
	s := sources{getenv: in.Getenv}
	s.dotenv, s.dotenvErr = DotEnv(in.DotEnv)
	c, err := s.choose(in)
	if err != nil {
		return Choice{}, err
	}
	if c.Embedded {
		return c, nil
	}
	if c.URL, err = s.complete(c); err != nil {
		return Choice{}, err
	}
	c.environment = s.settings(s.merged)
	return c, nil
}

// choose finds what decides; the URL is still as it was written.
func (s sources) choose(in Input) (Choice, error) {
	switch {
	case in.DatabaseURL != "" && in.Target != "":
		return Choice{}, errors.New("--database-url and --target both name a database: give one of them")
	case in.DatabaseURL != "":
		return named("--database-url", in.DatabaseURL)
	case in.Target != "":
		t, err := find(in.Target, in.Targets)
		if err != nil {
			return Choice{}, err
		}
		return s.target(t, append(slices.Clone(strays), "RUNNER_DATABASE_URL"))
	}
	if v := s.getenv("RUNNER_DATABASE_URL"); v != "" {
		return named("RUNNER_DATABASE_URL", v)
	}
	if len(in.Targets) == 0 {
		return s.undeclared()
	}
	if s.dotenvErr != nil {
		return Choice{}, s.dotenvErr
	}
	if v := s.dotenv["RUNNER_DATABASE_URL"]; v != "" {
		return named("RUNNER_DATABASE_URL of .env", v)
	}
	t, err := usual(in.Targets)
	if err != nil {
		return Choice{}, err
	}
	return s.target(t, strays)
}

// undeclared chooses in a project without targets.
func (s sources) undeclared() (Choice, error) {
	if c, ok, err := s.environment(s.getenv, ""); ok || err != nil {
		c.Notes = append(c.Notes, s.unused(c.From)...)
		return c, err
	}
	if s.dotenvErr != nil {
		return Choice{}, s.dotenvErr
	}
	inFile := func(name string) string { return s.dotenv[name] }
	if c, ok, err := s.environment(inFile, " of .env"); ok || err != nil {
		return c, err
	}
	if c, ok, err := s.compose(); ok || err != nil {
		return c, err
	}
	return Choice{Embedded: true, From: Embedded}, nil
}

// environment looks for DATABASE_URL and PG* in one place: the process's environment, or the file.
func (s sources) environment(get func(string) string, of string) (Choice, bool, error) {
	for _, name := range []string{"RUNNER_DATABASE_URL", "DATABASE_URL"} {
		if v := get(name); v != "" {
			c, err := named(name+of, v)
			return c, true, err
		}
	}
	if set := present(get, "PGHOST", "PGSERVICE", "PGDATABASE"); len(set) > 0 {
		return Choice{From: strings.Join(set, ", ") + of}, true, nil
	}
	return Choice{}, false, nil
}

// target makes the choice of a declared target, and says which of the given variables it overrules.
func (s sources) target(t Target, overruled []string) (Choice, error) {
	if s.dotenvErr != nil {
		return Choice{}, s.dotenvErr
	}
	from := "target " + t.Name
	database, err := t.Database(s.merged)
	if err != nil {
		return Choice{}, fmt.Errorf("%s: %w", from, err)
	}
	if database == "" {
		return Choice{}, fmt.Errorf("%s names no database: its `database:` is empty (write a postgres:// URL, or %s)", from, Embedded)
	}
	c, err := named(from, database)
	if err != nil {
		return Choice{}, err
	}
	c.Name, c.Schema = t.Name, t.Schema
	if set := present(s.merged, overruled...); len(set) > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("%s ignored: runner.yaml declares targets, and %s is used (--database-url overrides it)", isAre(set), t.Name))
	}
	return c, nil
}

// named makes the choice of a database that is written out somewhere. The drivers that Python adds to the scheme are dropped.
func named(from, database string) (Choice, error) {
	if database == Embedded {
		return Choice{Embedded: true, From: from}, nil
	}
	c := Choice{URL: database, From: from}
	scheme, rest, isURL := strings.Cut(database, "://")
	base, driver, hasDriver := strings.Cut(scheme, "+")
	if isURL && hasDriver && (base == "postgres" || base == "postgresql") {
		c.URL = base + "://" + rest
		c.Notes = append(c.Notes, "+"+driver+" in "+from+" is of no meaning here and was dropped")
	}
	_, err := parse(from, c.URL)
	return c, err
}
