package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/provider/diagnose"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

type otherColorFunction struct{}

var _ function.Function = otherColorFunction{}

// Metadata implements function.Function.
func (otherColorFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "other_color"
}

// Definition implements function.Function.
func (otherColorFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "The other color",
		MarkdownDescription: "Returns `\"green\"` for `\"blue\"` and `\"blue\"` for `\"green\"`, for instance to name the idle environment.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "color", MarkdownDescription: "`\"blue\"` or `\"green\"`."},
		},
		Return: function.StringReturn{},
	}
}

// Run implements function.Function.
func (otherColorFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var name string
	if resp.Error = req.Arguments.Get(ctx, &name); resp.Error != nil {
		return
	}
	color, err := traffic.ParseColor(name)
	if err != nil {
		// Terraform puts the full stop itself.
		resp.Error = function.NewArgumentFuncError(0, strings.TrimSuffix(diagnose.Sentence(err), "."))
		return
	}
	resp.Error = resp.Result.Set(ctx, color.Other().String())
}
