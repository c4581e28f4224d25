package target

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/joho/godotenv"
)

// strays are the variables that name a database and count for nothing when runner.yaml declares targets.
var strays = []string{"DATABASE_URL", "PGHOST", "PGSERVICE", "PGDATABASE", "POSTGRES_HOST", "POSTGRES_DB", "POSTGRES_USER"}

// pgNames are the libpq variables that may stand in a .env, with the names they have in a URL (PostgreSQL documentation, section 34.15).
var pgNames = map[string]string{
	"PGHOST": "host", "PGPORT": "port", "PGDATABASE": "dbname", "PGUSER": "user", "PGPASSWORD": "password", "PGPASSFILE": "passfile",
	"PGSERVICE": "service", "PGSERVICEFILE": "servicefile", "PGOPTIONS": "options", "PGAPPNAME": "application_name", "PGCONNECT_TIMEOUT": "connect_timeout",
	"PGSSLMODE": "sslmode", "PGSSLCERT": "sslcert", "PGSSLKEY": "sslkey", "PGSSLROOTCERT": "sslrootcert", "PGTARGETSESSIONATTRS": "target_session_attrs",
	"PGCHANNELBINDING": "channel_binding",
}

// sources are the places variables come from.
type sources struct {
	getenv    func(string) string
	dotenv    map[string]string
	dotenvErr error
}

// merged reads a variable: the environment wins over the file.
func (s sources) merged(name string) string {
	if v := s.getenv(name); v != "" {
		return v
	}
	return s.dotenv[name]
}

// settings returns the PG* variables that get knows, by the names they have in a URL.
func (s sources) settings(get func(string) string) map[string]string {
	out := map[string]string{}
	for name, key := range pgNames {
		if v := get(name); v != "" {
			out[key] = v
		}
	}
	return out
}

// complete puts the PG* variables that only the file knows into the URL, where they fill gaps as they would in the environment; those
// of the environment are read by whoever connects.
func (s sources) complete(c Choice) (string, error) {
	onlyFile := func(name string) string {
		if s.getenv(name) != "" {
			return ""
		}
		return s.dotenv[name]
	}
	gaps := s.settings(onlyFile)
	if len(gaps) == 0 {
		return c.URL, nil
	}
	d, err := parse(c.From, c.URL)
	if err != nil {
		return "", err
	}
	return d.fill(gaps), nil
}

// compose reads POSTGRES_*, which a Compose file gives to the Postgres image. The defaults are those of that image: the user postgres and a
// database named after the user.
func (s sources) compose() (Choice, bool, error) {
	set := present(s.merged, "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB")
	if len(set) == 0 || len(set) == 1 && set[0] == "POSTGRES_PORT" {
		return Choice{}, false, nil
	}
	c := Choice{From: "POSTGRES_*"}
	if len(present(s.getenv, set...)) == 0 {
		c.From += " of .env"
	}
	or := func(name, fallback string) string {
		if v := s.merged(name); v != "" {
			return v
		}
		return fallback
	}
	host, port, user := or("POSTGRES_HOST", "localhost"), or("POSTGRES_PORT", "5432"), or("POSTGRES_USER", "postgres")
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return Choice{}, false, fmt.Errorf("POSTGRES_PORT=%s is not a port number", port)
	}
	if s.merged("POSTGRES_HOST") == "" {
		c.Notes = append(c.Notes, fmt.Sprintf("%s without POSTGRES_HOST: taken to mean localhost:%s", c.From, port))
	} else if !strings.ContainsAny(host, "./:") && host != "localhost" {
		c.Hint = fmt.Sprintf("%s may be the name of a Compose service, which is known only inside its network: from outside set POSTGRES_HOST=localhost", host)
	}
	settings := map[string]string{"host": host, "port": port, "user": user, "dbname": or("POSTGRES_DB", user)}
	if p := s.merged("POSTGRES_PASSWORD"); p != "" {
		settings["password"] = p
	}
	d, _ := parse("", "")
	c.URL = d.fill(settings)
	return c, true, nil
}

// unused says which databases the file names in vain, because the environment names one.
func (s sources) unused(from string) []string {
	get := func(name string) string {
		if s.getenv(name) != "" {
			return "" // the same variable in both places: the environment wins, as everywhere
		}
		return s.dotenv[name]
	}
	if set := present(get, "RUNNER_DATABASE_URL", "DATABASE_URL"); len(set) > 0 {
		return []string{fmt.Sprintf("%s ignored in .env: the environment sets %s", isAre(set), from)}
	}
	return nil
}

// DotEnv reads the text of a .env file. The error names the line and never repeats it: it may hold a password.
func DotEnv(text string) (map[string]string, error) {
	text = strings.TrimPrefix(text, "\ufeff") + "\n" // godotenv takes anything for a last line that has no end
	vars, err := godotenv.Unmarshal(text)
	if err == nil {
		return vars, nil
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if _, err := godotenv.Unmarshal(line); err != nil {
			return nil, fmt.Errorf(".env:%d: this line is not in the form NAME=value (put a value with quotes, spaces or # into single quotes)", n)
		}
	}
	return nil, fmt.Errorf(".env cannot be read: a quote is not closed, or a line is not in the form NAME=value")
}

// present returns those of the names that have a value.
func present(get func(string) string, names ...string) (set []string) {
	for _, n := range names {
		if get(n) != "" {
			set = append(set, n)
		}
	}
	return set
}

func isAre(names []string) string {
	if len(names) == 1 {
		return names[0] + " is"
	}
	return strings.Join(names, ", ") + " are"
}
