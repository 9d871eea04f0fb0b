terraform {
  required_version = ">= 1.8, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 5.0, < 8.0"
    }
    bluegreen = {
      source  = "terraform-bluegreen/bluegreen"
      version = ">= 0.1, < 2.0"
    }
  }
}
