// Package awselb is Elastic Load Balancing in small: an account on loopback that speaks the real query
// protocol to the real AWS SDK, with real data planes. Each listener is a reverse proxy (or, for a
// Network Load Balancer, a TCP proxy) on 127.0.0.1 that obeys rules, weights, group stickiness and
// target health. Faults can be asked for, every call is recorded, and every change of weights is
// journaled with the health of the groups that it sent traffic to.
//
// It is what the demo and the tests run against. It must not know the provider, its routers or its
// engine, and is never linked into the provider.
//
// What differs from the real service, on purpose:
//   - Traffic goes to loopback addresses only; a target of type instance is taken to be on 127.0.0.1.
//   - Secure listeners and target groups are served without TLS.
//   - Authenticate and jwt-validation actions, transforms, and stickiness to a single target are kept
//     and returned, but the data plane passes over them.
//   - Health checks run at Options.HealthInterval, not at the group's own interval; the group's
//     thresholds, path, port, protocol and matcher are obeyed.
//   - Weights are dealt out evenly (smooth weighted round robin), so that shares are exact.
//   - An action whose weights are all zero is accepted, and its requests get 503. What the real service
//     does is not published; nobody should send it.
package awselb
