package gcplb

// Claims implements traffic.Claimer. A path rule has several paths, any of which
// names it: which ones is known once the map was read.
func (m *member) Claims() []string {
	if read := m.claims.Load(); read != nil {
		return *read
	}
	all := make([]string, len(m.places))
	for i, p := range m.places {
		all[i] = m.urls.link.String() + p.String()
	}
	return all
}

// claim notes what the places are in a map that was read.
func (m *member) claim(d division) {
	var all []string
	for _, s := range d {
		for _, p := range s.names() {
			all = append(all, m.urls.link.String()+p.String())
		}
	}
	m.claims.Store(&all)
}

// names are all places that mean this one: those of a path rule by each of its
// paths.
func (s split) names() []place {
	if s.at.path == "" {
		return []place{s.at}
	}
	var all []place
	paths, _ := s.node["paths"].([]any)
	for _, item := range paths {
		if text, ok := item.(string); ok {
			all = append(all, place{matcher: s.at.matcher, path: text})
		}
	}
	return all
}
