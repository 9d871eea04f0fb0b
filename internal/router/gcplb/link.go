package gcplb

import (
	"regexp"
	"strings"
)

// The collections of the API whose members users name.
const (
	urlMaps         = "urlMaps"
	backendServices = "backendServices"
	backendBuckets  = "backendBuckets"
)

// link names a resource of the Compute Engine API.
type link struct {
	project    string
	region     string // empty for a global resource
	collection string
	name       string
}

// The forms of names are those of the API's documentation; a project may have
// its organization's domain before a colon.
var (
	projectForm = regexp.MustCompile(`^([a-z0-9.-]+:)?[a-z0-9][-a-z0-9]*$`)
	nameForm    = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$`)
)

// parseLink reads what Terraform's google provider gives as an id or a self
// link, in any version of the API, or a short name, which is that of a global
// resource of the project. The collection must be the one that is asked for.
func parseLink(text, collection, project string) (link, error) {
	l, err := splitLink(text, collection, project)
	if err != nil {
		return link{}, err
	}
	switch {
	case l.collection != collection:
		return link{}, pkg.Errorf("%q is one of %s, and one of %s is needed", text, l.collection, collection)
	case l.project == "":
		return link{}, pkg.Errorf("%q does not say its project: write projects/PROJECT/global/%s/%s, "+
			"or set project in the provider's gcp block", text, collection, l.name)
	case !projectForm.MatchString(l.project), !nameForm.MatchString(l.name), l.region != "" && !nameForm.MatchString(l.region):
		return link{}, notLink(text, collection)
	}
	return l, nil
}

func notLink(text, collection string) error {
	return pkg.Errorf("%q is not a name of one of %s: write its id, such as projects/PROJECT/global/%s/NAME "+
		"or projects/PROJECT/regions/REGION/%s/NAME", text, collection, collection, collection)
}

func splitLink(text, collection, project string) (link, error) {
	if nameForm.MatchString(text) {
		return link{project: project, collection: collection, name: text}, nil
	}
	rest := text
	if _, after, ok := strings.Cut(text, "projects/"); ok {
		project, rest, ok = strings.Cut(after, "/")
		if !ok {
			return link{}, notLink(text, collection)
		}
	}
	parts := strings.Split(rest, "/")
	switch {
	case len(parts) == 3 && parts[0] == "global":
		return link{project: project, collection: parts[1], name: parts[2]}, nil
	case len(parts) == 4 && parts[0] == "regions":
		return link{project: project, region: parts[1], collection: parts[2], name: parts[3]}, nil
	default:
		return link{}, notLink(text, collection)
	}
}

// Key implements router.ID.
func (l link) Key() string { return l.String() }

// scope is the part of the path that resources must share to be used together.
func (l link) scope() string {
	if l.region == "" {
		return "global"
	}
	return "regions/" + l.region
}

// where is the scope in words.
func (l link) where() string {
	if l.region == "" {
		return "the global scope"
	}
	return "region " + l.region
}

// parent is the path of the collection.
func (l link) parent() string {
	return "projects/" + l.project + "/" + l.scope() + "/" + l.collection
}

// String returns the path below the API's base, which is the id in Terraform.
func (l link) String() string { return l.parent() + "/" + l.name }

// same tells whether a link that a URL map has means this resource. Google
// writes self links; somebody else's client may have written a shorter form.
func (l link) same(text string) bool {
	other, err := parseLink(text, l.collection, l.project)
	return err == nil && other == l
}

// like returns the link in the form of another one: with the same address and
// version of the API before it.
func (l link) like(text string) string {
	prefix, _, ok := strings.Cut(text, "projects/")
	if !ok {
		return l.String()
	}
	return prefix + l.String()
}
