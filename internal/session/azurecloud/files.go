package azurecloud

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/session"
)

// withFiles fills the client's ID and its secret from the files that the
// settings name. Terraform Cloud hands the former over in a file when a
// workspace has several sets of dynamic credentials:
// https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/specifying-multiple-configurations
func (s settings) withFiles() (settings, error) {
	return s, errors.Join(
		fromFile(&s.ClientID, s.ClientIDFilePath, "client_id"),
		fromFile(&s.ClientSecret, s.ClientSecretFilePath, "client_secret"),
	)
}

// fromFile sets an argument to what is in a file, if there is one. Like
// azurerm, it takes two different values for a mistake.
func fromFile(argument **string, file *string, name string) error {
	if file == nil {
		return nil
	}
	content, err := os.ReadFile(session.ExpandHome(*file))
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
