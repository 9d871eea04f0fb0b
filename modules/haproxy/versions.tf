terraform {
  required_version = ">= 1.8, < 2.0"

  required_providers {
    bluegreen = {
      source  = "terraform-bluegreen/bluegreen"
      version = ">= 0.1, < 2.0"
    }
  }
}
