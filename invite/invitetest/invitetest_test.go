package invitetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	sendAction = "SendOrganizationInvitation"
	listAction = "ListOrganizationInvitations"
	payload    = `{"InviteUin":100000000001,"Name":"alice","Remark":"invited by slack"}`
)

// request makes a signed request. Change it before it is sent, and the signature no longer fits.
func request(t *testing.T, o *Organization, action, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", o.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-TC-Action", action)
	r.Header.Set("X-TC-Version", "2018-12-25")
	r.Header.Set("X-TC-Timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("X-TC-Token", o.Token)
	signature := sign(o.SecretKey, canonicalRequest(r, r.Host, []string{"content-type", "host"}, []byte(body)), now)
	r.Header.Set("Authorization", fmt.Sprintf(
		"TC3-HMAC-SHA256 Credential=%s/%s/organization/tc3_request, SignedHeaders=content-type;host, Signature=%s",
		o.SecretID, now.UTC().Format(time.DateOnly), signature))
	return r
}

// reply is what the API answers.
type reply struct {
	RequestId   string
	TotalCount  int
	Invitations []struct {
		Id, Uin                              uint64
		Status                               int
		Name, Remark, InviteTime, ExpireTime string
	}
	Members []struct {
		Uin  uint64
		Name string
	}
	Error *apiError
}

func (r reply) code() string {
	if r.Error == nil {
		return ""
	}
	return r.Error.Code
}

// do sends a request and reads the answer.
func do(t *testing.T, r *http.Request) reply {
	t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var envelope struct{ Response *reply }
	if err := json.NewDecoder(response.Body).Decode(&envelope); err != nil || envelope.Response == nil || response.StatusCode != 200 {
		t.Fatalf("status %d, %v", response.StatusCode, err)
	}
	return *envelope.Response
}

func start(t *testing.T, options Options) *Organization {
	o := Start(options)
	t.Cleanup(o.Close)
	return o
}

func TestSignatureVectors(t *testing.T) {
	for host, signature := range map[string]string{
		"organization.intl.tencentcloudapi.com": "436248cb2cc50e29bd10dfcec4c8ac1c35fd2d0e4ebe2f0c602ac5af65021c9a",
		"127.0.0.1:8080":                        "9ee7c6a9f62cd3dfa49326cd72d62c20c7419d15693449161ef62b3c91366b77",
	} {
		o := start(t, Options{Now: func() time.Time { return time.Unix(1700000000, 0) }})
		send := func(change func(*http.Request)) string {
			r := request(t, o, sendAction, payload)
			r.Host = host
			r.Header.Set("X-TC-Timestamp", "1700000000")
			r.Header.Set("Authorization", "TC3-HMAC-SHA256 Credential=AKIDEXAMPLE0000000000000000000000000/2023-11-14/organization/tc3_request, "+
				"SignedHeaders=content-type;host, Signature="+signature)
			change(r)
			return do(t, r).code()
		}
		replace := func(old, new string) func(*http.Request) {
			return func(r *http.Request) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, new, 1))
			}
		}
		body := func(s string) func(*http.Request) {
			return func(r *http.Request) {
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader([]byte(s))), int64(len(s))
			}
		}
		for _, tt := range []struct {
			change func(*http.Request)
			want   string
		}{
			{body(payload + " "), "AuthFailure.SignatureFailure"},
			{func(r *http.Request) { r.Host = "other.example" }, "AuthFailure.SignatureFailure"},
			{func(r *http.Request) { r.Header.Set("X-TC-Timestamp", "1700000001") }, "AuthFailure.SignatureFailure"},
			{func(r *http.Request) { r.Header.Set("X-TC-Timestamp", "1699999699") }, "AuthFailure.SignatureExpire"},
			{func(r *http.Request) { r.Header.Set("X-TC-Timestamp", "1700000301") }, "AuthFailure.SignatureExpire"},
			{func(r *http.Request) { r.Header.Del("X-TC-Timestamp") }, "MissingParameter"},
			{func(r *http.Request) { r.Header.Set("X-TC-Token", "any") }, "AuthFailure.TokenFailure"},
			{func(r *http.Request) { r.Header.Set("X-TC-Version", "2021-03-31") }, "NoSuchVersion"},
			{func(r *http.Request) { r.Header.Set("X-TC-Action", "Whatever") }, "InvalidAction"},
			{func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, "UnsupportedProtocol"},
			{func(r *http.Request) { r.Header.Del("Authorization") }, "AuthFailure.InvalidAuthorization"},
			{replace("TC3", "TC4"), "AuthFailure.InvalidAuthorization"},
			{replace("/organization/", "/cvm/"), "AuthFailure.InvalidAuthorization"},
			{replace("content-type;host", "content-type"), "AuthFailure.InvalidAuthorization"},
			{replace("content-type;host", "host;content-type"), "AuthFailure.SignatureFailure"},
			{replace("AKIDEXAMPLE", "AKIDOTHER"), "AuthFailure.SecretIdNotFound"},
			{replace("2023-11-14", "2023-11-15"), "AuthFailure.SignatureFailure"},
			{replace("Signature="+signature, "Signature="+strings.Repeat("0", 64)), "AuthFailure.SignatureFailure"},
			{func(*http.Request) {}, ""},
		} {
			if got := send(tt.change); got != tt.want {
				t.Errorf("answered %q, want %q", got, tt.want)
			}
		}
		if n := len(o.Invitations()); n != 1 {
			t.Errorf("%d invitations took effect, want 1", n)
		}
	}
}

// TestSignatureWithoutThePort: official SDKs sign the host with its port or without.
func TestSignatureWithoutThePort(t *testing.T) {
	o := start(t, Options{})
	r := request(t, o, sendAction, payload)
	now := time.Now()
	name, _, _ := strings.Cut(r.Host, ":")
	signature := sign(o.SecretKey, canonicalRequest(r, name, []string{"content-type", "host"}, []byte(payload)), now)
	r.Header.Set("X-TC-Timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("Authorization", fmt.Sprintf(
		"TC3-HMAC-SHA256 Credential=%s/%s/organization/tc3_request, SignedHeaders=content-type;host, Signature=%s",
		o.SecretID, now.UTC().Format(time.DateOnly), signature))
	if got := do(t, r); got.code() != "" {
		t.Errorf("answered %+v", got)
	}
}

// TestRefusals has each refusal in the codes of both versions.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		trait       Trait
		code, newer string
	}{
		{Missing, "ResourceNotFound.UserNotExist", "ResourceNotFound.UserNotExist"},
		{OtherSite, "FailedOperation.NotSameRegion", "FailedOperation.NotSameRegion"},
		{NotPrimary, "FailedOperation.UserNotRegister", "FailedOperation.UserNotRegister"},
		{InOtherOrganization, "FailedOperation.UserInOrganization", "FailedOperation.MemberExistInOtherOrganization"},
		{NotVerified, "FailedOperation.AuthInfoEmpty", "FailedOperation.AuthInfoEmpty"},
		{NotEnterprise, "FailedOperation.AuthNotEnterprise", "FailedOperation.AuthNotEnterprise"},
		{OtherEntity, "FailedOperation.AuthInfoNotSame", "FailedOperation.AuthInfoNotSame"},
		{EntityUnclear, "FailedOperation.GetAuthInfo", "FailedOperation.GetAuthInfo"},
		{OtherReseller, "UnsupportedOperation.AgentNotSame", "UnsupportedOperation.AgentNotSame"},
		{Reseller, "UnsupportedOperation.MemberIsAgent", "UnsupportedOperation.MemberIsAgent"},
	} {
		o := start(t, Options{})
		o.Mark(tt.trait, 7)
		refused(t, o, 7, "a", tt.code, tt.newer)
	}
	o := start(t, Options{Room: 2})
	o.AddMember(Member{UIN: 1, Name: "first"})
	o.AddInvitations(Invitation{UIN: 2, Name: "second"})
	refused(t, o, 1, "a", "FailedOperation.UserInOrganization", "FailedOperation.OrganizationMemberExist")
	refused(t, o, 2, "a", "FailedOperation.ReSentInvitation", "FailedOperation.InvitationExist")
	refused(t, o, 3, "first", "FailedOperation.MemberNameUsed", "FailedOperation.OrganizationMemberNameUsed")
	o.AddMember(Member{UIN: 4, Name: "fourth"})
	refused(t, o, 3, "a", "LimitExceeded.Members", "FailedOperation.OrganizationMemberOverLimit")
}

// refused checks with which codes an invitation is refused.
func refused(t *testing.T, o *Organization, uin uint64, name, code, newer string) {
	t.Helper()
	for _, want := range []string{code, newer} {
		o.SpeakNewer(want == newer)
		got := do(t, request(t, o, sendAction, fmt.Sprintf(`{"InviteUin":%d,"Name":%q,"Remark":"r"}`, uin, name)))
		if got.code() != want || got.Error.Message == "" {
			t.Errorf("the invitation of %d is answered %+v, want %s", uin, got.Error, want)
		}
	}
}

// TestTenThousandInvitations are listed page by page, the newest first.
func TestTenThousandInvitations(t *testing.T) {
	o := start(t, Options{Rate: -1})
	all := make([]Invitation, 10000)
	for n := range all {
		all[n] = Invitation{UIN: uint64(n + 1), Name: "n", Status: Accepted}
	}
	o.AddInvitations(all...)
	seen := 0
	for offset := 0; offset < 10000; offset += 50 {
		got := do(t, request(t, o, listAction, fmt.Sprintf(`{"Invited":0,"Offset":%d,"Limit":50}`, offset)))
		if got.TotalCount != 10000 || len(got.Invitations) != 50 || got.Invitations[0].Uin != uint64(10000-offset) {
			t.Fatalf("at %d: %d of %d", offset, len(got.Invitations), got.TotalCount)
		}
		seen += len(got.Invitations)
	}
	if seen != 10000 {
		t.Errorf("%d invitations", seen)
	}
}

// TestListingRefusedForEver: a fault without an end is one that only a person ends.
func TestListingRefusedForEver(t *testing.T) {
	for _, code := range []string{"InvalidAction", "OperationDenied", "AuthFailure", "UnauthorizedOperation.CamNoAuth"} {
		o := start(t, Options{})
		o.Fail(Fault{Kind: AnswerCode, Action: listAction, Code: code, Message: "no"})
		for range 5 {
			if got := do(t, request(t, o, listAction, `{"Invited":0}`)); got.code() != code {
				t.Errorf("answered %+v, want %s", got, code)
			}
		}
		if got := do(t, request(t, o, sendAction, payload)); got.code() != "" {
			t.Errorf("%s: an invitation is answered %+v", code, got)
		}
	}
}

func TestGetOrganizationAndNumbersAsText(t *testing.T) {
	o := start(t, Options{})
	o.AddInvitations(Invitation{UIN: 7, Name: "a"})
	o.AddMember(Member{UIN: 8, Name: "b"})
	raw := func(action, body string) string {
		response, err := http.DefaultClient.Do(request(t, o, action, body))
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		all, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(all)
	}
	for _, asText := range []bool{false, true} {
		o.WriteNumbersAsText(asText)
		for action, wants := range map[string][]string{
			"GetOrganization":         {`"OrgId":1`, `"HostUin":200000000001`, `"Nickname":"Example"`, `"OrgType":1`, `"IsEmpty":0`},
			listAction:                {`"TotalCount":1`, `"Uin":7`, `"Id":1`, `"Status":0`},
			"ListOrganizationMembers": {`"TotalCount":1`, `"Uin":8`},
		} {
			body := `{}`
			if action == listAction {
				body = `{"Invited":0}`
			}
			got := raw(action, body)
			for _, want := range wants {
				if name, value, _ := strings.Cut(want, ":"); asText && value[0] != '"' {
					want = name + `:"` + value + `"`
				}
				if !strings.Contains(got, want) {
					t.Errorf("%s answers %s, without %s", action, got, want)
				}
			}
		}
	}
}

func TestToken(t *testing.T) {
	o := start(t, Options{Token: "secret"})
	wrong := request(t, o, sendAction, payload)
	wrong.Header.Del("X-TC-Token")
	if got := do(t, wrong).code(); got != "AuthFailure.TokenFailure" {
		t.Errorf("answered %q", got)
	}
	if got := do(t, request(t, o, sendAction, payload)).code(); got != "" {
		t.Errorf("answered %q", got)
	}
}

func TestParameters(t *testing.T) {
	o := start(t, Options{Rate: -1})
	for body, want := range map[string]string{
		`[]`:                           "InvalidRequest",
		`{`:                            "InvalidRequest",
		`null`:                         "InvalidRequest",
		`{"Name":"a","Remark":"b"}`:    "MissingParameter",
		`{"InviteUin":1,"Remark":"b"}`: "MissingParameter",
		`{"InviteUin":1,"Name":"a"}`:   "MissingParameter",
		`{"InviteUin":1,"Name":"a","Remark":null}`:                      "MissingParameter",
		`{"InviteUin":1,"Name":"a","Remark":""}`:                        "InvalidParameter",
		`{"InviteUin":"1","Name":"a","Remark":"b"}`:                     "InvalidParameter",
		`{"InviteUin":1e3,"Name":"a","Remark":"b"}`:                     "InvalidParameter",
		`{"InviteUin":-1,"Name":"a","Remark":"b"}`:                      "InvalidParameter",
		`{"InviteUin":18446744073709551616,"Name":"a","Remark":"b"}`:    "InvalidParameter",
		`{"InviteUin":0,"Name":"a","Remark":"b"}`:                       "InvalidParameterValue",
		`{"InviteUin":1,"Name":7,"Remark":"b"}`:                         "InvalidParameter",
		`{"InviteUin":1,"Name":"a","Remark":"b","Nickname":"c"}`:        "UnknownParameter",
		`{"InviteUin":18446744073709551615,"Name":"a","Remark":"b"}`:    "",
		` {"InviteUin" : 9007199254740993, "Name":"é","Remark":"b\"" }`: "",
	} {
		if got := do(t, request(t, o, sendAction, body)).code(); got != want {
			t.Errorf("%s: answered %q, want %q", body, got, want)
		}
	}
	if o.AcceptedSends(1<<64-1) != 1 || o.AcceptedSends(9007199254740993) != 1 || len(o.Invitations()) != 2 {
		t.Errorf("the invitations are %+v", o.Invitations())
	}
}

// send sends an invitation and returns the answer's code.
func send(t *testing.T, o *Organization, uin uint64, name string) string {
	t.Helper()
	return do(t, request(t, o, sendAction, fmt.Sprintf(`{"InviteUin":%d,"Name":%q,"Remark":"r"}`, uin, name))).code()
}

func TestLifeOfAnInvitation(t *testing.T) {
	offset := time.Duration(0)
	o := start(t, Options{Rate: -1, Room: 2, Zone: time.FixedZone("", 8*3600), Now: func() time.Time { return time.Now().Add(offset) }})
	for uin := uint64(1); uin <= 4; uin++ {
		if got := send(t, o, uin, fmt.Sprint("n", uin)); got != "" {
			t.Fatalf("answered %q", got)
		}
	}
	if err := o.Accept(1); err != nil {
		t.Error(err)
	}
	if err := o.Cancel(2); err != nil {
		t.Error(err)
	}
	if err := o.Expire(3); err != nil {
		t.Error(err)
	}
	for uin, end := range map[uint64]func(uint64) error{1: o.Accept, 2: o.Cancel, 3: o.Expire, 9: o.Accept} {
		if end(uin) == nil {
			t.Errorf("account %d had no open invitation, and it ended", uin)
		}
	}
	list := do(t, request(t, o, listAction, `{"Invited":0,"Offset":0,"Limit":50}`))
	var statuses []int
	for _, i := range list.Invitations {
		statuses = append(statuses, i.Status)
	}
	if fmt.Sprint(statuses) != "[0 -1 3 1]" || list.TotalCount != 4 {
		t.Errorf("the list is %+v", list)
	}
	first := o.Invitations()[0]
	if got, want := list.Invitations[3].InviteTime, first.Invited.In(time.FixedZone("", 8*3600)).Format(time.DateTime); got != want {
		t.Errorf("invited at %s, want %s", got, want)
	}
	if got := first.Expires.Sub(first.Invited); got != 15*24*time.Hour {
		t.Errorf("open for %v", got)
	}
	if m := o.Members(); len(m) != 1 || m[0].UIN != 1 || m[0].Name != "n1" || m[0].Remark != "r" {
		t.Errorf("the members are %+v", m)
	}
	o.AddMember(Member{UIN: 5, Name: "fifth"})
	if o.Accept(4) == nil {
		t.Error("a full organization took another member")
	}
	offset = 16 * 24 * time.Hour
	if all := o.Invitations(); all[3].Status != Expired {
		t.Errorf("after 16 days: %+v", all[3])
	}
}

func TestLists(t *testing.T) {
	o := start(t, Options{Rate: -1})
	for uin := uint64(1); uin <= 12; uin++ {
		send(t, o, uin, fmt.Sprint("n", uin))
		o.AddMember(Member{UIN: uin + 100, Name: fmt.Sprint("m", uin)})
	}
	for body, want := range map[string][2]int{ // entries, total
		`{"Invited":0}`:                        {10, 12},
		`{"Invited":0,"Offset":10}`:            {2, 12},
		`{"Invited":0,"Offset":99,"Limit":50}`: {0, 12},
		`{"Invited":0,"Offset":3,"Limit":4}`:   {4, 12},
		`{"Invited":1}`:                        {0, 0},
	} {
		if got := do(t, request(t, o, listAction, body)); len(got.Invitations) != want[0] || got.TotalCount != want[1] || got.code() != "" {
			t.Errorf("%s: %+v, want %v", body, got, want)
		}
	}
	if got := do(t, request(t, o, listAction, `{"Invited":0,"Limit":51}`)).code(); got != "InvalidParameterValue" {
		t.Errorf("answered %q", got)
	}
	if got := do(t, request(t, o, listAction, `{}`)).code(); got != "MissingParameter" {
		t.Errorf("answered %q", got)
	}
	if got := do(t, request(t, o, "ListOrganizationMembers", `{"Offset":11,"Limit":50}`)); len(got.Members) != 1 || got.Members[0].Uin != 112 || got.TotalCount != 12 {
		t.Errorf("the members are %+v", got)
	}
	for id, want := range map[int]string{3: "", 99: "ResourceNotFound.InvitationNotExist"} {
		if got := do(t, request(t, o, "CancelOrganizationInvitation", fmt.Sprintf(`{"Id":%d}`, id))).code(); got != want {
			t.Errorf("cancelling %d: answered %q, want %q", id, got, want)
		}
	}
	if got := o.Invitations()[2].Status; got != Cancelled {
		t.Errorf("the status is %d", got)
	}
}

func TestRateIsASlidingWindow(t *testing.T) {
	o := start(t, Options{Rate: 3})
	clock := time.Now()
	at := func(ms int) bool { return o.withinRate(listAction, clock.Add(time.Duration(ms)*time.Millisecond)) }
	for _, tt := range []struct {
		ms   int
		want bool
	}{
		{0, true}, {400, true}, {900, true}, {901, false}, {999, false}, {1000, true}, {1001, false}, {1399, false},
		{1400, true}, {1899, false}, {1900, true}, {5000, true}, {5000, true}, {5000, true}, {5000, false},
	} {
		if got := at(tt.ms); got != tt.want {
			t.Errorf("after %d ms: let in %t, want %t", tt.ms, got, tt.want)
		}
	}
	if !o.withinRate(sendAction, clock) {
		t.Error("another action was refused")
	}
	if n := o.RateLimited(); n != 6 {
		t.Errorf("%d calls were refused, want 6", n)
	}
}

func TestRateOverTheWire(t *testing.T) {
	o := start(t, Options{Rate: 1})
	begin := time.Now()
	first, second := send(t, o, 1, "a"), send(t, o, 2, "b")
	if time.Since(begin) >= time.Second {
		t.Skip("the machine is too slow to make two calls within a second")
	}
	if first != "" || second != "RequestLimitExceeded" || o.AcceptedSends(2) != 0 || o.RateLimited() != 1 {
		t.Errorf("answered %q and %q, %d refused", first, second, o.RateLimited())
	}
}

func TestFaultsFitAndRunOut(t *testing.T) {
	o := start(t, Options{Rate: -1})
	o.Fail(Fault{Kind: AnswerCode, Action: sendAction, UIN: 1, Times: 2, Code: "InternalError"})
	o.Fail(Fault{Kind: AnswerCode, Action: listAction, Code: "ServiceUnavailable"})
	for n, want := range []string{"InternalError", "InternalError", "", "FailedOperation.ReSentInvitation"} {
		if got := send(t, o, 1, "a"); got != want {
			t.Errorf("call %d: answered %q, want %q", n, got, want)
		}
	}
	if got := send(t, o, 2, "b"); got != "" {
		t.Errorf("answered %q", got)
	}
	for _, want := range []string{"ServiceUnavailable", "ServiceUnavailable"} {
		if got := do(t, request(t, o, listAction, `{"Invited":0}`)).code(); got != want {
			t.Errorf("answered %q, want %q", got, want)
		}
	}
	o.Clear()
	if got := do(t, request(t, o, listAction, `{"Invited":0}`)).code(); got != "" {
		t.Errorf("answered %q", got)
	}
	calls := o.Calls()
	if len(calls) != 8 || calls[0].Effect || calls[0].Code != "InternalError" || calls[0].Trouble == nil || !calls[2].Effect ||
		calls[2].Code != "" || calls[2].RequestID == "" || calls[3].Effect || calls[7].Effect || !strings.Contains(calls[2].Payload, `"InviteUin":1,`) {
		t.Errorf("the calls are %+v", calls)
	}
}

func TestHeldCalls(t *testing.T) {
	for kind, effectBefore := range map[Kind]int{HeldAnswer: 1, Slow: 0} {
		o := start(t, Options{})
		o.Fail(Fault{Kind: kind, Times: 1})
		codes := make(chan string)
		go func() {
			defer close(codes)
			codes <- send(t, o, 1, "a")
		}()
		if err := o.Await(t.Context(), func() bool {
			calls := o.Calls()
			return len(calls) == 1 && calls[0].Trouble != nil && len(o.Invitations()) == effectBefore
		}); err != nil {
			t.Fatal(err)
		}
		if o.Calls()[0].Done {
			t.Errorf("kind %d: the call is done before it is released", kind)
		}
		o.Release()
		if code := <-codes; code != "" || o.AcceptedSends(1) != 1 {
			t.Errorf("kind %d: answered %q, took effect %d times", kind, code, o.AcceptedSends(1))
		}
	}
}

func TestSlowByTime(t *testing.T) {
	o := start(t, Options{})
	o.Fail(Fault{Kind: Slow, Delay: time.Millisecond})
	if code := send(t, o, 1, "a"); code != "" || o.AcceptedSends(1) != 1 {
		t.Errorf("answered %q", code)
	}
}

func TestCloseEndsHeldCalls(t *testing.T) {
	o := Start(Options{})
	o.Fail(Fault{Kind: Hang})
	failed := make(chan error)
	r := request(t, o, sendAction, payload)
	go func() {
		_, err := http.DefaultClient.Do(r)
		failed <- err
	}()
	if err := o.Await(t.Context(), func() bool { return len(o.Calls()) == 1 && o.Calls()[0].Trouble != nil }); err != nil {
		t.Fatal(err)
	}
	o.Close()
	o.Close()
	if err := <-failed; err == nil {
		t.Error("a call that hung was answered")
	}
}

func TestRequestIDs(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		id := newRequestID()
		if len(id) != 36 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || strings.Count(id, "-") != 4 || seen[id] {
			t.Errorf("%s isn't a new UUID", id)
		}
		seen[id] = true
	}
}
