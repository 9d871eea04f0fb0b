terraform {
  required_version = ">= 1.8"

  required_providers {
    bluegreen = {
      source = "terraform-bluegreen/bluegreen"
    }
  }
}

# Every argument is optional. Left out, AWS is reached as the AWS CLI would reach it.
provider "bluegreen" {
  aws = {
    region = "eu-west-1"
    assume_role = {
      role_arn = "arn:aws:iam::123456789012:role/cutover"
    }
  }
}
