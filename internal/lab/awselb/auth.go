package awselb

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// credential is what the Authorization header of Signature Version 4 says about the caller.
type credential struct {
	key     string
	region  string
	service string
}

var authorization = regexp.MustCompile(
	`^AWS4-HMAC-SHA256 Credential=([^/,]+)/\d{8}/([^/,]+)/([^/,]+)/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$`)

func parseCredential(r *http.Request) (credential, *APIError) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return credential{}, forbidden("MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	m := authorization.FindStringSubmatch(header)
	if m == nil {
		return credential{}, &APIError{
			Status: http.StatusBadRequest, Code: "IncompleteSignature",
			Message: "Authorization header requires the Credential, SignedHeaders and Signature parameters.",
		}
	}
	return credential{key: m[1], region: m[2], service: m[3]}, nil
}

func forbidden(code, message string) *APIError {
	return &APIError{Status: http.StatusForbidden, Code: code, Message: message}
}

// session is the temporary access key of an assumed role.
type session struct {
	secret, token, arn, id string
	expires                time.Time
}

// sessions are those handed out by AssumeRole.
type sessions struct {
	mu    sync.Mutex
	byKey map[string]session
}

func (s *sessions) get(key string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.byKey[key]
	return found, ok
}

func (s *sessions) put(key string, made session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byKey == nil {
		s.byKey = map[string]session{}
	}
	s.byKey[key] = made
}

// caller is who makes a call.
type caller struct {
	arn, id string
	denied  bool
	deny    []string
}

func (c caller) may(action string) bool {
	return !c.denied && !slices.Contains(c.deny, action)
}

// authenticate finds the caller, or says why there is none.
func (l *Lab) authenticate(r *http.Request, body []byte, cred credential) (caller, *APIError) {
	secret, who, err := l.identify(r, cred)
	if err != nil {
		return caller{}, err
	}
	if !signatureMatches(r, body, secret) {
		return caller{}, forbidden("SignatureDoesNotMatch", "The request signature we calculated does not match "+
			"the signature you provided. Check your AWS Secret Access Key and signing method. "+
			"Consult the service documentation for details.")
	}
	if l.opts.Regions != nil && !slices.Contains(l.opts.Regions, cred.region) && cred.service != "sts" {
		return caller{}, forbidden("SignatureDoesNotMatch", "Credential should be scoped to a valid region.")
	}
	return who, nil
}

func (l *Lab) identify(r *http.Request, cred credential) (secret string, who caller, failed *APIError) {
	if s, ok := l.sessions.get(cred.key); ok {
		switch {
		case time.Now().After(s.expires):
			return "", caller{}, forbidden("ExpiredToken", "The security token included in the request is expired")
		case r.Header.Get("X-Amz-Security-Token") == s.token:
			return s.secret, caller{arn: s.arn, id: s.id}, nil
		}
	}
	key, ok := l.opts.Keys[cred.key]
	if !ok {
		return "", caller{}, forbidden("InvalidClientTokenId", "The security token included in the request is invalid.")
	}
	name := "arn:aws:iam::" + l.opts.Account + ":user/" + strings.ToLower(cred.key)
	return orDefault(key.Secret, SecretKey), caller{arn: name, id: "AIDA" + cred.key[min(4, len(cred.key)):], denied: key.Denied, deny: key.Deny}, nil
}

// Behind is a handler that lets requests through that one of the lab's keys has
// signed for a service and a region, as what AWS runs itself does. Others are
// refused in that service's form.
func (l *Lab) Behind(service, region string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		cred, failed := parseCredential(r)
		if failed == nil {
			_, failed = l.authenticate(r, body, cred)
		}
		if failed == nil && (cred.service != service || cred.region != region) {
			failed = forbidden("SignatureDoesNotMatch", "Credential should be scoped to a valid region and to the service "+service+".")
		}
		if failed != nil {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(failed.Status)
			// A caller that has gone away does not see its answer.
			_ = json.NewEncoder(w).Encode(map[string]string{"message": failed.Message})
			return
		}
		next.ServeHTTP(w, r)
	})
}
