package wire

// Action is one step of what a listener or a rule does with a request.
type Action struct {
	Type                      string
	AuthenticateCognitoConfig *CognitoConfig
	AuthenticateOidcConfig    *OidcConfig
	FixedResponseConfig       *FixedResponse
	ForwardConfig             *ForwardConfig
	JwtValidationConfig       *JwtConfig
	Order                     *int32 // 1 to 50000
	RedirectConfig            *Redirect
	TargetGroupArn            string
}

// ForwardConfig divides requests among target groups.
type ForwardConfig struct {
	TargetGroups                []TargetGroupTuple
	TargetGroupStickinessConfig *GroupStickiness
}

// TargetGroupTuple is a target group and its relative weight, 0 to 999.
type TargetGroupTuple struct {
	TargetGroupArn string
	Weight         *int32
}

// GroupStickiness binds a client to the target group it met first, for 1 to 604800 seconds.
type GroupStickiness struct {
	Enabled         *bool
	DurationSeconds *int32
}

// OidcConfig authenticates users with an OpenID Connect provider. The secret never comes back.
type OidcConfig struct {
	AuthenticationRequestExtraParams map[string]string
	AuthorizationEndpoint            string
	ClientId                         string //nolint:revive // the wire's name
	ClientSecret                     string
	Issuer                           string
	OnUnauthenticatedRequest         string
	Scope                            string
	SessionCookieName                string
	SessionTimeout                   *int64
	TokenEndpoint                    string
	UseExistingClientSecret          *bool
	UserInfoEndpoint                 string
}

// CognitoConfig authenticates users with Amazon Cognito.
type CognitoConfig struct {
	AuthenticationRequestExtraParams map[string]string
	OnUnauthenticatedRequest         string
	Scope                            string
	SessionCookieName                string
	SessionTimeout                   *int64
	UserPoolArn                      string
	UserPoolClientId                 string //nolint:revive // the wire's name
	UserPoolDomain                   string
}

// JwtConfig validates access tokens.
type JwtConfig struct {
	AdditionalClaims []JwtClaim
	Issuer           string
	JwksEndpoint     string
}

// JwtClaim is a claim that a token must make.
type JwtClaim struct {
	Format string
	Name   string
	Values []string
}

// FixedResponse answers without a target.
type FixedResponse struct {
	ContentType string
	MessageBody string
	StatusCode  string
}

// Redirect answers with another address, which may name parts of the request as #{host} and so on.
type Redirect struct {
	Host       string
	Path       string
	Port       string
	Protocol   string
	Query      string
	StatusCode string
}
