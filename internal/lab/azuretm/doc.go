// Package azuretm is Azure Traffic Manager in small: the part of Azure Resource Manager that the real SDK
// needs for profiles and endpoints, on loopback, with monitoring that asks the endpoints' applications,
// and a real DNS server that answers by weight, status and TTL. The API is served by the SDK's own fake
// servers, with state behind them. Faults can be asked for, every call is recorded, and every change of
// what DNS answers is journaled.
//
// It is what the demo and the tests run against. It must not know the provider, its routers or its
// engine, and is never linked into the provider.
//
// What differs from the real service, on purpose:
//   - Names lead to loopback: Host says which address a target's name stands for.
//   - A second of a profile's settings (TTL, interval, timeout) lasts as long as Options.Second says.
//   - Weights are dealt out evenly (smooth weighted round robin), so that shares are exact.
//   - Only the routing method Weighted decides by anything; under every other one all endpoints that are
//     available are answered in turn.
//   - HTTPS checks are made without TLS, and custom headers are kept but not sent.
//   - An enabled endpoint is checked for the first time after Options.FirstCheck.
package azuretm
