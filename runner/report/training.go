package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
)

// Training is what became of a training set, or of the history of features for a spine.
type Training struct {
	Name         string           `json:"name"`
	State        string           `json:"state"`
	Output       string           `json:"output,omitempty"`   // the file; empty when the rows went to stdout
	Manifest     string           `json:"manifest,omitempty"` // the file beside it
	Format       string           `json:"format,omitempty"`
	SHA256       string           `json:"sha256,omitempty"`
	Bytes        int64            `json:"bytes"`
	Rows         int64            `json:"rows"`
	WithoutTime  int64            `json:"without_time"`  // rows of the spine that were dropped
	WithoutLabel int64            `json:"without_label"` // rows of the spine that were dropped
	Columns      []TrainingColumn `json:"columns"`
	Freezes      []TrainingFreeze `json:"freezes"` // that were read
	Reads        []string         `json:"reads"`   // tables that are not frozen
	Joins        []TrainingJoin   `json:"joins"`
	SQL          string           `json:"sql,omitempty"` // with --explain

	Explain bool `json:"-"` // joins and SQL are shown
}

// TrainingColumn is a column of the result. Type is that of the file, in the words of Postgres.
type TrainingColumn struct {
	Name      string  `json:"name"`
	Type      string  `json:"type"`
	Role      string  `json:"role"` // "key", "time", "label", "input", "other", "feature"
	Nulls     int64   `json:"nulls"`
	NullShare float64 `json:"null_share"` // to six digits
}

// TrainingFreeze is a freeze that the result rests on.
type TrainingFreeze struct {
	Snapshot    string `json:"snapshot"`
	AsOf        string `json:"as_of"`
	Revision    int    `json:"revision"`
	Sequence    int64  `json:"sequence"`
	Rows        int64  `json:"rows"`
	Fingerprint string `json:"fingerprint"`
}

// TrainingJoin says how the rows of a view are found, and why so.
type TrainingJoin struct {
	View   string `json:"view"`
	Source string `json:"source"`
	Method string `json:"method"`
	Reason string `json:"reason"`
}

// The states of a training set.
const (
	TrainingWritten   = "written"
	TrainingReplaced  = "replaced"
	TrainingUnchanged = "unchanged"
	TrainingVerified  = "verified"
	TrainingChanged   = "changed"
)

// Manifest says what a training set was built from, so that it can be built again. Two builds from the same rows and specs have the same
// manifest: it knows neither time nor place.
type Manifest struct {
	TrainingSet  string            `json:"training_set"`
	Spec         string            `json:"spec"` // a hash of what it depends on beside rows
	Params       map[string]string `json:"params"`
	File         string            `json:"file"` // its name without folders
	Format       string            `json:"format"`
	SHA256       string            `json:"sha256"`
	Rows         int64             `json:"rows"`
	WithoutTime  int64             `json:"without_time"`
	WithoutLabel int64             `json:"without_label"`
	Columns      []TrainingColumn  `json:"columns"`
	Freezes      []TrainingFreeze  `json:"freezes"`
	Reads        []string          `json:"reads"`
}

// ManifestOf is the manifest of what was built. spec is a hash of what it depends on beside rows.
func ManifestOf(t *Training, spec, file string, params map[string]string) Manifest {
	if params == nil {
		params = map[string]string{}
	}
	return Manifest{TrainingSet: t.Name, Spec: spec, Params: params, File: file, Format: t.Format, SHA256: t.SHA256, Rows: t.Rows,
		WithoutTime: t.WithoutTime, WithoutLabel: t.WithoutLabel, Columns: list(t.Columns), Freezes: list(t.Freezes), Reads: list(t.Reads)}
}

// Text is the manifest as it stands in its file.
func (m Manifest) Text() []byte {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic("report: " + err.Error()) // of texts and numbers
	}
	return append(text, '\n')
}

// Share is a part of a whole to six digits; 0 of nothing.
func Share(part, whole int64) float64 {
	if whole == 0 {
		return 0
	}
	return math.Round(float64(part)/float64(whole)*1e6) / 1e6
}

// trainingOf makes empty lists of those that are not there.
func trainingOf(t *Training) *Training {
	if t == nil {
		return nil
	}
	out := *t
	out.Columns, out.Freezes, out.Reads, out.Joins = list(t.Columns), list(t.Freezes), list(t.Reads), list(t.Joins)
	return &out
}

// training shows what was built.
func (o *printer) training(t *Training, params map[string]string) {
	if t == nil {
		return
	}
	o.line("%s  %s", o.p.dim("fill  "), strings.TrimSpace(t.Name+"  "+paramText(params)))
	if t.Explain {
		o.joins(t)
	}
	if t.State == "" || t.State == "refused" && t.Rows == 0 {
		return
	}
	o.trainingColumns(t)
	o.line("")
	dropped := ""
	if t.WithoutTime > 0 {
		dropped += fmt.Sprintf(", %s dropped that have no time", thousands(t.WithoutTime))
	}
	if t.WithoutLabel > 0 {
		dropped += fmt.Sprintf(", %s dropped that have no label", thousands(t.WithoutLabel))
	}
	o.line("%s  %s%s", o.p.dim("rows    "), thousands(t.Rows), dropped)
	if t.Output != "" {
		o.line("%s  %s  %s", o.p.dim("file    "), t.Output, o.trainingState(t.State))
	}
	if t.SHA256 != "" {
		o.line("%s  %s", o.p.dim("sha256  "), t.SHA256)
	}
	if t.Manifest != "" {
		o.line("%s  %s", o.p.dim("manifest"), t.Manifest)
	}
}

// trainingColumns shows how many values of each feature are NULL.
func (o *printer) trainingColumns(t *Training) {
	var rows [][]string
	for _, c := range t.Columns {
		if c.Role != "feature" {
			continue
		}
		share := ""
		if c.Nulls > 0 {
			share = fmt.Sprintf("%.1f%%", 100*c.NullShare)
			if share == "0.0%" {
				share = "< 0.1%"
			}
		}
		rows = append(rows, []string{c.Name, c.Type, o.some(c.Nulls), share})
	}
	if len(rows) > 0 {
		o.line("")
		o.grid([]head{{"FEATURE", false}, {"TYPE", false}, {"NULL", true}, {"SHARE", true}}, rows)
	}
}

func (o *printer) joins(t *Training) {
	rows := make([][]string, len(t.Joins))
	for i, j := range t.Joins {
		rows[i] = []string{j.View, j.Source, j.Method, j.Reason}
	}
	o.line("")
	o.grid([]head{{"VIEW", false}, {"SOURCE", false}, {"METHOD", false}, {"REASON", false}}, rows)
	if t.SQL != "" {
		o.line("\n%s", t.SQL)
	}
}

func (o *printer) trainingState(state string) string {
	switch state {
	case TrainingWritten, TrainingReplaced, TrainingVerified:
		return o.p.green(state)
	case "refused", TrainingChanged:
		return o.p.red(state)
	}
	return state
}

// done is what a command of a kind does with its rows.
func (k Kind) done() string {
	if k == TrainingKind || k == TrainingVerifyKind {
		return "written"
	}
	return "published"
}

// summary is the closing line of a training set.
func (t *Training) summary() string {
	return fmt.Sprintf("%s  %s", count(t.Rows, "row")+" of "+count(int64(len(t.Columns)), "column"), t.State)
}

// TrainingText writes the report of rows that themselves went to stdout.
func TrainingText(w io.Writer, r *Report, colour bool) error {
	return Text(w, r, TextOptions{Kind: TrainingKind, Colour: colour, Titled: true})
}
