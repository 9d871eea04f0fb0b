resource "bluegreen_environment" "green" {
  name    = "shop-green"
  version = "2.0.0"

  aws_lb = {
    target_group_arns = ["arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-green/0123456789abcdef"]
  }

  health = {
    min_healthy = 2     # and, unless min_healthy_percent says otherwise, all that are registered
    stable_for  = "30s" # without a break
    timeout     = "10m" # then the cutover is refused
  }
}
