package block

import (
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/remotetext"
)

// ErrSecret reports a secret that is given twice.
var ErrSecret = pkg.New("secret given twice")

// ErrUnset reports an environment variable that should have a secret, and has
// none. Where only the configuration is validated, that is no error.
var ErrUnset = pkg.New("environment variable not set")

// envSuffix ends the name of the argument that names an environment variable.
const envSuffix = "_env"

// SecretAttributes returns the two arguments by which a switch is given a
// secret: name, which is write-only and so never in plan or state, and
// name_env, the name of an environment variable that has it, for versions of
// Terraform before 1.11 and for secrets that Terraform need not see.
func SecretAttributes(name, description string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		name: schema.StringAttribute{
			Optional: true, Sensitive: true, WriteOnly: true,
			MarkdownDescription: description + " Write-only: it is in no plan and in no state, and needs Terraform 1.11 or OpenTofu 1.11.",
		},
		name + envSuffix: schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The name of an environment variable that has `" + name + "`, instead of the value itself.",
		},
	}
}

// Secret returns the secret that the two arguments give, and "" when neither
// is given. From then on no text from outside shows it, see remotetext.Hide.
// The error is an *AttributeError, without the secret.
func Secret(name string, value, env types.String) (string, error) {
	switch {
	case !value.IsNull() && !env.IsNull():
		return "", &AttributeError{
			Path: path.Root(name + envSuffix), Summary: "Secret Given Twice",
			Err: fmt.Errorf("%w: give %s or %s%s, not both", ErrSecret, name, name, envSuffix),
		}
	case !env.IsNull():
		secret, ok := os.LookupEnv(env.ValueString())
		if !ok || secret == "" {
			return "", &AttributeError{
				Path: path.Root(name + envSuffix), Summary: "Environment Variable Not Set",
				Err: fmt.Errorf("%w: %s is not set, or empty, where Terraform runs", ErrUnset, env.ValueString()),
			}
		}
		remotetext.Hide(secret)
		return secret, nil
	default:
		remotetext.Hide(value.ValueString())
		return value.ValueString(), nil
	}
}
