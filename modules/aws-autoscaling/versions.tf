terraform {
  required_version = ">= 1.8, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
    bluegreen = {
      source  = "terraform-bluegreen/bluegreen"
      version = ">= 0.1, < 2.0"
    }
  }
}
