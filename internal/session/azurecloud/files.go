package azurecloud

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/localfile"
)

// withFiles fills the client's ID and its secret from the files that the
// settings name. Terraform Cloud hands the former over in a file when a
// workspace has several sets of dynamic credentials:
// https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/specifying-multiple-configurations
func (s settings) withFiles(ctx context.Context) (settings, error) {
	return s, errors.Join(
		fromFile(ctx, &s.ClientID, s.ClientIDFilePath, "client_id"),
		fromFile(ctx, &s.ClientSecret, s.ClientSecretFilePath, "client_secret"),
	)
}

// fromFile sets an argument to what is in a file, if there is one. Like
// azurerm, it takes two different values for a mistake.
func fromFile(ctx context.Context, argument **string, file *string, name string) error {
	if file == nil {
		return nil
	}
	content, err := localfile.Read(ctx, *file, localfile.Small)
	if err != nil {
		return configError(name+"_file_path", err)
	}
	value := strings.TrimSpace(string(content))
	if *argument != nil && **argument != value {
		return configError(name+"_file_path", fmt.Errorf("the file holds another %s than %[1]s or ARM_%s: leave one of them out", name, strings.ToUpper(name)))
	}
	*argument = &value
	return nil
}
