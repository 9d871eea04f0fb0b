# The identifier is the name. Everything else comes from the configuration.
terraform import bluegreen_environment.green shop-green
