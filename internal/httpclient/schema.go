package httpclient

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Attributes are the arguments that every block that speaks HTTP has: headers,
// headers_env and tls.
func Attributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"headers": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Headers to send. They are in plan and state; give secrets by `headers_env`.",
		},
		"headers_env": schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Headers whose values are secret: from the name of the header to the name of the environment variable " +
				"that has its value where Terraform runs.",
		},
		"tls": TLSAttribute("How the other side is known, and how it knows us."),
	}
}

// SwitchAttributes are Attributes for a block that a switch alone has, whose
// configuration is never handed on: tls may have the key itself.
func SwitchAttributes() map[string]schema.Attribute {
	return With(Attributes(), map[string]schema.Attribute{"tls": SwitchTLSAttribute("How the other side is known, and how it knows us.")})
}

// SwitchTLSAttribute is TLSAttribute with client_key, which is write-only. It is
// decoded into a *SwitchTLS.
func SwitchTLSAttribute(description string) schema.SingleNestedAttribute {
	attribute := TLSAttribute(description)
	attribute.Attributes["client_key"] = schema.StringAttribute{
		Optional: true, Sensitive: true, WriteOnly: true,
		MarkdownDescription: "The certificate's private key itself, in PEM form. Write-only: it is in no plan and in no state, and needs Terraform 1.11 or OpenTofu 1.11.",
	}
	return attribute
}

// TLSAttribute returns the schema of a block tls, which is decoded into a *TLS.
func TLSAttribute(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"ca_cert":         schema.StringAttribute{Optional: true, MarkdownDescription: "The certificates to trust, in PEM form. Default: those of the system."},
			"client_cert":     schema.StringAttribute{Optional: true, MarkdownDescription: "The certificate to show, in PEM form."},
			"client_key_file": schema.StringAttribute{Optional: true, MarkdownDescription: "The file with the certificate's private key, in PEM form; `~` is the home folder."},
			"client_key_env":  schema.StringAttribute{Optional: true, MarkdownDescription: "The name of an environment variable that has the private key itself, instead of a file, as on Terraform Cloud."},
			"server_name":     schema.StringAttribute{Optional: true, MarkdownDescription: "The name that the certificate must have. Default: the host that is called."},
			"insecure_skip_verify": schema.BoolAttribute{
				Optional: true, MarkdownDescription: "Trust any certificate. For tests only: whoever is in between can read and answer.",
			},
		},
	}
}

// With returns attributes with more added to them.
func With(attributes, more map[string]schema.Attribute) map[string]schema.Attribute {
	for name, a := range more {
		attributes[name] = a
	}
	return attributes
}
