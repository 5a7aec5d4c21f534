package invitetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	algorithm = "TC3-HMAC-SHA256"
	service   = "organization"
	version   = "2018-12-25"
	// maxSkew is how far the caller's clock may be off.
	maxSkew = 5 * time.Minute
)

// authorization is what the header of that name holds.
type authorization struct {
	secretID, date, service string
	signedHeaders           []string
	signature               string
}

// authenticate checks who calls, over the bytes of the body as they came. It returns nil or the error to answer with.
func (o *Organization) authenticate(r *http.Request, body []byte) *apiError {
	auth, ok := parseAuthorization(r.Header.Get("Authorization"))
	if !ok || auth.service != service || !slices.Contains(auth.signedHeaders, "content-type") || !slices.Contains(auth.signedHeaders, "host") {
		return &apiError{"AuthFailure.InvalidAuthorization", "The Authorization header is malformed."}
	}
	if auth.secretID != o.SecretID {
		return &apiError{"AuthFailure.SecretIdNotFound", "The SecretId is not found."}
	}
	stamp, err := strconv.ParseInt(r.Header.Get("X-TC-Timestamp"), 10, 64)
	if err != nil {
		return &apiError{"MissingParameter", "The header X-TC-Timestamp is missing or isn't a number."}
	}
	signed := time.Unix(stamp, 0)
	if skew := o.options.Now().Sub(signed).Abs(); skew > maxSkew {
		return &apiError{"AuthFailure.SignatureExpire", "The signature is expired; the clocks differ by more than five minutes."}
	}
	if auth.date != signed.UTC().Format(time.DateOnly) || !o.signedBy(r, auth, body, signed) {
		return &apiError{"AuthFailure.SignatureFailure", "The provided credentials could not be validated."}
	}
	if r.Header.Get("X-TC-Token") != o.Token {
		return &apiError{"AuthFailure.TokenFailure", "The token is wrong."}
	}
	return nil
}

// signedBy checks a signature, over the host with its port or without: the SDK for Node.js leaves it out.
func (o *Organization) signedBy(r *http.Request, auth authorization, body []byte, at time.Time) bool {
	name, _, _ := strings.Cut(r.Host, ":")
	return slices.ContainsFunc([]string{r.Host, name}, func(host string) bool {
		want := sign(o.SecretKey, canonicalRequest(r, host, auth.signedHeaders, body), at)
		return hmac.Equal([]byte(want), []byte(auth.signature))
	})
}

// parseAuthorization reads
//
//	TC3-HMAC-SHA256 Credential=ID/DATE/SERVICE/tc3_request, SignedHeaders=a;b, Signature=HEX
func parseAuthorization(header string) (authorization, bool) {
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return authorization{}, false
	}
	fields := make(map[string]string)
	for field := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[key] = value
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 4 || scope[3] != "tc3_request" || fields["Signature"] == "" {
		return authorization{}, false
	}
	return authorization{
		secretID: scope[0], date: scope[1], service: scope[2],
		signedHeaders: strings.Split(fields["SignedHeaders"], ";"),
		signature:     fields["Signature"],
	}, true
}

// canonicalRequest writes down what a signature covers.
func canonicalRequest(r *http.Request, host string, signedHeaders []string, body []byte) string {
	var headers strings.Builder
	for _, name := range signedHeaders {
		value := r.Header.Get(name)
		if name == "host" {
			value = host
		}
		headers.WriteString(name + ":" + strings.ToLower(strings.TrimSpace(value)) + "\n")
	}
	return strings.Join([]string{
		r.Method, "/", r.URL.RawQuery, headers.String(), strings.Join(signedHeaders, ";"), hash(body),
	}, "\n")
}

// sign returns the signature of a canonical request by its secret key, at a time, in hexadecimal.
func sign(secretKey, canonicalRequest string, at time.Time) string {
	date := at.UTC().Format(time.DateOnly)
	toSign := strings.Join([]string{
		algorithm, strconv.FormatInt(at.Unix(), 10), date + "/" + service + "/tc3_request", hash([]byte(canonicalRequest)),
	}, "\n")
	key := mac(mac(mac([]byte("TC3"+secretKey), date), service), "tc3_request")
	return hex.EncodeToString(mac(key, toSign))
}

func mac(key []byte, message string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(message))
	return h.Sum(nil)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
