package invitetest

import (
	"cmp"
	"slices"
)

// Why the organization refuses an invitation.

// Trait is something about an account for which it can't be invited.
type Trait int

const (
	// Missing: there is no such account.
	Missing Trait = iota
	// OtherSite: it belongs to the Chinese site.
	OtherSite
	// NotPrimary: it is a sub-account.
	NotPrimary
	// InOtherOrganization: it is a member of another organization.
	InOtherOrganization
	// NotVerified: nobody has verified whose it is.
	NotVerified
	// NotEnterprise: it is verified as a person's.
	NotEnterprise
	// OtherEntity: it is verified as another enterprise's.
	OtherEntity
	// EntityUnclear: Tencent Cloud can't find out whose it is.
	EntityUnclear
	// OtherReseller: it is the customer of another reseller.
	OtherReseller
	// Reseller: it is a reseller's own.
	Reseller
)

// refusal is an error in the words of both versions of the API.
type refusal struct {
	code    string // of version 2018-12-25, which documents no codes for what came later
	newer   string // of version 2021-03-31, where it has another one
	message string
}

var refusals = map[Trait]refusal{
	Missing:    {"ResourceNotFound.UserNotExist", "", "The user does not exist."},
	OtherSite:  {"FailedOperation.NotSameRegion", "", "You can only invite accounts within the same site."},
	NotPrimary: {"FailedOperation.UserNotRegister", "", "The account that sent the invitation is not a primary account."},
	InOtherOrganization: {"FailedOperation.UserInOrganization", "FailedOperation.MemberExistInOtherOrganization",
		"The member already belongs to another organization."},
	NotVerified:   {"FailedOperation.AuthInfoEmpty", "", "The user has not completed identity verification."},
	NotEnterprise: {"FailedOperation.AuthNotEnterprise", "", "The user has not completed enterprise identity verification."},
	OtherEntity:   {"FailedOperation.AuthInfoNotSame", "", "Enterprise real name mismatch."},
	EntityUnclear: {"FailedOperation.GetAuthInfo", "", "An error occurred while querying the identity information."},
	OtherReseller: {"UnsupportedOperation.AgentNotSame", "", "The agents of the accounts are not the same."},
	Reseller:      {"UnsupportedOperation.MemberIsAgent", "", "The member is an agent."},
}

var (
	isMember   = refusal{"FailedOperation.UserInOrganization", "FailedOperation.OrganizationMemberExist", "The user has already joined the organization."}
	isInvited  = refusal{"FailedOperation.ReSentInvitation", "FailedOperation.InvitationExist", "The invitation has already been sent before."}
	isNameUsed = refusal{"FailedOperation.MemberNameUsed", "FailedOperation.OrganizationMemberNameUsed", "The name is already in use."}
	isFull     = refusal{"LimitExceeded.Members", "FailedOperation.OrganizationMemberOverLimit", "The number of organization members has reached the maximum."}
)

// Mark gives accounts a trait. Every account exists and can be invited otherwise.
func (o *Organization) Mark(trait Trait, uins ...uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, uin := range uins {
		o.traits[uin] = trait
	}
}

// NoSuchAccount makes Tencent Cloud not know these accounts. It knows every other.
func (o *Organization) NoSuchAccount(uins ...uint64) { o.Mark(Missing, uins...) }

// SpeakNewer has the organization refuse with the codes of version 2021-03-31, whichever version is called: the backend
// of both is the same.
func (o *Organization) SpeakNewer(newer bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.newer = newer
}

// refuses finds out why an invitation is refused, or returns nil. In which order the real API checks its rules isn't
// documented. The caller holds the lock.
func (o *Organization) refuses(uin uint64, name string) *apiError {
	if trait, ok := o.traits[uin]; ok {
		return o.say(refusals[trait])
	}
	switch {
	case slices.ContainsFunc(o.members, func(m Member) bool { return m.UIN == uin }):
		return o.say(isMember)
	case o.open(uin) != nil:
		return o.say(isInvited)
	case o.nameUsed(name):
		return o.say(isNameUsed)
	case o.full():
		return o.say(isFull)
	}
	return nil
}

func (o *Organization) say(r refusal) *apiError {
	if o.newer {
		return &apiError{cmp.Or(r.newer, r.code), r.message}
	}
	return &apiError{r.code, r.message}
}
