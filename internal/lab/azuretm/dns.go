package azuretm

import (
	"errors"
	"net"

	"golang.org/x/net/dns/dnsmessage"
)

// maxPacket is the most bytes of a question over UDP.
const maxPacket = 1232

// serveDNS answers questions until the socket is closed.
func (l *Lab) serveDNS() {
	packet := make([]byte, maxPacket)
	for {
		n, from, err := l.dns.ReadFrom(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if reply, err := l.reply(packet[:n]); err == nil {
			_, _ = l.dns.WriteTo(reply, from) // a lost packet is asked for again
		}
	}
}

// reply makes the answer to one packet. The error is that of a packet that is no question.
func (l *Lab) reply(packet []byte) ([]byte, error) {
	var parser dnsmessage.Parser
	header, err := parser.Start(packet)
	if err != nil {
		return nil, err
	}
	question, err := parser.Question()
	if err != nil {
		return nil, err
	}
	chain, exists := l.resolve(question.Name.String())
	answer := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: header.ID, Response: true, Authoritative: true, RecursionDesired: header.RecursionDesired},
		Questions: []dnsmessage.Question{question},
	}
	if !exists {
		answer.RCode = dnsmessage.RCodeNameError
	}
	for _, a := range chain {
		name, target, err := names(a)
		if err != nil {
			answer.RCode = dnsmessage.RCodeServerFailure
			break
		}
		answer.Answers = append(answer.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: a.ttl},
			Body:   &dnsmessage.CNAMEResource{CNAME: target},
		})
	}
	l.addAddress(&answer, question, chain)
	return answer.Pack()
}

func names(a alias) (name, target dnsmessage.Name, err error) {
	name, err = dnsmessage.NewName(a.name + ".")
	if err != nil {
		return name, target, err
	}
	target, err = dnsmessage.NewName(a.target + ".")
	return name, target, err
}

// addAddress adds the address of the last name: all applications are on loopback. It may be kept as long
// as the name that leads to it.
func (l *Lab) addAddress(answer *dnsmessage.Message, question dnsmessage.Question, chain []alias) {
	name, ttl := question.Name, uint32(0)
	if len(chain) > 0 {
		last := chain[len(chain)-1]
		ttl = last.ttl
		parsed, err := dnsmessage.NewName(last.target + ".")
		if err != nil {
			return
		}
		name = parsed
	}
	if _, ok := l.Address(name.String()); !ok || question.Type != dnsmessage.TypeA {
		return
	}
	answer.Answers = append(answer.Answers, dnsmessage.Resource{
		Header: dnsmessage.ResourceHeader{Name: name, Class: dnsmessage.ClassINET, TTL: ttl},
		Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
	})
}
