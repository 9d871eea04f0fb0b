package awselb

import (
	"context"
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-bluegreen/terraform-provider-bluegreen/internal/lab/awselb/wire"
)

// stickyCookie is the cookie of group stickiness. Its contents are the load balancer's own business.
const stickyCookie = "AWSALBTG"

type addrKey struct{}

// proxy is the handler of an Application Load Balancer's listener.
func (p *plane) proxy() http.Handler {
	forward := &httputil.ReverseProxy{
		Transport:     p.lab.transport,
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			addr, _ := r.In.Context().Value(addrKey{}).(string)
			r.Out.URL.Scheme, r.Out.URL.Host = "http", addr
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { p.refuse(w, http.StatusBadGateway) },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t := p.table.Load()
		switch do := t.find(r); {
		case do.fixed != nil:
			answerFixed(w, do.fixed)
		case do.redirect != nil:
			redirect(w, r, t, do.redirect)
		case do.forward != nil:
			p.forward(w, r, do.forward, forward)
		default:
			p.refuse(w, http.StatusServiceUnavailable)
		}
	})
}

func (p *plane) forward(w http.ResponseWriter, r *http.Request, f *forwarder, next http.Handler) {
	g := f.remembered(r)
	if g == nil {
		g = f.choose()
		if g != nil && f.sticky > 0 {
			f.remember(w, g)
		}
	}
	var to *target
	if g != nil {
		to = g.pick()
	}
	switch {
	case to == nil:
		p.refuse(w, http.StatusServiceUnavailable)
	case to.addr == "":
		p.refuse(w, http.StatusGatewayTimeout)
	default:
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), addrKey{}, to.addr)))
	}
}

// refuse answers in the load balancer's own name.
func (p *plane) refuse(w http.ResponseWriter, status int) {
	p.refused.Add(1)
	w.Header().Set("Server", "awselb/2.0")
	http.Error(w, http.StatusText(status), status)
}

// remembered returns the group that the client's cookie names, even at weight 0: stickiness beats
// weight. Nil without stickiness, without a cookie, after its time, or when the action no longer names
// the group.
func (f *forwarder) remembered(r *http.Request) *group {
	if f.sticky == 0 {
		return nil
	}
	cookie, err := r.Cookie(stickyCookie)
	if err != nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return nil
	}
	arn, until, _ := strings.Cut(string(raw), " ")
	expires, err := strconv.ParseInt(until, 10, 64)
	if err != nil || time.Now().UnixMilli() >= expires {
		return nil
	}
	return f.find(arn)
}

func (f *forwarder) remember(w http.ResponseWriter, g *group) {
	expires := time.Now().Add(f.sticky)
	value := g.arn + " " + strconv.FormatInt(expires.UnixMilli(), 10)
	http.SetCookie(w, &http.Cookie{
		Name: stickyCookie, Value: base64.RawURLEncoding.EncodeToString([]byte(value)), Path: "/", Expires: expires,
	})
}

func answerFixed(w http.ResponseWriter, f *wire.FixedResponse) {
	status, err := strconv.Atoi(f.StatusCode)
	if err != nil {
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Server", "awselb/2.0")
	w.Header().Set("Content-Type", orDefault(f.ContentType, "text/plain"))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, f.MessageBody) // a client that is gone does not see it
}

func redirect(w http.ResponseWriter, r *http.Request, t *table, to *wire.Redirect) {
	fill := strings.NewReplacer(
		"#{host}", hostOf(r), "#{path}", strings.TrimPrefix(r.URL.EscapedPath(), "/"),
		"#{port}", strconv.Itoa(int(t.port)), "#{protocol}", t.protocol, "#{query}", r.URL.RawQuery,
	)
	where := url.URL{
		Scheme:   strings.ToLower(fill.Replace(to.Protocol)),
		Host:     fill.Replace(to.Host) + ":" + fill.Replace(to.Port),
		Path:     fill.Replace(to.Path),
		RawQuery: fill.Replace(to.Query),
	}
	status := http.StatusMovedPermanently
	if to.StatusCode == "HTTP_302" {
		status = http.StatusFound
	}
	w.Header().Set("Location", where.String())
	w.WriteHeader(status)
}
