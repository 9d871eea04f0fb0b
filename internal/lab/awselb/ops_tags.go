package awselb

import (
	"slices"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

const maxDescribedTags = 20 // resources in one DescribeTags

func (o *operation) checkTagged(arns []string) error {
	for _, arn := range arns {
		if _, ok := o.tags[arn]; !ok {
			return apiErrorf("ResourceNotFound", "The resource '%s' does not exist", arn)
		}
	}
	return nil
}

func (o *operation) addTags(in *wire.TagsInput) (any, error) {
	if err := o.checkTagged(in.ResourceArns); err != nil {
		return nil, err
	}
	for _, arn := range in.ResourceArns {
		for _, tag := range in.Tags {
			o.tags[arn] = append(without(o.tags[arn], tag.Key), tag)
		}
	}
	return nil, nil //nolint:nilnil // an empty result
}

func (o *operation) removeTags(in *wire.TagsInput) (any, error) {
	if err := o.checkTagged(in.ResourceArns); err != nil {
		return nil, err
	}
	for _, arn := range in.ResourceArns {
		for _, key := range in.TagKeys {
			o.tags[arn] = without(o.tags[arn], key)
		}
	}
	return nil, nil //nolint:nilnil // an empty result
}

func without(tags []wire.Tag, key string) []wire.Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t wire.Tag) bool { return t.Key == key })
}

func (o *operation) describeTags(in *wire.TagsInput) (any, error) {
	if len(in.ResourceArns) > maxDescribedTags {
		return nil, invalidf("Cannot specify more than %d resource ARNs", maxDescribedTags)
	}
	if err := o.checkTagged(in.ResourceArns); err != nil {
		return nil, err
	}
	out := wire.TagsOutput{TagDescriptions: []wire.TagDescription{}}
	for _, arn := range in.ResourceArns {
		out.TagDescriptions = append(out.TagDescriptions, wire.TagDescription{ResourceArn: arn, Tags: o.tags[arn]})
	}
	return out, nil
}
