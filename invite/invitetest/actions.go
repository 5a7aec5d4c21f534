package invitetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// kind is the type of a parameter.
type kind int

const (
	integer kind = iota
	optionalInteger
	text
)

// action is one operation of the API.
type action struct {
	parameters map[string]kind
	changes    bool                                            // whether it changes the organization
	do         func(*Organization, params) (object, *apiError) // called with the lock held and checked parameters
}

// actions are the operations of the API that the double has.
var actions = map[string]*action{
	"SendOrganizationInvitation": {
		parameters: map[string]kind{"InviteUin": integer, "Name": text, "Remark": text},
		changes:    true,
		do:         (*Organization).send,
	},
	"ListOrganizationInvitations": {
		parameters: map[string]kind{"Invited": integer, "Offset": optionalInteger, "Limit": optionalInteger},
		do:         (*Organization).listInvitations,
	},
	"CancelOrganizationInvitation": {
		parameters: map[string]kind{"Id": integer},
		changes:    true,
		do:         (*Organization).cancel,
	},
	"ListOrganizationMembers": {
		parameters: map[string]kind{"Offset": optionalInteger, "Limit": optionalInteger},
		do:         (*Organization).listMembers,
	},
	"GetOrganization": {
		do: (*Organization).get,
	},
}

// send sends an invitation.
func (o *Organization) send(p params) (object, *apiError) {
	uin, name := p.integer("InviteUin"), p.text("Name")
	if uin == 0 {
		return nil, &apiError{"InvalidParameterValue", "InviteUin must be positive."}
	}
	if problem := o.refuses(uin, name); problem != nil {
		return nil, problem
	}
	o.add(Invitation{UIN: uin, Name: name, Remark: p.text("Remark")})
	return nil, nil
}

// nameUsed tells whether a member or an open invitation has the name.
func (o *Organization) nameUsed(name string) bool {
	return slices.ContainsFunc(o.members, func(m Member) bool { return m.Name == name }) ||
		slices.ContainsFunc(o.invitations, func(i *Invitation) bool { return i.Status == Open && i.Name == name })
}

// listInvitations lists the newest first. The organization was never invited itself, so it lists none of those.
func (o *Organization) listInvitations(p params) (object, *apiError) {
	if o.listForbidden {
		return nil, &apiError{"UnauthorizedOperation", "You are not authorized to perform organization:ListOrganizationInvitations."}
	}
	o.lapse()
	all := slices.Clone(o.invitations)
	slices.Reverse(all)
	if p.integer("Invited") != 0 {
		all = nil
	}
	some, problem := paged(all, p)
	listed := make([]object, 0, len(some))
	for _, i := range some {
		listed = append(listed, object{
			"Id": o.number(i.ID), "Uin": o.number(i.UIN), "HostUin": o.number(hostUIN), "HostName": hostName, "HostMail": hostMail,
			"Status": o.number(i.Status), "Name": i.Name, "Remark": i.Remark, "OrgType": o.number(enterprise),
			"InviteTime": o.written(i.Invited), "ExpireTime": o.written(i.Expires),
		})
	}
	return object{"Invitations": listed, "TotalCount": o.number(o.length(len(all)))}, problem
}

// The account that the organization belongs to.
const (
	hostUIN    = 200000000001
	hostName   = "Example"
	hostMail   = "owner@example.com"
	enterprise = 1 // its type
)

// get tells whose organization it is.
func (o *Organization) get(params) (object, *apiError) {
	empty := 0
	if len(o.members) == 0 {
		empty = 1
	}
	return object{"OrgId": o.number(1), "HostUin": o.number(hostUIN), "Nickname": hostName, "Mail": hostMail,
		"OrgType": o.number(enterprise), "IsEmpty": o.number(empty)}, nil
}

// number writes a number as the API does, or as text where it was told to.
func (o *Organization) number(n any) any {
	if o.numbersAsText {
		return fmt.Sprint(n)
	}
	return n
}

// length is how long a list says that it is.
func (o *Organization) length(real int) int {
	if o.total == nil {
		return real
	}
	return o.total(real)
}

// cancel cancels an open invitation.
func (o *Organization) cancel(p params) (object, *apiError) {
	o.lapse()
	id := p.integer("Id")
	for _, i := range o.invitations {
		if uint64(i.ID) == id && i.Status == Open {
			i.Status = Cancelled
			return nil, nil
		}
	}
	return nil, &apiError{"ResourceNotFound.InvitationNotExist", "The invitation does not exist."}
}

// listMembers lists the members in the order in which they joined.
func (o *Organization) listMembers(p params) (object, *apiError) {
	some, problem := paged(o.members, p)
	listed := make([]object, 0, len(some))
	for _, m := range some {
		listed = append(listed, object{"Uin": o.number(m.UIN), "Name": m.Name, "Remark": m.Remark, "JoinTime": o.written(m.Joined)})
	}
	return object{"Members": listed, "TotalCount": o.number(o.length(len(o.members)))}, problem
}

// written writes a time as the API does, without its zone.
func (o *Organization) written(t time.Time) string { return t.In(o.options.Zone).Format(time.DateTime) }

// paged returns the page that is asked for: at most 50 entries, and 10 where nothing is said.
func paged[T any](all []T, p params) ([]T, *apiError) {
	offset, limit := p.integer("Offset"), p.integer("Limit")
	if p["Limit"] == nil {
		limit = 10
	}
	if limit > 50 {
		return nil, &apiError{"InvalidParameterValue", "Limit must be at most 50."}
	}
	from := min(offset, uint64(len(all)))
	return all[from:min(from+limit, uint64(len(all)))], nil
}

// params are the parameters of a call, nil where the body isn't a JSON object.
type params map[string]json.RawMessage

func parameters(body []byte) params {
	var p params
	if json.Unmarshal(body, &p) != nil {
		return nil
	}
	return p
}

// check compares the parameters with those that an action has.
func (p params) check(want map[string]kind) *apiError {
	if p == nil {
		return &apiError{"InvalidRequest", "The request body is not a JSON object."}
	}
	for name := range p {
		if _, ok := want[name]; !ok {
			return &apiError{"UnknownParameter", fmt.Sprintf("The parameter `%s` is not recognized.", name)}
		}
	}
	for name, kind := range want {
		if problem := p.checkOne(name, kind); problem != nil {
			return problem
		}
	}
	return nil
}

func (p params) checkOne(name string, kind kind) *apiError {
	raw, given := p[name]
	if !given || bytes.Equal(raw, []byte("null")) {
		if kind == optionalInteger {
			return nil
		}
		return &apiError{"MissingParameter", fmt.Sprintf("The request is missing a required parameter `%s`.", name)}
	}
	if kind != text {
		if _, err := strconv.ParseUint(string(raw), 10, 64); err != nil {
			return &apiError{"InvalidParameter", fmt.Sprintf("The value of `%s` is not a non-negative integer.", name)}
		}
		return nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil || s == "" {
		return &apiError{"InvalidParameter", fmt.Sprintf("The value of `%s` is not a non-empty string.", name)}
	}
	return nil
}

// integer returns a parameter's value, exact to the last bit, or 0.
func (p params) integer(name string) uint64 {
	n, _ := strconv.ParseUint(string(p[name]), 10, 64)
	return n
}

// text returns a parameter's value, or nothing.
func (p params) text(name string) string {
	var s string
	json.Unmarshal(p[name], &s)
	return s
}

// uin returns the account that a call is about, or 0.
func (p params) uin() uint64 { return p.integer("InviteUin") }
