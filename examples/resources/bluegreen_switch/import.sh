# Listeners and rules of AWS load balancers: their ARNs, several with commas between them.
terraform import bluegreen_switch.shop arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shop/0123456789abcdef/0123456789abcdef

# HAProxy in map mode: the sockets, the map file and the key.
terraform import bluegreen_switch.shop 'haproxy:unix:///run/haproxy/admin.sock#/etc/haproxy/maps/backend.map#shop'

# HAProxy in server-weight mode: the sockets.
terraform import bluegreen_switch.shop haproxy:tcp://10.0.0.4:9999,tcp://10.0.0.5:9999

# URL maps of Google Cloud: their IDs, with the place after # when it is not the default route.
terraform import bluegreen_switch.shop projects/shop/global/urlMaps/shop

# Azure Traffic Manager: the profile's ID.
terraform import bluegreen_switch.shop /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/shop/providers/Microsoft.Network/trafficManagerProfiles/shop

# With an import block and -generate-config-out, put name, active_color, blue and green into
# the generated file in place of null, and plan again: no router says them.
