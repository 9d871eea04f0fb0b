package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

type badGCP = badRouterInput[*gcpFixture]

// Access tokens of labs that ask for one.
const (
	goodToken   = "good-token"
	deniedToken = "denied-token"
)

func gcpRouter(block string) string  { return "gcp_lb = " + block }
func gcpBackend(block string) string { return "gcp_lb = " + block }

// redirects makes the default route a redirect.
func redirects(body map[string]any) {
	delete(body, "defaultService")
	delete(body, "defaultRouteAction")
	body["defaultUrlRedirect"] = map[string]any{"httpsRedirect": true, "redirectResponseCode": "MOVED_PERMANENTLY_DEFAULT"}
}

// weighted makes the default route go to services with weights.
func weighted(entries ...any) func(body map[string]any) {
	return func(body map[string]any) {
		delete(body, "defaultService")
		body["defaultRouteAction"] = map[string]any{"weightedBackendServices": entries}
	}
}

func entry(link string, weight int) map[string]any {
	return map[string]any{"backendService": link, "weight": weight}
}

// third is the link of a backend service that is in neither environment.
func (s *gcpFixture) third(t *testing.T, change func(body map[string]any)) string {
	t.Helper()
	body := s.Lab.Get(s.Blue.Service)
	for _, name := range []string{"name", "id", "selfLink", "fingerprint", "creationTimestamp", "kind"} {
		delete(body, name)
	}
	if change != nil {
		change(body)
	}
	path := strings.TrimSuffix(s.Blue.Service, "blue") + "third"
	if err := s.Lab.Insert(path, body); err != nil {
		t.Fatal(err)
	}
	return path
}

var badGCPs = map[string]badGCP{
	"URL map that does not exist": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.router = gcpRouter(urlMaps("", s.URLMap+"-gone"))
		},
		wants: []string{"URL Map Not Found", "gcp_lb", "shop-gone", "create it, or correct its name", "gcp_lb.url_maps[0]"},
	},
	"URL map of another project": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) {
			c.router = gcpRouter(urlMaps("", "projects/elsewhere/global/urlMaps/shop"))
		},
		wants: []string{"URL Map Not Found", "projects/elsewhere/global/urlMaps/shop", "correct its name"},
	},
	"URL map of another region": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) {
			c.router = gcpRouter(urlMaps("", "projects/lab/regions/us-east1/urlMaps/shop"))
		},
		wants: []string{"No Backend Service in the Scope", "has no backend service in region us-east1", "add one", "green = bluegreen_environment.green"},
	},
	"backend service of another region": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) {
			c.green = gcpBackend(services("projects/lab/regions/us-east1/backendServices/shop-green"))
		},
		wants: []string{"No Backend Service in the Scope", "The green environment has no backend service in the global scope", "green.gcp_lb.backend_services"},
	},
	"backend service that does not exist": {
		args: to(traffic.Green),
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.green = gcpBackend(services(s.Green.Service + "-gone"))
		},
		wants: []string{"Backend Service Not Found", "green = bluegreen_environment.green", "correct its name", "green.gcp_lb.backend_services[0]"},
	},
	"backend service of another project": {
		args: to(traffic.Green),
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) {
			c.green = gcpBackend(services("projects/elsewhere/global/backendServices/shop-green"))
		},
		wants: []string{"Backend Service Not Found", "projects/elsewhere/global/backendServices/shop-green"},
	},
	"backend service among the URL maps": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) { c.router = gcpRouter(urlMaps("", s.Blue.Service)) },
		wants:  []string{"Not the Right Name", "is one of backendServices, and one of urlMaps is needed"},
	},
	"no name at all": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) { c.router = gcpRouter(urlMaps("", "Shop Map!")) },
		wants:  []string{"Not the Right Name", "write its id, such as projects/PROJECT/global/urlMaps/NAME"},
	},
	"short name without a project": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.provider = fmt.Sprintf("gcp = { endpoint = %q }", s.Lab.URL())
			c.router = gcpRouter(urlMaps("", "shop"))
		},
		wants: []string{"Not the Right Name", `"shop" does not say its project`, "or set project in the provider's gcp block"},
	},
	"no URL map": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) { c.router = gcpRouter(urlMaps("")) },
		wants:  []string{"gcp_lb", "must contain at least 1 elements"},
	},
	"one service in both environments": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) { c.green = c.blue },
		wants:  []string{"Same Backend Service in Both Environments", "green = bluegreen_environment.green", "each environment needs its own"},
	},
	"redirect": {
		change: func(t *testing.T, s *gcpFixture, _ *projectConfig) { t.Helper(); s.edit(t, redirects) },
		wants:  []string{"Requests Are Redirected", "gcp_lb", "name a path matcher or a rule that goes to a backend service", "or take the redirect out"},
	},
	"path matcher that does not exist": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.router = gcpRouter(urlMaps(`path_matcher = "api"`, s.URLMap))
		},
		wants: []string{"Path Matcher Not Found", `"api"`, "correct path_matcher, or add the path matcher to the URL map", "gcp_lb.path_matcher"},
	},
	"rule without a path matcher": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.router = gcpRouter(urlMaps(`route_rule = 10`, s.URLMap))
		},
		wants: []string{"gcp_lb", "path_matcher", "must be specified when"},
	},
	"service without backends": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *gcpFixture, c *projectConfig) {
			t.Helper()
			c.green = gcpBackend(services(s.third(t, func(body map[string]any) { body["backends"] = []any{} })))
		},
		wants: []string{"Backend Service Has No Backends", "green = bluegreen_environment.green", "add an instance group or a network endpoint group to it"},
	},
	"different schemes": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *gcpFixture, c *projectConfig) {
			t.Helper()
			c.green = gcpBackend(services(s.third(t, func(body map[string]any) { body["loadBalancingScheme"] = "INTERNAL_MANAGED" })))
		},
		wants: []string{"Different Load Balancing Schemes", "gcp_lb", "give both the same"},
	},
	"weights that are not ours": {
		change: func(t *testing.T, s *gcpFixture, _ *projectConfig) {
			t.Helper()
			s.edit(t, weighted(entry(s.third(t, nil), 100)))
		},
		wants: []string{"Traffic Goes to Neither Environment", "gcp_lb", "or correct backend_services"},
	},
	"another service serves": {
		change: func(t *testing.T, s *gcpFixture, _ *projectConfig) {
			t.Helper()
			third := s.third(t, nil)
			s.edit(t, func(body map[string]any) { body["defaultService"] = third })
		},
		wants: []string{"Traffic Goes to Neither Environment", "but to", "make it go to the backend service of the active environment once"},
	},
	"steps where only all and nothing can be set": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *gcpFixture, c *projectConfig) {
			t.Helper()
			s.edit(t, weighted(entry(s.Blue.Service, 1), entry(s.Green.Service, 0), entry(s.third(t, nil), 9)))
			*c = c.with("steps = [{ weight = 10 }]")
		},
		wants: []string{"Share Cannot Be Set Exactly", "steps = [{ weight = 10 }]", "shop-third has the weight 9"},
	},
	"test of the map that would fail": {
		args: to(traffic.Green),
		change: func(t *testing.T, s *gcpFixture, _ *projectConfig) {
			t.Helper()
			s.edit(t, func(body map[string]any) {
				body["tests"] = []any{map[string]any{"host": "shop.example", "path": "/", "service": s.Link(s.Blue)}}
			})
		},
		wants: []string{"URL Map Would Not Be Valid", "gcp_lb", "its test fails", "which must hold with either environment"},
	},
	"no credentials": {
		change: func(_ *testing.T, _ *gcpFixture, c *projectConfig) { c.provider = "gcp = { project = \"lab\" }" },
		wants: []string{
			"Credentials Not Accepted", "gcp_lb", "none were found",
			"set credentials or access_token in the provider's gcp block, or GOOGLE_CREDENTIALS",
		},
	},
	"credentials that are no file": {
		change: func(_ *testing.T, s *gcpFixture, c *projectConfig) {
			c.provider = gcpBlock(s.Lab.URL(), `credentials = "/no/such/key.json"`)
		},
		wants: []string{"Credentials Not Accepted", "gcp_lb", "neither JSON nor a file that can be read"},
	},
}

func TestGCPBadInput(t *testing.T) {
	eachBadRouterInput(t, func(t *testing.T) *gcpFixture {
		t.Helper()
		return openGCP(t, gcplb.Options{}, gcplb.ScenarioOptions{})
	}, badGCPs)
}

// guarded is a fixture of a lab that asks for an access token.
type guarded struct{ *gcpFixture }

func (g guarded) provider() string {
	return gcpBlock(g.Lab.URL(), fmt.Sprintf("access_token = %q", goodToken))
}

func TestGCPBadCredentials(t *testing.T) {
	withToken := func(token string) func(*testing.T, guarded, *projectConfig) {
		return func(_ *testing.T, g guarded, c *projectConfig) {
			c.provider = gcpBlock(g.Lab.URL(), fmt.Sprintf("access_token = %q", token))
		}
	}
	eachBadRouterInput(t, func(t *testing.T) guarded {
		t.Helper()
		tokens := map[string]gcplb.Token{goodToken: {}, deniedToken: {Denied: []string{"*"}}}
		return guarded{openGCP(t, gcplb.Options{Tokens: tokens}, gcplb.ScenarioOptions{})}
	}, map[string]badRouterInput[guarded]{
		"unknown token": {change: withToken("expired"), wants: []string{
			"Credentials Not Accepted", "gcp_lb", "Google refused them", "correct credentials or access_token",
		}},
		"token without rights": {change: withToken(deniedToken), wants: []string{
			"Access Denied", "gcp_lb", "Required 'compute.urlMaps.get' permission",
		}},
		"no token": {change: withToken(""), wants: []string{"Credentials Not Accepted", "gcp_lb", "Google refused them"}},
	})
}
