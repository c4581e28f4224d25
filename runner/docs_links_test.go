package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	fenced  = regexp.MustCompile("(?ms)^```.*?^```$")
	noSlug  = regexp.MustCompile(`[^\p{L}\p{N}\- _]+`)
)

// TestDocsLinks follows every link between the pages, to the heading it names.
func TestDocsLinks(t *testing.T) {
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "../README.md", "../CONTRIBUTING.md", "../CHANGELOG.md", "../data/README.md", "README.md")
	for _, page := range pages {
		for _, m := range link.FindAllStringSubmatch(prose(t, page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			to := page
			if path != "" {
				to = filepath.Join(filepath.Dir(page), path)
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s: the link %s leads nowhere", page, m[1])
			} else if anchor != "" && !slices.Contains(anchors(t, to), anchor) {
				t.Errorf("%s: %s has no heading #%s", page, to, anchor)
			}
		}
	}
}

// prose is a page without its examples.
func prose(t *testing.T, page string) string {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return fenced.ReplaceAllString(string(text), "")
}

// anchors are the headings of a page as links name them.
func anchors(t *testing.T, page string) (out []string) {
	for _, m := range heading.FindAllStringSubmatch(prose(t, page), -1) {
		out = append(out, strings.ReplaceAll(noSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return out
}

// TestDocsMap wants every package in the map, and none that is not there.
func TestDocsMap(t *testing.T) {
	text := prose(t, "README.md")
	for name := range allowed {
		short, ours := strings.CutPrefix(name, "runner/")
		switch {
		case name == "runner":
		case ours && !strings.Contains(text, "\n| `"+short+"` |"), !ours && !strings.Contains(text, "\n| `../"+name+"` |"):
			t.Errorf("README.md, the map, does not know the package %s", name)
		}
	}
	_, packages, _ := strings.Cut(text, "| package |")
	packages, _, _ = strings.Cut(packages, "\n\n")
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(packages, -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("README.md, the map, lists %s, which is not there", m[1])
		}
	}
}
