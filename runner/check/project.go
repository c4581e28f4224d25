package check

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on every machine

	"streamflow/runner/internal/diag"
	"streamflow/runner/model"
	"streamflow/runner/spec"
)

var projectName = regexp.MustCompile(`^[\pL\pN_][\pL\pN_ .-]*$`)

func (p *pass) checkProject() {
	s := p.tree.Project
	if s == nil {
		return
	}
	p.project.Name, p.project.Origin = s.Name.Value, s.Place
	if s.Timezone.Set {
		p.checkTimezone(s.Timezone)
		p.project.Timezone = s.Timezone.Value
	}
	if s.Name.Set && !projectName.MatchString(s.Name.Value) {
		p.fault("T306", s.Name.Place, "use letters, digits, and _ - . inside", "%q cannot be the name of a project: folders are named after it", s.Name.Value)
	}
	defaults := 0
	for _, e := range s.Targets.Entries {
		t := model.Target{Name: e.Key.Value, Database: e.Value.Database.Template, Schema: e.Value.Schema.Value, Default: e.Value.Default.Value, Origin: e.Key.Place}
		p.checkTarget(e.Value)
		if t.Default {
			if defaults++; defaults > 1 {
				p.fault("R205", e.Value.Default.Place, "mark one", "two targets are the default")
			}
		}
		p.project.Targets = append(p.project.Targets, t)
	}
}

func (p *pass) checkTimezone(s spec.Str) {
	known, asked := p.zones[s.Value]
	if !asked {
		_, err := time.LoadLocation(s.Value)
		known = err == nil && s.Value != "" && s.Value != "Local"
		p.zones[s.Value] = known
	}
	if !known {
		p.fault("T310", s.Place, `write a name such as "Europe/Paris" or "UTC"`, "time zone %q is not known", s.Value)
	}
}

// checkTarget refuses secrets in a spec: a spec is committed, a password is not.
func (p *pass) checkTarget(t *spec.Target) {
	if params := t.Database.Template.Params(); len(params) > 0 {
		p.fault("R208", t.Database.Place, "write ${env:NAME}", "a target knows no parameters: ${%s}", params[0])
	}
	if t.Schema.Set {
		p.checkIdentifier(t.Schema, "schema")
		online := model.OnlineSchema(t.Schema.Value)
		switch name := t.Schema.Value; {
		case name == "runner", name == "online", strings.HasPrefix(name, model.OnlineSchema("")+"_"), strings.HasPrefix(name, "pg_"):
			p.fault("T306", t.Schema.Place, "choose another", "schema %q belongs to runner or to Postgres", name)
		case len(online) > longest && len(name) <= longest:
			p.fault("T306", t.Schema.Place, "shorten it", "the online store of schema %q would be called %s, which has %d bytes; Postgres cuts names off behind %d", name, online, len(online), longest)
		}
	}
	if !t.Database.Set {
		return
	}
	if p.password(t.Database) {
		p.fault("R207", t.Database.Place, "write the whole URL as ${env:NAME}, or leave the password to .pgpass", "a password stands in a spec")
		return
	}
	text := t.Database.Value
	url := strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://")
	if text != "embedded" && !url && (strings.Contains(text, "://") || !strings.ContainsAny(text, "=$")) {
		hint := diag.DidYouMean(text, []string{"embedded"})
		if hint == "" {
			hint = `write "embedded", ${env:NAME}, or a URL such as postgres://host/name`
		}
		p.fault("P707", t.Database.Place, hint, "%q names no Postgres database", text)
	}
}

var secretPair = regexp.MustCompile(`(?i)(^|[\s?&])(password|sslpassword)\s*=\s*[^\s&]`)

// password tells whether the fixed text of a connection string, as URL or as pairs, holds a password.
func (p *pass) password(t spec.Templ) bool {
	text := ""
	for _, part := range t.Template {
		if part.Param != "" || part.Env != "" {
			text += "\x01" // not known, and not ours to judge
			if part.EnvDefault != nil {
				text += *part.EnvDefault
			}
			continue
		}
		text += part.Text
	}
	for _, m := range secretPair.FindAllStringIndex(text, -1) {
		if text[m[1]-1] != 1 {
			return true
		}
	}
	_, rest, ok := strings.Cut(text, "://")
	login, _, found := strings.Cut(rest, "@")
	_, secret, has := strings.Cut(login, ":")
	return ok && found && has && secret != "" && secret != "\x01" && !strings.ContainsAny(login, "/?")
}

// checkIdentifier judges the name of a table, column, snapshot or schema.
func (p *pass) checkIdentifier(name spec.Str, what string) bool {
	switch v := name.Value; {
	case v == "":
		p.fault("T306", name.Place, "give it a name", "a %s has an empty name", what)
	case strings.ContainsRune(v, 0):
		p.fault("T306", name.Place, "Postgres cannot store it", "%s %q holds a NUL", what, v)
	case len(v) > 63:
		p.fault("T306", name.Place, "Postgres would cut it", "%s %q has %d bytes, Postgres keeps 63", what, v, len(v))
	default:
		return true
	}
	return false
}
