package report

import (
	"io"
	"strconv"
	"strings"

	"streamflow/runner/internal/diag"
)

// annotation is one workflow command of GitHub Actions: ::error file=F,line=L::MESSAGE. GitHub shows it beside the line in a pull request.
type annotation struct {
	severity diag.Severity
	at       diag.Place
	title    string
	message  string
}

// GitHubPrefix is what stands before the paths of a project that lies in a folder of its repository, such as "jobs/churn"; empty when
// they are the same folder.
type GitHubPrefix string

// writeGitHub writes one line for each annotation and closes with a plain line for the reader of the log.
func writeGitHub(w io.Writer, prefix GitHubPrefix, list []annotation, closing string) error {
	var b strings.Builder
	for _, a := range list {
		command := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "notice"}[a.severity]
		b.WriteString("::" + command)
		for i, p := range a.properties(prefix) {
			if i == 0 {
				b.WriteString(" ")
			} else {
				b.WriteString(",")
			}
			b.WriteString(p[0] + "=" + githubProperty(p[1]))
		}
		b.WriteString("::" + githubData(a.message) + "\n")
	}
	if closing != "" {
		b.WriteString(closing + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// properties are the place and the title. GitHub takes columns only where an annotation begins and ends in one line.
func (a annotation) properties(prefix GitHubPrefix) (out [][2]string) {
	add := func(name, value string) { out = append(out, [2]string{name, value}) }
	if a.at.File != "" {
		file := a.at.File
		if prefix != "" && !strings.HasPrefix(file, "/") {
			file = string(prefix) + "/" + file
		}
		add("file", file)
	}
	if a.at.File != "" && a.at.Line > 0 {
		add("line", strconv.Itoa(a.at.Line))
		if a.at.EndLine > a.at.Line {
			add("endLine", strconv.Itoa(a.at.EndLine))
		} else if a.at.Col > 0 {
			add("col", strconv.Itoa(a.at.Col))
			if a.at.EndLine == a.at.Line && a.at.EndCol > a.at.Col {
				add("endColumn", strconv.Itoa(a.at.EndCol))
			}
		}
	}
	if a.title != "" {
		add("title", a.title)
	}
	return out
}

// githubData escapes the message of a command, as the toolkit of GitHub does: a line feed would end the command, and a percent sign
// begins an escape. What a terminal would obey is replaced, passwords are hidden.
func githubData(s string) string {
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\r' && obeyed(r) {
			return '\ufffd'
		}
		return r
	}, maskPasswords(s))
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// githubProperty escapes a property, in which a colon and a comma have a meaning too.
func githubProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubData(s))
}

// GitHubFindings writes the findings of lint as annotations. What only informs is left out, as in text, unless info is asked for. Files is
// how many were read.
func GitHubFindings(w io.Writer, list diag.List, info bool, files int, prefix GitHubPrefix) error {
	list = shown(list, info)
	out := make([]annotation, len(list))
	for i, d := range list {
		out[i] = problemAnnotation(d)
	}
	return writeGitHub(w, prefix, out, summary(list, files))
}

func problemAnnotation(d diag.Diagnostic) annotation {
	return annotation{severity: d.Severity, at: d.Place, title: strings.TrimSpace(d.ID + " " + d.Name), message: detail(d)}
}

// GitHub writes a run as annotations: one for each rule that failed, at its place in the spec, and one for each error.
func GitHub(w io.Writer, r *Report, prefix GitHubPrefix) error {
	var list []annotation
	pass, skipped := 0, 0
	for _, rule := range r.Rules {
		switch rule.Verdict {
		case Pass:
			pass++
			continue
		case Skipped:
			skipped++
			continue
		}
		severity := diag.Error
		if rule.Severity != diag.Error.String() || rule.Verdict == Quarantined {
			severity = diag.Warning
		}
		_, text := ruleFailure(rule)
		list = append(list, annotation{severity: severity, at: diag.Place{File: rule.File, Line: rule.Line, Col: rule.Column},
			title: rule.Rule + " in " + rule.Table, message: text})
	}
	problems, _ := unseen(r)
	for _, p := range problems {
		list = append(list, problemAnnotation(p))
	}
	closing := suiteName(r) + ": " + string(r.Status) + ", " + count(int64(len(r.Rules)), "rule") + ", " + strconv.Itoa(pass) + " pass"
	if skipped > 0 {
		closing += ", " + strconv.Itoa(skipped) + " skipped"
	}
	return writeGitHub(w, prefix, list, closing)
}
