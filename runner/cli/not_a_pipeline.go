package cli

import (
	"cmp"
	"slices"
	"strings"

	"streamflow/runner/spec"
)

// notAPipeline says of a file without a pipeline what it holds, and which command was meant.
func (p *project) notAPipeline(verb, path, rel string) error {
	for _, e := range p.tree.Expectations {
		if !below(e.Place.File, []string{rel}) {
			continue
		}
		of := cmp.Or(e.Table.Value, e.Snapshot.Value, e.TrainingSet.Value)
		if pl, _ := p.model.Filler(of); pl != nil {
			return usage("runner "+verb+" "+pl.Name, "%s holds the rules of %s; they are judged whenever %s loads it", path, of, pl.Name)
		}
		if p.model.TrainingSet(of) != nil {
			return usage("runner training build "+of, "%s holds the rules of training set %s; they are judged whenever it is built", path, of)
		}
		return usage("see runner lint", "%s holds the rules of %s, not a pipeline", path, of)
	}
	var held []spec.Document
	for _, d := range p.tree.Documents() {
		if below(d.Place.File, []string{rel}) && isUsed(d.Kind) {
			held = append(held, d)
		}
	}
	switch {
	case len(held) > 0:
		return usage(p.commands(held), "%s holds no pipeline: %s read when used", path, described(held))
	case spec.IsFile(path):
		return usage("name a pipeline ("+strings.Join(p.names(), ", ")+") or its file", "%s holds no pipeline", path)
	}
	return usage("name a pipeline: "+strings.Join(p.names(), ", "), "%s is no pipeline", path)
}

// used finds the document of the feature store that has a name.
func (p *project) used(name string) (spec.Document, bool) {
	for _, d := range p.tree.Documents() {
		if d.Name.Value == name && isUsed(d.Kind) {
			return d, true
		}
	}
	return spec.Document{}, false
}

// isAnother says of a name that means something else what that is, and what to do with it; "" where it means nothing.
func (p *project) isAnother(name string) string {
	d, ok := p.used(name)
	if !ok {
		return ""
	}
	out := name + " is " + withArticle(kindWord(d.Kind))
	if command := p.command(d.Kind, []string{name}); command != "" {
		out += ": " + command
	}
	return out
}

// isUsed tells whether documents of a kind are read when they are used: those of the feature store.
func isUsed(kind string) bool {
	return slices.Contains([]string{"entity", "feature_view", "feature_service", "training_set"}, kind)
}

// command says which command acts on documents of a kind; "" where there is none.
func (p *project) command(kind string, names []string) string {
	switch kind {
	case "feature_view":
		online := slices.DeleteFunc(slices.Clone(names), func(name string) bool { v := p.model.FeatureView(name); return v == nil || !v.Online })
		if len(online) > 0 {
			return "runner materialize " + strings.Join(online, " ") + " brings the newest values online"
		}
	case "feature_service":
		return "runner serve answers requests"
	case "training_set":
		return "runner training build " + strings.Join(names, " or ") + " writes the rows"
	}
	return ""
}

// commands lists what acts on some documents; last of all that which fills what they read.
func (p *project) commands(documents []spec.Document) string {
	var out []string
	for _, kind := range kindsOf(documents) {
		var names []string
		for _, d := range documents {
			if d.Kind == kind {
				names = append(names, d.Name.Value)
			}
		}
		if command := p.command(kind, names); command != "" {
			out = append(out, command)
		}
	}
	if len(p.names()) > 0 {
		out = append(out, "runner apply "+strings.Join(p.names(), " or ")+" fills what they read")
	}
	return strings.Join(out, "; ")
}

// described names documents by their kinds, with the verb that goes with them: "entity user and feature view fees are".
func described(documents []spec.Document) string {
	var parts []string
	for _, kind := range kindsOf(documents) {
		var names []string
		for _, d := range documents {
			if d.Kind == kind {
				names = append(names, d.Name.Value)
			}
		}
		word := kindWord(kind)
		if len(names) > 1 {
			word = strings.TrimSuffix(word, "y") + map[bool]string{true: "ies", false: "s"}[strings.HasSuffix(word, "y")]
		}
		parts = append(parts, word+" "+strings.Join(names, ", "))
	}
	if len(documents) == 1 {
		return parts[0] + " is"
	}
	return strings.Join(parts, "; ") + " are"
}

func kindsOf(documents []spec.Document) []string {
	var out []string
	for _, d := range documents {
		if !slices.Contains(out, d.Kind) {
			out = append(out, d.Kind)
		}
	}
	return out
}

func kindWord(kind string) string { return strings.ReplaceAll(kind, "_", " ") }

func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
