package checkup

import (
	"crypto/x509"
	"errors"
	"strings"
)

// Untrusted says what is wrong with the certificate of a server, or with the proxy on the way to it, and what to do, where an error tells
// that; else false.
func Untrusted(err error, server string) (what, remedy string, ok bool) {
	unknown, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, isOther := errors.AsType[x509.HostnameError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, noRoots := errors.AsType[x509.SystemRootsError](err)
	switch {
	case isUnknown:
		what = "nobody whom this machine trusts has signed the certificate of " + server
		if unknown.Cert != nil {
			what += ", but " + unknown.Cert.Issuer.String()
		}
		return what, "install the public certificates (ca-certificates); where a proxy opens the encryption, set SSL_CERT_FILE to a file with its certificate too", true
	case noRoots:
		return "this machine trusts no certificates at all", "install the public certificates (ca-certificates), or set SSL_CERT_FILE", true
	case isOther:
		return "whoever answers as " + server + " has a certificate for another host", "correct the address, or the proxy or name server that leads elsewhere", true
	case isInvalid && invalid.Reason == x509.Expired:
		return "the certificate of " + server + " has expired, or isn't valid yet", "put this machine's clock right; if it is, the server must renew it", true
	case err != nil && strings.Contains(err.Error(), "Proxy Authentication Required"):
		return "the proxy on the way to " + server + " wants to know who it is", "write HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT", true
	}
	return "", "", false
}
