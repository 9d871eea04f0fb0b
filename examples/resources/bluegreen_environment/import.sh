# The identifier is the name. Everything else comes from the configuration.
terraform import bluegreen_environment.green shop-green

# With an import block and -generate-config-out, put version and the block of a router into
# the generated file in place of null, and plan again.
