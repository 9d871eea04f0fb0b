package gcpcloud

import "strconv"

// settings is the block as Terraform hands it over. Left-out arguments are nil.
type settings struct {
	Project             *string  `tfsdk:"project"`
	Region              *string  `tfsdk:"region"`
	Credentials         *string  `tfsdk:"credentials"`
	AccessToken         *string  `tfsdk:"access_token"`
	Impersonate         *string  `tfsdk:"impersonate_service_account"`
	Delegates           []string `tfsdk:"impersonate_service_account_delegates"`
	UserProjectOverride *bool    `tfsdk:"user_project_override"`
	BillingProject      *string  `tfsdk:"billing_project"`
	UniverseDomain      *string  `tfsdk:"universe_domain"`
	Endpoint            *string  `tfsdk:"endpoint"`
	MonitoringEndpoint  *string  `tfsdk:"monitoring_endpoint"`
	RequestTimeout      *string  `tfsdk:"request_timeout"`
}

// withEnvironment fills in what is left out from the variables that
// hashicorp/google reads, in its order. Credentials of the environment count
// only when the block has none of its own.
func (s settings) withEnvironment(getenv func(string) string) settings {
	fill := func(value **string, names ...string) {
		for _, name := range names {
			if text := getenv(name); (*value == nil || **value == "") && text != "" {
				*value = &text
			}
		}
	}
	fill(&s.Project, "GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
	fill(&s.Impersonate, "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")
	fill(&s.BillingProject, "GOOGLE_BILLING_PROJECT")
	fill(&s.UniverseDomain, "GOOGLE_UNIVERSE_DOMAIN")
	fill(&s.Endpoint, "GOOGLE_COMPUTE_CUSTOM_ENDPOINT")
	fill(&s.MonitoringEndpoint, "GOOGLE_MONITORING_CUSTOM_ENDPOINT")
	if value(s.Credentials) == "" && value(s.AccessToken) == "" {
		fill(&s.AccessToken, "GOOGLE_OAUTH_ACCESS_TOKEN")
		fill(&s.Credentials, "GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON")
	}
	if override, err := strconv.ParseBool(getenv("USER_PROJECT_OVERRIDE")); err == nil && s.UserProjectOverride == nil {
		s.UserProjectOverride = &override
	}
	return s
}

// value is what an argument points to, or its zero value when it is left out.
func value[V any](v *V) V {
	if v == nil {
		var none V
		return none
	}
	return *v
}
