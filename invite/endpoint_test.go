package invite_test

import (
	"strings"
	"testing"

	"github.com/invitebot/invitebot/invite"
)

func TestParseEndpoint(t *testing.T) {
	for s, want := range map[string]string{
		"":                                 invite.DefaultEndpoint,
		"  \n ":                            invite.DefaultEndpoint,
		"organization.tencentcloudapi.com": "https://organization.tencentcloudapi.com",
		"https://Organization.TencentCloudAPI.com/":    "https://organization.tencentcloudapi.com",
		"https://organization.tencentcloudapi.com:443": "https://organization.tencentcloudapi.com",
		"proxy.example:8443":                           "https://proxy.example:8443",
		"http://127.0.0.1:8080":                        "http://127.0.0.1:8080",
		"http://127.9.9.9":                             "http://127.9.9.9",
		"http://localhost:80":                          "http://localhost",
		"http://[::1]:8080":                            "http://[::1]:8080",
		"https://[2001:db8::443]":                      "https://[2001:db8::443]",
	} {
		got, err := invite.ParseEndpoint(s)
		if err != nil || got.String() != want {
			t.Errorf("ParseEndpoint(%q) = %v, %v, want %s", s, got, err, want)
		}
	}
	if got := (invite.Endpoint{}).String(); got != invite.DefaultEndpoint {
		t.Errorf("the zero endpoint is %s", got)
	}
}

func TestParseEndpointErrors(t *testing.T) {
	for s, want := range map[string]string{ // to a piece of the error
		"http://organization.tencentcloudapi.com": "write https://organization.tencentcloudapi.com",
		"http://127.0.0.1.example":                "this machine only",
		"http://10.0.0.1":                         "this machine only",
		"ftp://example.com":                       "write https://example.com",
		"https://":                                "isn't a URL or a host",
		"://x":                                    "isn't a URL or a host",
		"https://exa mple.com":                    "isn't a URL or a host",
		"https://exämple.com":                     "isn't a host",
		"https://example.com/v1":                  "must end after the host",
		"https://example.com?a=b":                 "must end after the host",
		"https://example.com#a":                   "must end after the host",
		"https://example.com:0":                   "1 to 65535",
		"https://example.com:":                    "1 to 65535",
		"https://example.com:65536":               "1 to 65535",
		"https://user:hunter2@example.com":        "user or a password",
		"https://user:hunter2@example.com:x":      "isn't a URL",
		"https://user:hunter2@":                   "isn't a URL",
	} {
		got, err := invite.ParseEndpoint(s)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseEndpoint(%q) = %v, %v, want an error with %q", s, got, err, want)
		}
	}
}
