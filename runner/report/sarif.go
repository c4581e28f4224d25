package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// SARIFRule is what the document says of a check beside its findings: help is Markdown.
type SARIFRule struct {
	diag.Check
	Help string
}

// SARIF is what a document of SARIF 2.1.0 (OASIS, sarif-v2.1.0-os) says beside the findings.
type SARIF struct {
	Suppressed []diag.Suppressed // findings that comments in the specs ask not to show; they are told as such

	Version string       // of the runner
	Rules   []SARIFRule  // those of which there is a finding are written
	Prefix  GitHubPrefix // where the project lies in its repository: files are named from the top of that
	Sources map[string][]byte
}

// The objects of the format, with the keys that are written here.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool            `json:"tool"`
	Bases      map[string]sarifBase `json:"originalUriBaseIds"`
	ColumnKind string               `json:"columnKind"`
	Results    []sarifResult        `json:"results"`
}

type sarifBase struct {
	Description sarifText `json:"description"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string      `json:"id"`
	Name    string      `json:"name,omitempty"`
	Short   *sarifText  `json:"shortDescription,omitempty"`
	Help    *sarifText  `json:"help,omitempty"`
	Default sarifConfig `json:"defaultConfiguration"`
}

type sarifConfig struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId,omitempty"`
	RuleIndex    *int               `json:"ruleIndex,omitempty"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations,omitempty"`
	Related      []sarifLocation    `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Fixes        []sarifFix         `json:"fixes,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
}

type sarifSuppression struct {
	Kind          string        `json:"kind"`
	Justification string        `json:"justification,omitempty"`
	Location      sarifLocation `json:"location"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI  string `json:"uri"`
	Base string `json:"uriBaseId"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
	EndColumn   int `json:"endColumn,omitempty"` // exclusive, as ours
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion `json:"deletedRegion"`
	Inserted sarifText   `json:"insertedContent"`
}

// sourceRoot is the customary name of the top of the repository.
const sourceRoot = "%SRCROOT%"

// WriteSARIF writes findings as one document. It knows no time and no machine: the same findings give the same bytes.
func WriteSARIF(w io.Writer, list diag.List, s SARIF) error {
	all := slices.Clone(list)
	for _, d := range s.Suppressed {
		all.Add(d.Diagnostic)
	}
	driver := sarifDriver{Name: "runner", Version: s.Version, Rules: []sarifRule{}}
	index := map[string]int{}
	for _, r := range s.Rules {
		if slices.ContainsFunc(all, func(d diag.Diagnostic) bool { return d.ID == r.ID }) {
			index[r.ID] = len(driver.Rules)
			driver.Rules = append(driver.Rules, sarifRule{ID: r.ID, Name: r.Name, Short: &sarifText{Text: r.Title},
				Help: &sarifText{Text: cmp.Or(r.Help, r.Title), Markdown: r.Help}, Default: sarifConfig{sarifLevel(r.Severity)}})
		}
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		Bases: map[string]sarifBase{sourceRoot: {sarifText{Text: "the top of the repository"}}}}
	prints := newFingerprints(s.Sources)
	for i, d := range all {
		r := s.result(d)
		if i >= len(list) {
			by := s.Suppressed[i-len(list)]
			r.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: by.Reason, Location: sarifLocation{Physical: s.physical(by.By)}}}
		}
		r.Fingerprints = map[string]string{"primaryLocationLineHash": prints.of(d)}
		if i, ok := index[d.ID]; ok {
			r.RuleIndex = &i
		}
		run.Results = append(run.Results, r)
	}
	return encode(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifLevel(s diag.Severity) string { return [...]string{"error", "warning", "note"}[s] }

func (s SARIF) result(d diag.Diagnostic) sarifResult {
	text := d.Message
	if d.Hint != "" {
		text += "\nhint: " + d.Hint
	}
	r := sarifResult{RuleID: d.ID, Level: sarifLevel(d.Severity), Message: sarifText{Text: maskPasswords(text)}}
	if d.File != "" {
		r.Locations = []sarifLocation{{Physical: s.physical(d.Place)}}
	}
	for _, other := range d.Related {
		if other.File != "" {
			r.Related = append(r.Related, sarifLocation{Physical: s.physical(other.Place), Message: &sarifText{Text: other.Message}})
		}
	}
	if d.Fix != nil {
		r.Fixes = []sarifFix{{Description: sarifText{Text: fixText(*d.Fix)}, Changes: []sarifChange{{Artifact: s.artifact(d.Fix.File),
			Replacements: []sarifReplacement{{Deleted: *region(d.Fix.Place), Inserted: sarifText{Text: d.Fix.Text}}}}}}}
	}
	return r
}

// fixText says what a fix does.
func fixText(f diag.Fix) string {
	if f.Text == "" {
		return "remove it"
	}
	return "write " + f.Text
}

func (s SARIF) physical(at diag.Place) sarifPhysical {
	return sarifPhysical{Artifact: s.artifact(at.File), Region: region(at)}
}

// artifact names a file from the top of the repository.
func (s SARIF) artifact(file string) sarifArtifact {
	if s.Prefix != "" {
		file = string(s.Prefix) + "/" + file
	}
	return sarifArtifact{URI: (&url.URL{Path: file}).String(), Base: sourceRoot}
}

// region is a place that begins at a line; one that is a whole file has none.
func region(at diag.Place) *sarifRegion {
	if at.Line == 0 {
		return nil
	}
	return &sarifRegion{StartLine: at.Line, StartColumn: at.Col, EndLine: at.EndLine, EndColumn: at.EndCol}
}

// fingerprints tell findings apart across versions of a file. One is made of what stands in the line and under the caret, not of where the
// line is, and of how many equal ones came before; so it stays when lines are inserted above. GitHub takes it together with the file and
// the id of the rule.
type fingerprints struct {
	lines splitter
	seen  map[string]int
}

func newFingerprints(sources map[string][]byte) *fingerprints {
	return &fingerprints{lines: splitter{sources: sources, split: map[string][]string{}}, seen: map[string]int{}}
}

func (f *fingerprints) of(d diag.Diagnostic) string {
	parts := []string{d.Message} // nothing else is known of a finding about a whole file
	if line, ok := f.lines.line(d.File, d.Line); ok {
		parts = []string{strings.Join(strings.Fields(line), " "), spanned(line, d.Place)}
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	hash := hex.EncodeToString(sum[:8])
	key := strings.Join([]string{d.File, d.ID, hash}, "\x00")
	f.seen[key]++
	return hash + ":" + strconv.Itoa(f.seen[key])
}

// spanned is the part of a line that a place is about.
func spanned(line string, at diag.Place) string {
	runes := []rune(line)
	from, to := min(max(at.Col-1, 0), len(runes)), len(runes)
	if at.EndLine == at.Line {
		to = min(max(at.EndCol-1, from), len(runes))
	}
	return string(runes[from:to])
}
