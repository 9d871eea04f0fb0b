package gcplb

import (
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/router"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

type (
	named = router.Named[link]
	// pair are two backend services, or two backend buckets, that take each
	// other's place.
	pair = router.Pair[link]
)

// side is the backend of a color.
func side(p pair, c traffic.Color) link { return p.Of(c).ID }

// textOf names the backends of pairs.
func textOf(pairs []pair) string {
	var text strings.Builder
	for _, p := range pairs {
		text.WriteString(p.Blue.ID.Key() + "\n" + p.Green.ID.Key() + "\n")
	}
	return text.String()
}

// isBucket tells whether a pair are backend buckets.
func isBucket(p pair) bool { return p.Blue.ID.collection == backendBuckets }

// backends are those of both environments, of one collection.
type backends struct {
	router.Backends[link]
	names bool // whether an environment names any
}

// parseBackends parses what both environments name.
func parseBackends(project string, blue, green backendBlock) ([]backends, error) {
	services, err := backendsOf(project, backendServices,
		router.Words{Attribute: attrServices, Noun: "Backend Service", Place: "Scope", Wrong: summaryLink}, blue.BackendServices, green.BackendServices)
	buckets, bucketErr := backendsOf(project, backendBuckets,
		router.Words{Attribute: attrBuckets, Noun: "Backend Bucket", Place: "Scope", Wrong: summaryLink}, blue.BackendBuckets, green.BackendBuckets)
	return []backends{services, buckets}, errors.Join(err, bucketErr)
}

func backendsOf(project, collection string, words router.Words, blue, green []string) (backends, error) {
	b, err := router.ParseBackends(words, func(text string) (link, error) { return parseLink(text, collection, project) }, blue, green)
	return backends{b, len(blue)+len(green) > 0}, err
}

// pairsOf are the pairs that are in a URL map's scope, at least one. Several
// backends of one kind are paired in the order of their lists; each place of the
// map then tells which pair it is about, since it goes to one of them.
func pairsOf(all []backends, n named) ([]pair, error) {
	var (
		pairs  []pair
		absent error
	)
	for _, b := range all {
		if !b.names {
			continue
		}
		found, missing, err := b.pairs(n)
		if err != nil {
			return nil, err
		}
		pairs, absent = append(pairs, found...), errors.Join(absent, missing)
	}
	if len(pairs) == 0 {
		return nil, absent
	}
	return pairs, nil
}

// pairs are those of one collection. Missing says that neither environment has
// any in the scope, which another collection may make up for.
func (b backends) pairs(n named) (found []pair, missing, err error) {
	search := router.Search[link]{
		For: n.ID, Where: n.ID.where(),
		Fits:   func(l link) bool { return l.region == n.ID.region },
		Prefer: func(l link) bool { return l.project == n.ID.project },
	}
	blue, blueErr := b.Candidates(traffic.Blue, search)
	green, greenErr := b.Candidates(traffic.Green, search)
	switch {
	case blueErr != nil && greenErr != nil:
		return nil, errors.Join(blueErr, greenErr), nil
	case blueErr != nil || greenErr != nil:
		return nil, nil, errors.Join(blueErr, greenErr)
	case len(blue) > len(green):
		return nil, nil, b.Ambiguous(traffic.Blue, search, blue, unpaired(len(blue), len(green), traffic.Green))
	case len(green) > len(blue):
		return nil, nil, b.Ambiguous(traffic.Green, search, green, unpaired(len(green), len(blue), traffic.Blue))
	}
	for i := range blue {
		found = append(found, pair{Blue: blue[i], Green: green[i]})
	}
	return found, nil, nil
}

func unpaired(more, fewer int, other traffic.Color) string {
	return fmt.Sprintf("give both environments as many (it has %d, and %s has %d), in the same order, since they are paired by that", more, other, fewer)
}
