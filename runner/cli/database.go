package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"streamflow/runner/internal/pg"
	"streamflow/runner/internal/target"
	"streamflow/runner/report"
)

// database is the open database of a command, and how it is shown.
type database struct {
	db     *pg.DB
	url    string
	schema string
	line   string   // "prod  churn@db1:5432  role loader"
	notes  []string // what was set and not used
}

// open chooses the database, starts the embedded one where it is chosen, and connects. A choice that makes no sense is a fault of usage; a
// database that does not answer is one of the surroundings, never a reason to take another.
func (a *app) open(ctx context.Context, p *project) (*database, error) {
	choice, err := a.chooseDatabase(p)
	if err != nil {
		return nil, err
	}
	url, name := choice.URL, choice.Name
	if choice.Embedded {
		if url, err = a.startEmbedded(ctx, p.root); err != nil {
			return nil, err
		}
		if name == "" || name == target.Embedded {
			name = target.Embedded
		} else {
			name += " (" + target.Embedded + ")"
		}
	}
	if name == "" {
		name = choice.From
	}
	db, err := pg.Open(ctx, url, choice.Schema)
	if err != nil {
		return nil, surrounding(choice.Hint, fmt.Errorf("%w (named by %s)", err, choice.From))
	}
	line := name + "  " + db.Describe()
	if choice.Schema != "" {
		line += "  schema " + choice.Schema
	}
	return &database{db: db, url: url, schema: choice.Schema, line: line, notes: choice.Notes}, nil
}

func (a *app) startEmbedded(ctx context.Context, root string) (string, error) {
	cluster, err := a.cluster(root)
	if err != nil {
		return "", err
	}
	url, err := cluster.Ensure(ctx)
	if err != nil {
		return "", surrounding("", err)
	}
	return url, nil
}

func (a *app) chooseDatabase(p *project) (target.Choice, error) {
	dotenv, err := readDotEnv(p.root)
	if err != nil {
		return target.Choice{}, err
	}
	var targets []target.Target
	for _, t := range p.model.Targets {
		fill := func(getenv func(string) string) (string, error) { return t.Database.Fill(nil, getenv) }
		targets = append(targets, target.Target{Name: t.Name, Database: fill, Schema: t.Schema, Default: t.Default})
	}
	choice, err := target.Choose(target.Input{DatabaseURL: a.flags.databaseURL, Target: a.flags.target, Getenv: a.getenv,
		DotEnv: dotenv, Targets: targets})
	if err != nil {
		return target.Choice{}, usage("", "%s", err)
	}
	return choice, nil
}

// readDotEnv returns the text of the project's .env file, which is empty when there is none.
func readDotEnv(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, ".env"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", surrounding("", err)
	}
	return string(text), nil
}

// variables looks a name up in the environment, and then in the project's .env file.
func (a *app) variables(root string) (func(string) string, error) {
	text, err := readDotEnv(root)
	if err != nil {
		return nil, err
	}
	vars, err := target.DotEnv(text)
	if err != nil {
		return nil, usage("", "%s", err)
	}
	return func(name string) string {
		if v := a.getenv(name); v != "" {
			return v
		}
		return vars[name]
	}, nil
}

// title prints the target before any work begins, and what was set and not used. With --format json or --output both go to stderr.
func (a *app) title(d *database) error {
	w := a.stdout
	if a.flags.format != formatText || a.flags.output != "" {
		w = a.stderr
	}
	for _, n := range d.notes {
		if _, err := fmt.Fprintln(a.stderr, "note  "+strings.TrimSpace(n)); err != nil {
			return a.writeFault(err)
		}
	}
	if w == a.stderr && a.flags.logFormat == formatJSON {
		return nil // the first event of the run names it
	}
	return a.writeFault(report.Title(w, d.line, a.colour(w)))
}
