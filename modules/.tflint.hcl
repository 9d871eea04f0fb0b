config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

# The arguments and outputs that modules share are in files of their own: variables.core.tf, outputs.core.tf.
rule "terraform_standard_module_structure" {
  enabled = false
}

# A module of a router names the provider of the module that it calls, so that its tests and callers can mock it.
rule "terraform_unused_required_providers" {
  enabled = false
}
