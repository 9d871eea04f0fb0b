package acctest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// actions are the listener's actions.
func (sh *shop) actions(t *testing.T) []types.Action {
	t.Helper()
	out, err := sh.s.Client.DescribeListeners(t.Context(), &elbv2.DescribeListenersInput{ListenerArns: []string{sh.s.ListenerARN}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Listeners[0].DefaultActions
}

// setActions replaces the listener's actions.
func (sh *shop) setActions(t *testing.T, actions ...types.Action) {
	t.Helper()
	_, err := sh.s.Client.ModifyListener(t.Context(), &elbv2.ModifyListenerInput{ListenerArn: &sh.s.ListenerARN, DefaultActions: actions})
	if err != nil {
		t.Fatal(err)
	}
}

func (sh *shop) addGroup(t *testing.T, name string) string {
	t.Helper()
	arn, err := sh.s.AddGroup(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

func forward(tuples ...types.TargetGroupTuple) types.Action {
	return types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{TargetGroups: tuples}}
}

func tuple(arn string, weight int32) types.TargetGroupTuple {
	return types.TargetGroupTuple{TargetGroupArn: aws.String(arn), Weight: aws.Int32(weight)}
}
