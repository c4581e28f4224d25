package spec

// readPartitions reads a list of parameter sets, or {every, from}.
func readPartitions(w *walker, p *Pipeline, key Str, n *node) {
	r := resolve(n)
	p.Partitions = Partitions{Set: true, Place: key.Place}
	if r != nil && r.kind == mappingNode {
		every := new(Every)
		if w.fill(everyKind(), every, r, `"partitions"`, key.Place) {
			p.Partitions.Every = every
		}
		return
	}
	for item := range w.items(n, key, "a list or a mapping") {
		at := w.placeOf(item)
		values, ok := w.pairs(resolve(item), "a partition", at)
		if !ok {
			continue
		}
		one := &Partition{Place: at, Values: Map[Templ]{Set: true, Place: at}}
		for _, v := range values {
			t := w.templ(v.value, Field{Name: v.key.Value, Shape: Template})
			one.Values.Entries = append(one.Values.Entries, Entry[Templ]{v.key, t})
		}
		p.Partitions.List = append(p.Partitions.List, one)
	}
}

// references reads {column: table}, or a list of references.
func (w *walker) references(key Str, n *node) References {
	out := References{Set: true, Place: key.Place}
	r := resolve(n)
	if r == nil || r.kind != mappingNode {
		kind := referenceKind()
		for item := range w.items(n, key, "a list or a mapping") {
			ref := new(Reference)
			if w.fill(kind, ref, item, "a reference", w.placeOf(item)) {
				out.List = append(out.List, ref)
			}
		}
		return out
	}
	pairs, _ := w.pairs(r, `"references"`, key.Place)
	for _, p := range pairs {
		table := w.str(p.value, Field{Name: p.key.Value, Shape: Text})
		if table.Set {
			columns := StrList{Items: []Str{p.key}, Set: true, Place: p.key.Place}
			out.List = append(out.List, &Reference{Columns: columns, Table: table, Place: p.key.Place})
		}
	}
	return out
}

// indexes reads a list of indexes; what is no list is a list of one.
func (w *walker) indexes(key Str, n *node) Indexes {
	out := Indexes{Set: true, Place: key.Place}
	kind := indexKind()
	add := func(item *node) {
		index := new(Index)
		if w.fill(kind, index, item, "an index", w.placeOf(item)) {
			out.List = append(out.List, index)
		}
	}
	if r := resolve(n); r != nil && r.kind != sequenceNode && !isNull(r) {
		add(r)
		return out
	}
	for item := range w.items(n, key, "a list") {
		add(item)
	}
	return out
}
