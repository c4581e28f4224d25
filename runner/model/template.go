package model

import (
	"fmt"
	"strings"
)

// Template is a text with ${...} in it, split into parts when the spec was read.
type Template []Part

// Part is a piece of a template: fixed text, a parameter, or an environment variable.
type Part struct {
	Text       string  // fixed text, when Param and Env are empty
	Param      string  // parameter name
	Format     string  // strftime pattern for a date parameter: ${as_of:%Y-%m}
	Env        string  // environment variable name
	EnvDefault *string // of ${env:NAME:-default}
}

// String returns the template as it is written in a spec.
func (t Template) String() string {
	var b strings.Builder
	for _, p := range t {
		switch {
		case p.Param != "" && p.Format != "":
			b.WriteString("${" + p.Param + ":" + p.Format + "}")
		case p.Param != "":
			b.WriteString("${" + p.Param + "}")
		case p.Env != "" && p.EnvDefault != nil:
			b.WriteString("${env:" + p.Env + ":-" + *p.EnvDefault + "}")
		case p.Env != "":
			b.WriteString("${env:" + p.Env + "}")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Params returns the names of the parameters it uses.
func (t Template) Params() []string {
	var out []string
	for _, p := range t {
		if p.Param != "" {
			out = append(out, p.Param)
		}
	}
	return out
}

// Fill replaces parameters and environment variables. A parameter without a value and a variable that is neither set nor has a
// default are errors that name them.
func (t Template) Fill(params map[string]string, getenv func(string) string) (string, error) {
	var b strings.Builder
	for _, p := range t {
		switch {
		case p.Param != "":
			v, ok := params[p.Param]
			if !ok {
				return "", fmt.Errorf("no value for parameter %q in %q: give it with -p %s=VALUE", p.Param, t.String(), p.Param)
			}
			if p.Format != "" {
				formatted, err := FormatDate(p.Format, v)
				if err != nil {
					return "", fmt.Errorf("%s: %w", t.String(), err)
				}
				v = formatted
			}
			b.WriteString(v)
		case p.Env != "":
			v := getenv(p.Env)
			if v == "" && p.EnvDefault != nil {
				v = *p.EnvDefault
			} else if v == "" {
				return "", fmt.Errorf("environment variable %s is not set and %q has no default: set it, or write ${env:%s:-default}",
					p.Env, t.String(), p.Env)
			}
			b.WriteString(v)
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String(), nil
}
