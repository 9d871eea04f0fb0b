// Package remotetext is the one place through which every text from outside
// passes before anybody sees it: an API's error, a header, a name, an answer
// of HAProxy, the words of a driver.
//
// Such a text is hostile. It may be megabytes long, steer a terminal, or have
// in it what we sent: a server that answers 400 and quotes the request is
// enough. So Clean bounds it, takes our secrets out of it in each spelling in
// which they come back, and escapes what does not print.
//
// Secrets are told to Hide where they are loaded, and are kept for the life of
// the process, since it may serve several providers and every switch at once.
// Those that are renewed again and again are told to HideToken, which forgets
// the ones that were not used for longest. Nothing leads from here to them again.
//
// What this cannot do: a server that means to smuggle a secret out can write
// it backwards. It is protection against those who quote us, not against
// those whom we gave the secret.
package remotetext
