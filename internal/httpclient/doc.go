// Package httpclient is how checks, metrics and notifications speak HTTP: the
// same arguments for headers, credentials and TLS, the same limits, and errors
// that show no secret.
//
// There is one Client and there are two policies. Who judges asks once: an API
// makes one request a reading, takes a status that is no success for an error,
// and is silent while a rate limit lasts; whoever measures asks again in the
// next interval. Who tells tries again: a Sender posts JSON until it is taken,
// when another try may help.
//
// It knows none of those who use it.
package httpclient
