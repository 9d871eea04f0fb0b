package awselb

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awsquery"
)

const sessionSeconds = 3600 // of a session whose caller names no duration

// serveSTS answers the two actions of STS that a client of load balancers needs.
func (l *Lab) serveSTS(req *request) (any, *APIError) {
	switch req.call.Action {
	case "GetCallerIdentity": // needs no right
		return wire.CallerIdentity{Account: l.opts.Account, Arn: req.caller.arn, UserId: req.caller.id}, nil
	case "AssumeRole":
		return l.assumeRole(req)
	default:
		return nil, apiErrorf("InvalidAction", "Could not find operation %s for version 2011-06-15", req.call.Action)
	}
}

func (l *Lab) assumeRole(req *request) (any, *APIError) {
	var in wire.AssumeRoleInput
	if err := awsquery.Decode(req.form, &in); err != nil {
		return nil, apiErrorf("MalformedInput", "%v", err)
	}
	if !req.caller.may("AssumeRole") || !l.mayAssume(in.RoleArn) {
		return nil, &APIError{Status: http.StatusForbidden, Code: "AccessDenied", Message: "User: " + req.caller.arn +
			" is not authorized to perform: sts:AssumeRole on resource: " + in.RoleArn}
	}
	seconds := int32(sessionSeconds)
	if in.DurationSeconds != nil {
		seconds = *in.DurationSeconds
	}
	key, role := "ASIA"+strings.ToUpper(newID()), in.RoleArn[strings.LastIndex(in.RoleArn, "/")+1:]
	made := session{
		secret: newID() + newID(), token: newID() + newID(),
		arn:     "arn:aws:sts::" + l.opts.Account + ":assumed-role/" + role + "/" + in.RoleSessionName,
		id:      "AROA" + strings.ToUpper(newID()) + ":" + in.RoleSessionName,
		expires: time.Now().Add(time.Duration(seconds) * time.Second),
	}
	l.sessions.put(key, made)
	return wire.AssumeRoleOutput{
		AssumedRoleUser: wire.AssumedRoleUser{Arn: made.arn, AssumedRoleId: made.id},
		Credentials: wire.Credentials{
			AccessKeyId: key, SecretAccessKey: made.secret, SessionToken: made.token, Expiration: made.expires,
		},
	}, nil
}

func (l *Lab) mayAssume(role string) bool {
	if l.opts.Roles != nil {
		return slices.Contains(l.opts.Roles, role)
	}
	return strings.HasPrefix(role, "arn:aws:iam::"+l.opts.Account+":role/")
}
