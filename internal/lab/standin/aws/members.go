package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/standin/plugin"
)

// members has the servers of each Auto Scaling group, by its name: two groups
// may have one target group between them.
type members map[string][]types.TargetDescription

const membersFile = "members.json"

// membership guards members.json.
var membership sync.Mutex

// remember says which servers a group has.
func remember(name string, targets []types.TargetDescription) error {
	return change(func(all members) { all[name] = targets })
}

// forget says that a group is no more, and returns the servers that no other
// group has.
func forget(name string) ([]types.TargetDescription, error) {
	var own []types.TargetDescription
	err := change(func(all members) {
		own = all[name]
		delete(all, name)
		for _, others := range all {
			own = slices.DeleteFunc(own, func(target types.TargetDescription) bool {
				return slices.ContainsFunc(others, func(other types.TargetDescription) bool { return key(other) == key(target) })
			})
		}
	})
	return own, err
}

func change(do func(members)) error {
	membership.Lock()
	defer membership.Unlock()
	path, err := plugin.File(membersFile)
	if err != nil {
		return err
	}
	all := members{}
	file, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(file, &all)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("aws: %s: %w", path, err)
	}
	do(all)
	if file, err = json.Marshal(all); err != nil {
		return fmt.Errorf("aws: %w", err)
	}
	return os.WriteFile(path, file, 0o600)
}
