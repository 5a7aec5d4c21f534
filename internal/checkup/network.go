package checkup

import (
	"crypto/x509"
	"errors"
	"strings"

	"github.com/invitebot/invitebot/internal/tongue"
)

// Untrusted says what is wrong with the certificate of a server, or with the proxy on the way to it, and what to do, where an error tells
// that; else false.
func Untrusted(err error, server string) (what, remedy tongue.Text, ok bool) {
	unknown, isUnknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, isOther := errors.AsType[x509.HostnameError](err)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, noRoots := errors.AsType[x509.SystemRootsError](err)
	switch {
	case isUnknown:
		what = tongue.Say("nobody whom this machine trusts has signed the certificate of %s", "本机信任的证书机构均未签发 %s 的证书", server)
		if unknown.Cert != nil {
			what = tongue.Say("%s, but %s", "%s，签发者是 %s", what, unknown.Cert.Issuer.String())
		}
		return what, tongue.Say("install the public certificates (ca-certificates); where a proxy opens the encryption, set SSL_CERT_FILE to a file with its certificate too",
			"请安装公共根证书（ca-certificates）；如果代理会解密流量，请将 SSL_CERT_FILE 设为同时包含该代理证书的文件"), true
	case noRoots:
		return tongue.Say("this machine trusts no certificates at all", "本机没有任何受信任的证书"),
			tongue.Say("install the public certificates (ca-certificates), or set SSL_CERT_FILE",
				"请安装公共根证书（ca-certificates），或设置 SSL_CERT_FILE"), true
	case isOther:
		return tongue.Say("whoever answers as %s has a certificate for another host", "以 %s 之名应答的服务器，其证书属于另一台主机", server),
			tongue.Say("correct the address, or the proxy or name server that leads elsewhere", "请更正地址，或检查指向别处的代理或域名服务器"), true
	case isInvalid && invalid.Reason == x509.Expired:
		return tongue.Say("the certificate of %s has expired, or isn't valid yet", "%s 的证书已过期，或尚未生效", server),
			tongue.Say("put this machine's clock right; if it is, the server must renew it", "请校准本机时间；如果时间无误，则须由服务器更新证书"), true
	case err != nil && strings.Contains(err.Error(), "Proxy Authentication Required"):
		return tongue.Say("the proxy on the way to %s wants to know who it is", "通往 %s 的代理要求身份验证", server),
			tongue.Say("write HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT", "请填写 HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"), true
	}
	return tongue.Text{}, tongue.Text{}, false
}
