package target

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// dsn is a connection string taken apart: a URL, or pairs of keyword and value (PostgreSQL documentation, section 34.1.1).
type dsn struct {
	url   *url.URL
	pairs string
	has   map[string]string
}

// parse takes a connection string apart; "" is a URL without anything in it. Its errors name from and repeat nothing of the text, which may hold a
// password.
func parse(from, text string) (dsn, error) {
	scheme, _, isURL := strings.Cut(text, "://")
	if text == "" {
		text, isURL, scheme = "postgres:///", true, "postgres"
	}
	if !isURL {
		return parsePairs(from, text)
	}
	if scheme != "postgres" && scheme != "postgresql" {
		return dsn{}, fmt.Errorf("%s names a %s database; runner needs PostgreSQL, postgres://user@host/name (RUNNER_DATABASE_URL wins over DATABASE_URL)", from, scheme)
	}
	u, err := url.Parse(text)
	if err != nil {
		return dsn{}, fmt.Errorf("%s cannot be read as a URL (in a user or password write @ as %%40, / as %%2F, : as %%3A, # as %%23, %% as %%25)", from)
	}
	d := dsn{url: u, has: map[string]string{}}
	put := func(key, value string) {
		if value != "" {
			d.has[key] = value
		}
	}
	password, _ := u.User.Password()
	put("host", u.Hostname())
	put("port", u.Port())
	put("user", u.User.Username())
	put("password", password)
	put("dbname", strings.TrimPrefix(u.Path, "/"))
	for key, values := range u.Query() {
		if key == "database" { // pgx's word for it
			key = "dbname"
		}
		put(key, values[0])
	}
	return d, nil
}

// parsePairs reads `host=db1 dbname='a b'`. A backslash takes the next character as it is.
func parsePairs(from, text string) (dsn, error) {
	d := dsn{pairs: text, has: map[string]string{}}
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		key, after, ok := strings.Cut(rest, "=")
		if key = strings.TrimSpace(key); !ok || key == "" || strings.ContainsAny(key, " \t\n'") {
			return dsn{}, fmt.Errorf("%s is neither a URL (postgres://user@host/name) nor pairs like host=db1 dbname=name, nor the word %s", from, Embedded)
		}
		var b strings.Builder
		after = strings.TrimLeft(after, " \t\n")
		quoted := strings.HasPrefix(after, "'")
		i, closed := 0, !quoted
		if quoted {
			i = 1
		}
		for ; i < len(after); i++ {
			if quoted && after[i] == '\'' || !quoted && strings.ContainsRune(" \t\n", rune(after[i])) {
				i, closed = i+1, true
				break
			}
			if after[i] == '\\' && i+1 < len(after) {
				i++
			}
			b.WriteByte(after[i])
		}
		if !closed {
			return dsn{}, fmt.Errorf("%s: the quote of %s is not closed", from, key)
		}
		d.has[key], rest = b.String(), after[i:]
	}
	return d, nil
}

// fill adds the settings that the connection string does not have, and returns it as text.
func (d dsn) fill(settings map[string]string) string {
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(settings)), func(key string) bool { return d.has[key] != "" })
	if d.url == nil {
		quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
		out := d.pairs
		for _, key := range keys {
			out += " " + key + "='" + quote.Replace(settings[key]) + "'"
		}
		return out
	}
	u, q := *d.url, d.url.Query()
	for _, key := range keys {
		q.Set(key, settings[key])
	}
	// %20, not +: libpq takes a plus as it is.
	u.RawQuery = strings.ReplaceAll(q.Encode(), "+", "%20")
	return u.String()
}

// String shows the choice without its password, as in `prod  churn@db1:5432  role loader`: the target (or what decided), database@host:port,
// and the user when one is named. For the embedded Postgres the caller puts the URL in first.
func (c Choice) String() string {
	label := c.Name
	if label == "" {
		label = c.From
	}
	d, err := parse("", c.URL)
	if err != nil {
		return label
	}
	get := func(key, fallback string) string {
		if v := d.has[key]; v != "" {
			return v
		}
		if v := c.environment[key]; v != "" {
			return v
		}
		return fallback
	}
	if c.Embedded {
		out := label
		if name := get("dbname", ""); name != "" {
			out += "  " + name
		}
		if label != Embedded {
			out += "  " + Embedded
		}
		return out
	}
	if service := get("service", ""); service != "" && get("host", "") == "" {
		return label + "  service " + service
	}
	user := get("user", "")
	place := get("dbname", user) + "@" + get("host", "localhost")
	if port := get("port", "5432"); !strings.Contains(place, "/") && !strings.Contains(get("host", ""), ",") {
		place += ":" + port
	}
	if user != "" {
		place += "  role " + user
	}
	return label + "  " + place
}
