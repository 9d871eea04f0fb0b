package aws

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/smithy-go"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// tagsOf are all tags of a resource, as the API takes them; nil for none.
func tagsOf(o plugin.Object) []types.Tag {
	var tags []types.Tag
	all := o.Map("tags_all")
	for _, key := range slices.Sorted(maps.Keys(all)) {
		tags = append(tags, types.Tag{Key: aws.String(key), Value: aws.String(all[key])})
	}
	return tags
}

// read is what a lab has of a resource, with its tags; nil when there is none any
// more.
func (a *account) read(ctx context.Context, state plugin.Object, find func(*elbv2.Client) (plugin.Object, error)) (plugin.Object, error) {
	client, err := a.client(state)
	if err != nil {
		return nil, err
	}
	found, err := find(client)
	var failed smithy.APIError
	switch {
	case errors.As(err, &failed) && strings.HasSuffix(failed.ErrorCode(), "NotFound"):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return found, a.readTags(ctx, client, state, found)
}

// readTags adds the tags of a resource to what was found of it. A default tag is
// the resource's own only where its configuration has it too.
func (a *account) readTags(ctx context.Context, client *elbv2.Client, state, found plugin.Object) error {
	all, err := describeTags(ctx, client, found.Text("arn"))
	if err != nil {
		return err
	}
	own, before := map[string]string{}, state.Map("tags")
	for key, value := range all {
		if _, configured := before[key]; configured || a.defaultTags[key] != value {
			own[key] = value
		}
	}
	found["tags_all"] = all
	if len(own) > 0 || state.Has("tags") {
		found["tags"] = own
	}
	return nil
}

func describeTags(ctx context.Context, client *elbv2.Client, arn string) (map[string]string, error) {
	described, err := client.DescribeTags(ctx, &elbv2.DescribeTagsInput{ResourceArns: []string{arn}})
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, tag := range described.TagDescriptions[0].Tags {
		all[*tag.Key] = aws.ToString(tag.Value)
	}
	return all, nil
}

// retag changes the tags of a resource.
func (a *account) retag(ctx context.Context, prior, planned plugin.Object) error {
	client, err := a.client(planned)
	if err != nil {
		return err
	}
	arns, before, after := []string{planned.Text("id")}, prior.Map("tags_all"), planned.Map("tags_all")
	var gone []string
	for key := range before {
		if _, ok := after[key]; !ok {
			gone = append(gone, key)
		}
	}
	if len(gone) > 0 {
		if _, err := client.RemoveTags(ctx, &elbv2.RemoveTagsInput{ResourceArns: arns, TagKeys: gone}); err != nil {
			return err
		}
	}
	if maps.Equal(before, after) || len(after) == 0 {
		return nil
	}
	_, err = client.AddTags(ctx, &elbv2.AddTagsInput{ResourceArns: arns, Tags: tagsOf(planned)})
	return err
}
