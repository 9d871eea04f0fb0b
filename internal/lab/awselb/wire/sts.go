package wire

import "time"

// CallerIdentity says who calls.
type CallerIdentity struct {
	Account string
	Arn     string
	UserId  string //nolint:revive // the wire's name
}

// AssumeRoleInput asks for the credentials of a role; the duration is in seconds.
type AssumeRoleInput struct {
	DurationSeconds *int32
	ExternalId      string //nolint:revive // the wire's name
	RoleArn         string
	RoleSessionName string
}

// AssumeRoleOutput is a role's temporary credentials.
type AssumeRoleOutput struct {
	AssumedRoleUser AssumedRoleUser
	Credentials     Credentials
}

// AssumedRoleUser is who a session is.
type AssumedRoleUser struct {
	Arn           string
	AssumedRoleId string //nolint:revive // the wire's name
}

// Credentials are those of a session.
type Credentials struct {
	AccessKeyId     string //nolint:revive // the wire's name
	Expiration      time.Time
	SecretAccessKey string
	SessionToken    string
}
