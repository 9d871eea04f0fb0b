package value

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/cutover"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/traffic"
)

// TimetableAttribute is the timetable as data, for programs: policies, pipelines
// and dashboards. The lines of cutover say the same to people.
func TimetableAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true,
		MarkdownDescription: "What `cutover` says, as data: for policies, pipelines and dashboards. Without a cutover it has no " +
			"stages; after an apply it is that of its cutover, until the next one is planned.",
		Attributes: map[string]schema.Attribute{
			"moves":         schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a cutover is planned: traffic moves, or is confirmed where it is."},
			"total_seconds": schema.Int64Attribute{Computed: true, MarkdownDescription: "The longest that all stages take together, in seconds."},
			"stages": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The stages, in their order.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"name":          schema.StringAttribute{Computed: true, MarkdownDescription: "What the stage is, as its line in `cutover` begins: `gates`, `prewarm`, `probe`, `step`, `promote`, `bake` or `drain`."},
					"blue":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for blue in the stage; null before anything moves."},
					"green":         schema.Int64Attribute{Computed: true, MarkdownDescription: "Percent of traffic for green in the stage; null before anything moves."},
					"hold_seconds":  schema.Int64Attribute{Computed: true, MarkdownDescription: "How long the weights are held, or open work is waited for, in seconds."},
					"limit_seconds": schema.Int64Attribute{Computed: true, MarkdownDescription: "The longest that the stage takes, in seconds."},
				}},
			},
		},
	}
}

var (
	stageType = types.ObjectType{AttrTypes: map[string]attr.Type{
		"name": types.StringType, "blue": types.Int64Type, "green": types.Int64Type,
		"hold_seconds": types.Int64Type, "limit_seconds": types.Int64Type,
	}}
	timetableType = map[string]attr.Type{"moves": types.BoolType, "total_seconds": types.Int64Type, "stages": types.ListType{ElemType: stageType}}
)

// Timetable is a timetable as a plan has it.
func Timetable(t cutover.Timetable) types.Object {
	stages := make([]attr.Value, len(t.Stages))
	for i, s := range t.Stages {
		blue, green := types.Int64Null(), types.Int64Null()
		if s.Weights != (traffic.Weights{}) {
			blue, green = types.Int64Value(int64(s.Weights.Blue)), types.Int64Value(int64(s.Weights.Green))
		}
		stages[i] = types.ObjectValueMust(stageType.AttrTypes, map[string]attr.Value{
			"name": types.StringValue(string(s.Name)), "blue": blue, "green": green,
			"hold_seconds": seconds(s.Hold), "limit_seconds": seconds(s.Limit),
		})
	}
	return types.ObjectValueMust(timetableType, map[string]attr.Value{
		"moves": types.BoolValue(len(stages) > 0), "total_seconds": seconds(t.Total()), "stages": types.ListValueMust(stageType, stages),
	})
}

// seconds rounds up, so that nothing is said to take no time that takes some.
func seconds(d time.Duration) types.Int64 {
	return types.Int64Value(int64((d + time.Second - 1) / time.Second))
}
