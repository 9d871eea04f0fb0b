package standin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/gcplb"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// googleConfig is the beginning of a configuration that is kept in a lab.
func googleConfig(lab *gcplb.Lab) string {
	return fmt.Sprintf(`
terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 6.0"
    }
  }
}

provider "google" {
  project                 = "lab"
  region                  = "europe-west1"
  compute_custom_endpoint = "%s/compute/v1/"
}
`, lab.URL())
}

// urlMap is a URL map with two colors. The groups are in the lab already.
const urlMap = `
resource "google_compute_health_check" "this" {
  name = "shop"

  http_health_check {
    request_path = "/health"
    port         = 80
  }
}

resource "google_compute_backend_service" "this" {
  for_each = toset(["blue", "green"])

  name                  = "shop-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP"
  health_checks         = [google_compute_health_check.this.id]

  backend {
    group                 = "projects/lab/zones/europe-west1-b/networkEndpointGroups/${each.key}"
    balancing_mode        = "RATE"
    max_rate_per_endpoint = 100
  }
}

resource "google_compute_url_map" "this" {
  name = "shop"

  default_route_action {
    weighted_backend_services {
      backend_service = google_compute_backend_service.this["blue"].id
      weight          = 100
    }

    weighted_backend_services {
      backend_service = google_compute_backend_service.this["green"].id
      weight          = 0
    }
  }

  host_rule {
    hosts        = ["green.example.com"]
    path_matcher = "green"
  }

  path_matcher {
    name            = "green"
    default_service = google_compute_backend_service.this["green"].self_link

    path_rule {
      paths   = ["/admin", "/admin/*"]
      service = google_compute_backend_service.this["blue"].id
    }
  }
  %s
}
`

func groups(t *testing.T, lab *gcplb.Lab) {
	t.Helper()
	for _, color := range []string{"blue", "green"} {
		path := "projects/lab/zones/europe-west1-b/networkEndpointGroups/" + color
		if err := lab.Insert(path, map[string]any{"networkEndpointType": "GCE_VM_IP_PORT"}); err != nil {
			t.Fatal(err)
		}
		if err := lab.Attach(path, int(startApp(t, color).Port())); err != nil {
			t.Fatal(err)
		}
	}
}

const mapPath = "projects/lab/global/urlMaps/shop"

func TestGoogle(t *testing.T) {
	t.Parallel()
	lab := gcplb.StartT(t, gcplb.Options{})
	groups(t, lab)
	s := initialise(t, cli.TerraformT(t), googleConfig(lab)+fmt.Sprintf(urlMap, ""))
	s.apply()
	s.settled()
	if id := s.attribute("google_compute_url_map.this", "id"); id != mapPath {
		t.Errorf("the map is %s", id)
	}
	for _, color := range []string{"blue", "green"} {
		if !lab.WaitHealth("projects/lab/global/backendServices/shop-"+color, 1) {
			t.Fatalf("%s is not healthy", color)
		}
	}
	answered := func(want, host string) {
		t.Helper()
		if got := answers(t, lab.Serving(mapPath), host); got != want {
			t.Errorf("%s answers at %s, not %s", got, host, want)
		}
	}
	answered("blue", "shop.example.com")
	answered("green", "green.example.com")

	// Somebody else moves the weights, and writes links in another form.
	move := func(blue, green int) {
		t.Helper()
		if err := lab.Edit(mapPath, func(body map[string]any) {
			const link = "https://www.googleapis.com/compute/v1/projects/lab/global/backendServices/shop-"
			body["defaultRouteAction"] = map[string]any{"weightedBackendServices": []any{
				map[string]any{"backendService": link + "blue", "weight": blue},
				map[string]any{"backendService": link + "green", "weight": green},
			}}
		}); err != nil {
			t.Fatal(err)
		}
	}
	move(100, 0)
	s.settled()
	move(0, 100)
	answered("green", "shop.example.com")
	s.plans("google_compute_url_map.this will be updated in-place", "weight")
	s.apply()
	answered("blue", "shop.example.com")
	s.settled()

	s.write(googleConfig(lab) + fmt.Sprintf(urlMap, "lifecycle {\n ignore_changes = [default_route_action]\n}"))
	move(0, 100)
	s.settled()

	s.destroy()
	if lab.Get(mapPath) != nil {
		t.Error("the map is still there")
	}
}

func TestGoogleReplacesAndImports(t *testing.T) {
	t.Parallel()
	lab := gcplb.StartT(t, gcplb.Options{})
	groups(t, lab)
	config := googleConfig(lab) + fmt.Sprintf(urlMap, "")
	s := initialise(t, cli.TerraformT(t), config)
	s.apply()
	for address, id := range map[string]string{
		"google_compute_url_map.this":                 mapPath,
		`google_compute_backend_service.this["blue"]`: "projects/lab/global/backendServices/shop-blue",
		"google_compute_health_check.this":            "shop",
	} {
		for _, args := range [][]string{{"state", "rm", address}, {"import", "-no-color", address, id}} {
			if _, err := s.Run(t.Context(), args...); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.settled()
	s.refuses([]string{"import", "-no-color", "google_compute_url_map.this", mapPath}, "already managed")
	s.write(strings.Replace(config, `name                  = "shop-${each.key}"`, `name                  = "store-${each.key}"`, 1))
	s.plans("must be replaced", "forces replacement")
	// Terraform destroys first, and the URL map still names the services.
	s.refuses([]string{"apply", "-auto-approve", "-no-color"}, "resourceInUseByAnotherResource")
}

// A region has its own of everything. A group of Cloud Run has the servers that
// the test names.
func TestGoogleRegion(t *testing.T) {
	t.Parallel()
	lab, dir := gcplb.StartT(t, gcplb.Options{}), t.TempDir()
	writeTargets(t, dir, startApp(t, "run"))
	s := initialise(t, cli.TerraformT(t), googleConfig(lab)+`
resource "google_compute_region_network_endpoint_group" "this" {
  name   = "shop"
  region = "europe-west1"

  cloud_run {
    service = "shop"
  }
}

resource "google_compute_region_backend_service" "this" {
  name                  = "shop"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"

  backend {
    group = google_compute_region_network_endpoint_group.this.id
  }
}

resource "google_compute_region_health_check" "this" {
  name = "shop"

  tcp_health_check {
    port = 80
  }
}

resource "google_compute_region_url_map" "this" {
  name            = "shop"
  default_service = google_compute_region_backend_service.this.id
}

resource "google_compute_global_address" "this" {
  name = "shop"
}

resource "google_compute_instance_template" "this" {
  name_prefix  = "shop-"
  machine_type = "e2-small"
  region       = "europe-west1"

  disk {
    source_image = "debian-cloud/debian-12"
  }
}

resource "google_compute_region_instance_group_manager" "this" {
  name               = "shop"
  base_instance_name = "shop"

  version {
    instance_template = google_compute_instance_template.this.self_link_unique
  }
}

data "google_client_config" "this" {}

data "google_project" "this" {}

data "google_compute_network" "this" {
  name = "default"
}

output "made_up" {
  value = join(" ", [
    google_compute_global_address.this.address, data.google_client_config.this.project, data.google_client_config.this.region,
    data.google_project.this.name, data.google_project.this.number, data.google_compute_network.this.id,
    google_compute_region_instance_group_manager.this.instance_group,
  ])
}
`, plugin.DirVariable+"="+dir)
	made := "203.0.113.1 lab europe-west1 lab 123456789012 projects/lab/global/networks/default " +
		"https://www.googleapis.com/compute/v1/projects/lab/regions/europe-west1/instanceGroups/shop"
	if text := s.apply(); !strings.Contains(text, made) {
		t.Errorf("an apply does not tell %s:\n%s", made, text)
	}
	s.settled()
	path := "projects/lab/regions/europe-west1/urlMaps/shop"
	if id := s.attribute("google_compute_region_url_map.this", "id"); id != path {
		t.Errorf("the map is %s", id)
	}
	if got := answers(t, lab.Serving(path), "shop.example.com"); got != "run" {
		t.Errorf("%s answers", got)
	}
	s.destroy()
}

func TestGoogleNowhereElse(t *testing.T) {
	t.Parallel()
	lab := gcplb.StartT(t, gcplb.Options{})
	good := googleConfig(lab) + "resource \"google_compute_health_check\" \"this\" {\n name = \"shop\"\n}\n"
	for name, test := range map[string]struct{ old, replacement, says string }{
		"no endpoint": {fmt.Sprintf("compute_custom_endpoint = \"%s/compute/v1/\"", lab.URL()), "", "no endpoint"},
		"a real one":  {lab.URL(), "https://compute.googleapis.com", "is not on loopback"},
		"no project":  {`project                 = "lab"`, "", "no project"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := strings.Replace(good, test.old, test.replacement, 1)
			if config == good {
				t.Fatal("nothing is replaced")
			}
			s := initialise(t, cli.TerraformT(t), config, "GOOGLE_COMPUTE_CUSTOM_ENDPOINT=", "GOOGLE_PROJECT=", "GOOGLE_CLOUD_PROJECT=",
				"GCLOUD_PROJECT=", "CLOUDSDK_CORE_PROJECT=")
			s.refuses([]string{"apply", "-auto-approve", "-no-color"}, test.says)
		})
	}
}
