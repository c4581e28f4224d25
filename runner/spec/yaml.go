package spec

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// nodeKind is what a node of a YAML document is.
type nodeKind int

const (
	scalarNode nodeKind = iota
	mappingNode
	sequenceNode
	aliasNode
)

// style is how a scalar is written.
type style int

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
)

// node is the part of yaml.Node that this package works with. Everything outside this file sees only this type, so that the YAML
// library can be changed in one place.
type node struct {
	kind      nodeKind
	tag       string // short form: !!str, !!int, !own
	tagged    bool   // the tag is written in the file
	value     string
	style     style
	line, col int     // of its first property (&anchor, !tag) or else its text; columns count runes
	children  []*node // of a mapping: key, value, key, value ...
	target    *node   // of an alias; nil when it would make a circle
	anchor    string
	flow      bool
}

// syntaxError is what the YAML library says about a text that it cannot read. Line is 0 when it does not say.
type syntaxError struct {
	line    int
	message string
}

// parseYAML returns the documents of a text, one root each; a document without content is left out. On a syntax error the documents
// before it are returned too.
func parseYAML(text string) (roots []*node, fault *syntaxError) { return parseYAMLFrom(text, 0) }

// parseYAMLFrom is parseYAML for a part of a file that some lines stand before.
func parseYAMLFrom(text string, before int) (roots []*node, fault *syntaxError) {
	defer func() { // the library panics on some malformed texts
		if r := recover(); r != nil {
			fault = &syntaxError{message: fmt.Sprint(r)}
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		if err != nil {
			fault := splitError(err.Error())
			if fault.line > 0 {
				fault.line += before
			}
			return roots, fault
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 && !blank(doc.Content[0]) {
			roots = append(roots, convert(doc.Content[0], map[*yaml.Node]*node{}, before))
		}
	}
}

// blank tells whether a document holds nothing but comments.
func blank(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null" && n.Value == "" && n.Anchor == ""
}

var errorLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// splitError takes "yaml: line N: message" apart, the only form in which the library tells a line.
func splitError(text string) *syntaxError {
	m := errorLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(m[1])
	return &syntaxError{line: line, message: text[len(m[0]):]}
}

// convert copies a tree of the library that some lines stand before. An alias points at the copy of its anchor, which comes before or around it.
func convert(n *yaml.Node, seen map[*yaml.Node]*node, before int) *node {
	out := &node{
		tag: n.ShortTag(), tagged: n.Style&yaml.TaggedStyle != 0, value: n.Value, line: n.Line + before, col: n.Column,
		anchor: n.Anchor, flow: n.Style&yaml.FlowStyle != 0,
	}
	if n.Anchor != "" {
		seen[n] = out
	}
	switch n.Kind {
	case yaml.MappingNode:
		out.kind = mappingNode
	case yaml.SequenceNode:
		out.kind = sequenceNode
	case yaml.AliasNode:
		out.kind, out.target, out.anchor = aliasNode, seen[n.Alias], n.Value
	default:
		out.style = scalarStyle(n.Style)
	}
	if len(n.Content) > 0 {
		out.children = make([]*node, len(n.Content))
		for i, c := range n.Content {
			out.children[i] = convert(c, seen, before)
		}
	}
	return out
}

func scalarStyle(s yaml.Style) style {
	switch {
	case s&yaml.SingleQuotedStyle != 0:
		return singleQuoted
	case s&yaml.DoubleQuotedStyle != 0:
		return doubleQuoted
	case s&yaml.LiteralStyle != 0:
		return literal
	case s&yaml.FoldedStyle != 0:
		return folded
	}
	return plain
}
