// Package gcplb is Google Cloud's load balancing in small: a part of the Compute Engine API on loopback
// that speaks its REST and JSON, with real data planes. Each URL map is a reverse proxy on 127.0.0.1 that
// obeys host rules, path matchers, route rules, weights, redirects and health. Writes are operations that
// take time, fingerprints guard URL maps, and calls are throttled as Google does. Faults can be asked for,
// every call is recorded, and every change of weights is journaled with the health of the services that it
// sent traffic to.
//
// It is what the demo and the tests run against. It must not know the provider, its routers or its
// engine, and is never linked into the provider.
//
// Resources are kept as the JSON that came, unknown fields included. There are url maps, backend services
// and operations, global and regional, health checks and backend buckets, and network endpoint groups, zonal
// and serverless, whose endpoints are on loopback, as is what answers for the bucket of a backend bucket.
//
// Google's own client (cloud.google.com/go/compute/apiv1) is answered as the service answers it; tests of this
// package use it.
//
// What differs from the real service, on purpose:
//   - There are no target proxies and forwarding rules: every URL map serves.
//   - Health is known of backend services that a URL map names, as with the real one once the map is in use.
//     One check decides; it runs at Options.HealthInterval, on the path of the service's health check. A
//     service without one always serves.
//   - Route actions other than weights (rewrites, timeouts, mirrors, CORS, faults, header actions) are kept
//     and returned, but the data plane passes over them. Of match rules it knows paths, headers and query
//     parameters, exact or present.
//   - Weights are dealt out evenly (smooth weighted round robin), so that shares are exact. An entry without
//     a weight gets none, and a route whose weights are all zero answers 503; what the real service does is
//     not published, and nobody should send either.
//   - A test of a URL map holds for a route with weights when its service has a weight above 0.
package gcplb
