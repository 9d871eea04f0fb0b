package standin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/cli"
)

const kubernetesConfig = `
terraform {
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.0"
    }
  }
}

provider "kubernetes" {
  host  = "https://127.0.0.1:6443"
  token = "token"

  exec {
    api_version = "client.authentication.k8s.io/v1"
    command     = "aws"
  }
}

resource "kubernetes_namespace_v1" "this" {
  metadata {
    name = "shop"
  }
}

resource "kubernetes_config_map_v1" "this" {
  metadata {
    name      = "colors"
    namespace = kubernetes_namespace_v1.this.metadata[0].name
  }

  data = { active = "blue" }
}

resource "kubernetes_config_map_v1" "generated" {
  metadata {
    generate_name = "colors-"
  }
}

resource "kubernetes_manifest" "this" {
  manifest = {
    apiVersion = "example.com/v1"
    kind       = "Shop"
    metadata   = { name = "shop", namespace = "default" }
    spec       = { replicas = %d, colors = ["blue", "green"], live = true }
  }
}

resource "kubernetes_deployment_v1" "this" {
  metadata {
    name      = "shop"
    namespace = "shop"
  }

  spec {
    replicas = 2

    selector {
      match_labels = { app = "shop" }
    }

    template {
      metadata {
        labels = { app = "shop" }
      }

      spec {
        container {
          name  = "shop"
          image = "shop:1"
        }
      }
    }
  }
}

output "replicas" {
  value = kubernetes_manifest.this.object.spec.replicas
}
`

func TestKubernetes(t *testing.T) {
	t.Parallel()
	s := initialise(t, cli.TerraformT(t), fmt.Sprintf(kubernetesConfig, 1))
	if text := s.apply(); !strings.Contains(text, "replicas = 1") {
		t.Errorf("an apply does not tell the object:\n%s", text)
	}
	s.settled()
	if id := s.attribute("kubernetes_config_map_v1.this", "id"); id != "shop/colors" {
		t.Errorf("the config map is %s", id)
	}
	if id := s.attribute("kubernetes_config_map_v1.generated", "id").(string); !strings.HasPrefix(id, "default/colors-") {
		t.Errorf("the other config map is %s", id)
	}
	s.write(fmt.Sprintf(kubernetesConfig, 2))
	if text := s.apply(); !strings.Contains(text, "replicas = 2") {
		t.Errorf("an apply does not tell the changed object:\n%s", text)
	}
	s.settled()
	s.write(strings.Replace(fmt.Sprintf(kubernetesConfig, 2), `name = "shop"`, `name = "store"`, 1))
	s.plans("kubernetes_namespace_v1.this must be replaced")
	s.destroy()
}
