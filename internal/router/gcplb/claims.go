package gcplb

// Claims implements traffic.Claimer. A path rule has several paths, any of which
// names it: which ones is known once anybody has read the map.
func (m *member) Claims() []string {
	root := m.urls.shown()
	var all []string
	for _, at := range m.places {
		for _, p := range at.names(root) {
			all = append(all, m.urls.link.String()+p.String())
		}
	}
	return all
}

// names are all places of a map that mean this one: those of a path rule by each
// of its paths.
func (p place) names(root object) []place {
	spot, err := p.find(root)
	if p.path == "" || err != nil {
		return []place{p}
	}
	var all []place
	paths, _ := spot.node["paths"].([]any)
	for _, item := range paths {
		if text, ok := item.(string); ok {
			all = append(all, place{matcher: p.matcher, path: text})
		}
	}
	return all
}

// shown is the map as anybody has seen it, nil when nobody has.
func (u *urlMap) shown() object {
	u.mu.Lock()
	seen := u.seen
	u.mu.Unlock()
	if seen == nil {
		return nil
	}
	root, err := seen.shown()
	if err != nil {
		return nil
	}
	return root
}

// note notes a map that was read.
func (u *urlMap) note(doc *document) {
	u.mu.Lock()
	u.seen = doc
	u.mu.Unlock()
}
