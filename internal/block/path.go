package block

import "github.com/hashicorp/terraform-plugin-framework/path"

// Outermost is the attribute of the resource that a path leads through:
// Terraform shows the line of no other. An error on a nested attribute is put
// there, and says which is meant.
func Outermost(at path.Path) path.Path {
	if steps := at.Steps(); len(steps) > 0 {
		if name, ok := steps[0].(path.PathStepAttributeName); ok {
			return path.Root(string(name))
		}
	}
	return at
}

// Extend appends a path to another.
func Extend(base, more path.Path) path.Path {
	for _, step := range more.Steps() {
		switch step := step.(type) {
		case path.PathStepAttributeName:
			base = base.AtName(string(step))
		case path.PathStepElementKeyInt:
			base = base.AtListIndex(int(step))
		case path.PathStepElementKeyString:
			base = base.AtMapKey(string(step))
		case path.PathStepElementKeyValue:
			base = base.AtSetValue(step.Value)
		}
	}
	return base
}
