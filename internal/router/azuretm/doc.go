// Package azuretm divides traffic by Azure Traffic Manager profiles with the
// routing method Weighted: each environment is one endpoint of the profile.
//
// It must not know the engine, the provider or other routers. What there is to
// know of the service:
//
//   - A weight is 1 to 1000, never 0: 0 percent is a disabled endpoint, 100
//     percent the only one of the two that is enabled.
//   - One endpoint is changed by one PATCH, and there is no precondition. What
//     needs two writes goes through a state between, so the order is chosen
//     such that no state sends nothing anywhere, or more to the incoming color
//     than was asked; the outgoing endpoint is disabled last, and only when the
//     incoming one is in service.
//   - A disabled endpoint is not probed, so its health is known only once it has
//     a little traffic: that is why the router is a traffic.Prober.
//   - Clients follow by DNS, when the profile's TTL has passed.
//
// The API: https://learn.microsoft.com/rest/api/trafficmanager; the states of an
// endpoint: https://learn.microsoft.com/azure/traffic-manager/traffic-manager-monitoring
package azuretm
