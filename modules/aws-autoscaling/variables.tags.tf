# The tags of all that a module makes. The file is the same in each module that takes them.

variable "tags" {
  type        = map(string)
  nullable    = false
  default     = {}
  description = "Tags for all that the module makes."
}
