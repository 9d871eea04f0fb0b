// Package awsquery speaks the AWS query protocol from the server's side: it decodes form-encoded
// requests into structs and encodes results and errors as the XML that the AWS SDKs parse.
//
// Field names are the wire's names, lists are sent as "member" elements, maps as "entry" elements
// with "key" and "value". It must not know any service: what an action means is its caller's business.
package awsquery
