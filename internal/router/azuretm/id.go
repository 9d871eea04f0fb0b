package azuretm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/trafficmanager/armtrafficmanager"
)

// profileType is the type of a profile in an ID. IDs are compared without
// regard to letter case, as Azure does.
const profileType = "Microsoft.Network/trafficManagerProfiles"

// profileID is the ID of a profile.
type profileID struct {
	text                      string
	subscription, group, name string
}

// String returns the ID as it was given.
func (p profileID) String() string { return p.text }

// Key is the same for all spellings of an ID.
func (p profileID) Key() string {
	return strings.ToLower(strings.Join([]string{p.subscription, p.group, p.name}, "/"))
}

// endpointID is the ID of an endpoint, which names its profile.
type endpointID struct {
	text    string
	profile profileID
	kind    armtrafficmanager.EndpointType
	name    string
}

// String returns the ID as it was given.
func (e endpointID) String() string { return e.text }

// Key is the same for all spellings of an ID.
func (e endpointID) Key() string {
	return strings.ToLower(strings.Join([]string{e.profile.Key(), string(e.kind), e.name}, "/"))
}

// profileOf returns the profile that has a key.
func profileOf(key string) profileID {
	parts := strings.SplitN(key, "/", 3)
	return profileID{text: key, subscription: parts[0], group: parts[1], name: parts[2]}
}

// parseProfileID parses the ID of a profile, as azurerm gives it. Its
// error says what the text is instead.
func parseProfileID(text string) (profileID, error) {
	id, err := arm.ParseResourceID(text)
	switch {
	case err != nil:
		return profileID{}, fmt.Errorf("%q is not an ID of Azure: a profile's looks like %s", text, exampleProfile)
	case isEndpointType(id.ResourceType):
		return profileID{}, fmt.Errorf("%s is an endpoint: name its profile, %s", text, id.Parent)
	case !strings.EqualFold(id.ResourceType.String(), profileType):
		return profileID{}, fmt.Errorf("%s is a %s: a profile's looks like %s", text, id.ResourceType, exampleProfile)
	case !inGroup(id):
		return profileID{}, fmt.Errorf("%s is in no resource group: a profile's looks like %s", text, exampleProfile)
	}
	return newProfileID(text, id), nil
}

// parseEndpointID parses the ID of an azure, external or nested endpoint, as
// azurerm gives it. Its error says what the text is instead.
func parseEndpointID(text string) (endpointID, error) {
	id, err := arm.ParseResourceID(text)
	switch {
	case err != nil:
		return endpointID{}, fmt.Errorf("%q is not an ID of Azure: an endpoint's looks like %s", text, exampleEndpoint)
	case strings.EqualFold(id.ResourceType.String(), profileType):
		return endpointID{}, fmt.Errorf("%s is a profile: name the endpoint that the environment has in the switch's profile; "+
			"for a profile below another one that is its nested endpoint", text)
	case !isEndpointType(id.ResourceType):
		return endpointID{}, fmt.Errorf("%s is a %s: an endpoint's looks like %s", text, id.ResourceType, exampleEndpoint)
	case !inGroup(id.Parent):
		return endpointID{}, fmt.Errorf("%s is in no resource group: an endpoint's looks like %s", text, exampleEndpoint)
	}
	return endpointID{text: text, profile: newProfileID(id.Parent.String(), id.Parent), kind: endpointType(id.ResourceType), name: id.Name}, nil
}

const (
	exampleProfile  = "/subscriptions/…/resourceGroups/shop/providers/" + profileType + "/shop"
	exampleEndpoint = exampleProfile + "/AzureEndpoints/blue"
)

func newProfileID(text string, id *arm.ResourceID) profileID {
	return profileID{text: text, subscription: id.SubscriptionID, group: id.ResourceGroupName, name: id.Name}
}

// inGroup tells whether a profile is where profiles are.
func inGroup(profile *arm.ResourceID) bool {
	return strings.EqualFold(profile.Parent.ResourceType.String(), arm.ResourceGroupResourceType.String())
}

func isEndpointType(t arm.ResourceType) bool {
	return endpointType(t) != "" && strings.EqualFold(t.Namespace+"/"+t.Types[0], profileType)
}

// endpointType returns the kind of endpoint that an ID's type names, or
// nothing.
func endpointType(t arm.ResourceType) armtrafficmanager.EndpointType {
	if len(t.Types) != 2 {
		return ""
	}
	all := armtrafficmanager.PossibleEndpointTypeValues()
	i := slices.IndexFunc(all, func(e armtrafficmanager.EndpointType) bool { return strings.EqualFold(string(e), t.Types[1]) })
	if i < 0 {
		return ""
	}
	return all[i]
}
