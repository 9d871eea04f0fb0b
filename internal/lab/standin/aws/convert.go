package aws

import "github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"

// text, whole and truth are arguments as the API takes them: nil when they are
// not there.
func text(o plugin.Object, name string) *string {
	if value := o.Text(name); value != "" {
		return &value
	}
	return nil
}

func whole(o plugin.Object, name string) *int32 {
	if !o.Has(name) {
		return nil
	}
	value := int32(o.Number(name))
	return &value
}

func truth(o plugin.Object, name string) *bool {
	if !o.Has(name) {
		return nil
	}
	value := o.Bool(name)
	return &value
}

// put sets an attribute to what the API returned, if it did.
func put[T any](o plugin.Object, name string, value *T) {
	if value != nil {
		o[name] = *value
	}
}
