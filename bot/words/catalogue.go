package words

import (
	"time"

	"github.com/invitebot/invitebot/approvals"
	"github.com/invitebot/invitebot/approvals/ledger"
	"github.com/invitebot/invitebot/invite"
)

// Language is one language's sentences and labels, all of them: a language that lacks one doesn't compile. A line is
// shown in rich text, a string stands in a label, a dialog or a line that has nothing else. Names, numbers, dates and
// lists are parameters, so that a language puts them where it wants them. Which of these stand where is not for a
// language to say: see card.go, replies.go, direct.go, refusals.go, commands.go, lists.go, modal.go, buttons.go, accounts.go, codes.go,
// notes.go, follow.go, foresee.go, reminder.go and home.go.
type Language interface {
	joiningSentences
	cardSentences
	replySentences
	directSentences
	refusalSentences
	commandSentences
	listSentences
	formSentences
	accountSentences
	codeSentences
	noteSentences
	followSentences
	foreseenSentences
	reminderSentences
	manySentences
	askSentences
	homeSentences
}

// joiningSentences put together what stands in one line.
type joiningSentences interface {
	together(sentences ...string) string
	says() string                  // between what a line is about and what it says of that
	inBrackets(what string) string // behind a line
}

// cardSentences stand on the approval message.
type cardSentences interface {
	title(account invite.UIN) string
	titleOfSeveral(accounts int) string

	// The first line of a card's text begins with cardBegins, whatever the card is about: by it a card is found again
	// whose post got no answer.
	cardBegins(request int64) string
	cardOf(request int64, account invite.UIN, name string) string
	cardOfSeveral(request int64, accounts int) string
	standing(s approvals.State) string // a sign and a word; a sign says nothing alone
	accounts(n int) string
	mixed(s approvals.State, c counts) string // the sign of a standing, and how many accounts are invited
	moreInside() string                       // ends a text in which not everything has room

	name(name string) line
	account(uin invite.UIN) line
	remark(remark string) line
	remarkOfOne(remark string) string // of one among several
	numbered(n, of int) string        // one among several

	heldSince() string // of a request, since the database was set back or its key was lost
	askedBy(who approvals.Person, at time.Time) line
	requestNumber(request int64) line
	requestOpenUntil(request int64, until time.Time) line
	progress(have, required int, approvers []approvals.Person) line

	approvedAt(by approvals.Person, at time.Time) line
	deniedAt(by approvals.Person, at time.Time) line
	withdrawnAt(by approvals.Person, at time.Time) line
	expiredAt(at time.Time) line
	reason(reason string) line // why it was denied

	beingSent() line
	notSentYet() line
	invitationSent(requestID string) line       // which may be empty
	invitationSettled(by approvals.Person) line // nobody knows it but by a person's word
	notSent(what, code string) line
	unknownYet() line
	unknownStuck() line
	stopped() line
}

// subject is what a reply or a direct message is about: an invitation, or the whole request where that is zero.
type subject struct {
	request    int64
	invitation approvals.Invitation
}

// replySentences stand in the thread under a card. Each that has a subject begins with it, as it may stand alone.
type replySentences interface {
	sent(s subject) line
	failed(s subject) line
	stoppedBecause(s subject, why ledger.Stop) []line
	takesLong(s subject) line
	triedAgain() string
	searching(s subject) line
	beingLookedUp() string
	stuck(s subject) line
	lookAndPress() string
	retried(s subject, by approvals.Person, note string) line // the note may be empty
	happened(s subject, kind ledger.Kind) line                // for a kind that has no sentence of its own

	requestID(id string) line
	foundByLookup() line
	toldByNextCall() line
	settledBy(who approvals.Person) line
	nextStep(next string) line
	withHyphens(name string) string     // offers a name in which no blank is
	origin(code, requestID string) line // of an error; the RequestId may be empty
	approvedBy(approvers []approvals.Person) line
}

// directSentences are what the requester is told.
type directSentences interface {
	directSent(s subject) line
	directFailed(s subject) line
	directStuck(s subject) line
	approverLooks() string
	directStopped(s subject, why ledger.Stop) line
	directDenied(s subject, by approvals.Person) line
	directExpired(s subject) line
	directHeld(s subject) line
	directUnseen(s subject) line
	slackSays(code string) line
	keepsTrying() string
	seeTheRequest() string // labels a link
}

// refusalSentences tell why something wasn't done. A standing is one of the lines that say where a request stands.
type refusalSentences interface {
	notRequester() string
	mayNotWithdraw() string
	mayNotLook() string
	notYourRequest(request int64) string // the same where there is no such request
	notYoursToSee(request int64) string  // likewise
	notApprover(request int64) string
	outsider() string
	unchecked() string
	ownRequest(request int64) line      // which somebody wanted to decide
	ownInvitation(request int64) string // which somebody wanted to have sent again, or called sent
	countedBefore(request int64, have, required int, approvers []approvals.Person) line
	decidedBefore(request int64, standing line) line
	notCurrent(request int64) string
	duplicateOf(request, other int64) string
	foreignCard() string
	unknownCard() string
	unknownList() string
	offRecord(request int64) string
	changedSince(request int64) string
	othersRefused(n int) string // behind a refusal
	tooManyOpen(open int) string
	requestLine(request int64) string // what a line about a request begins with
	andMore(accounts int) string
	withdrawSome(command string) line
	refused(why ledger.Why) string // for a reason that has no sentence of its own

	askedBefore(accounts []invite.UIN, request int64, by approvals.Person, standing line) line

	standsApproved(approvers []approvals.Person, at time.Time) line
	standsDenied(by approvals.Person, at time.Time) line
	standsWithdrawn(by approvals.Person, at time.Time) line
	standsExpired(at time.Time) line
	standsPending(askedAt time.Time) line

	seeRequest(request int64) string // labels a link
	cardNotPosted() string
}

// commandSentences answer commands, and clicks that the ledger can't answer. A channel is given by its ID.
type commandSentences interface {
	usage(command string, most int) []line
	defaultRemark(request int64, name string) string // for Tencent Cloud, where somebody gave none
	accepted(request int64, approvers string) line
	warned(warnings int) string
	spacesInNames(names int, first invite.UIN, hyphenated string) line // offers the first of them with hyphens
	howToWithdraw(request int64, command string) line
	misread(where misreading, problem string) line
	seeHelp(command string) line
	forCopying() string          // what was typed follows
	beginningForCopying() string // so much of it as Slack takes follows
	meantForCopying() string     // what was meant follows
	whichRequest(command string) line
	whichStatus(command string) []line
	listAlone(command string) []line
	withdrawn(request int64) string
	noRequest(request int64) string
	setBack(head string) []line
	rekeyed() []line
	noButton() string
	askUnstored() string
	clickUnstored() string
	unread() string
	restarting() string
	trouble(approvers string) line
}

// listSentences tell somebody what they have asked, what waits for them, and how a request stands.
type listSentences interface {
	waitingForYou() string // titles a list
	askedByYou() string    // likewise
	nothingWaitsForYou() string
	nothingAsked() string
	approverUnchecked() string
	requestLabel(request int64) string                    // labels a link to the card
	waitsSince(by approvals.Person, until time.Time) line // of a request, behind its accounts; it may have no end
	standsAs(state string, askedAt time.Time) line        // likewise; the state is a standing
	moreRequests(n int) string                            // ends a list
	statusOf(request int64, state string) line
	noSuchRequest(request int64) string

	withdrawWhich() string // titles a list with buttons
	moreToWithdraw(n int) line
	nothingToWithdraw() string
}

// misreading is where in a command something is wrong.
type misreading struct {
	line int    // of several; 0: there is only one
	part string // what is wrong, as the person saw it; may be empty
}

// formSentences are the labels of buttons, dialogs and modals, and what they say.
type formSentences interface {
	approve() string
	deny() string
	tryAgain() string
	itWasSent() string
	sendAgain() string
	withdraw() string
	cancel() string
	close() string

	confirmApproval(request int64, digest string) string // the beginning of the digest
	confirmOne(account invite.UIN, name, remark string) string
	confirmAskedBy(requester approvals.Person) string
	confirmSeveral(accounts int) string
	confirmRest(accounts int) string // ends a list in which so many have no room
	confirmRetry() string
	confirmRetryOf(account invite.UIN, name string) string
	confirmResend() string
	confirmResendOf(account invite.UIN, name string) string
	confirmWithdrawal(request int64) string
	confirmWithdrawalOf(accounts string) string // as a list has them

	approveTitle(request int64) string
	approveShortTitle() string // where the other is too long for a title
	approveDigest(digest string) line
	denyTitle(request int64) string
	denyShortTitle() string // where the other is too long for a title
	denyWhose(requester approvals.Person) line
	reasonLabel() string
	reasonHint() string
	reasonTooLong(characters, most int) string
	notDone() string // titles a modal
	modalNotOpened(request int64) string
}

// accountSentences are about an account as somebody typed it.
type accountSentences interface {
	// Warnings.
	sentBefore(request int64) string
	unusualUIN(digits, usual int) string
	longName(characters, most int) string
	oddName(odd []rune) string
	lookAlike(letter rune, script string) string // the script is one of the following
	greek() string
	cyrillic() string
	numberFirst(uin invite.UIN) string
	otherUIN(other invite.UIN) string
	longRemark(characters, most int) string

	// Problems, each of which is followed by a remedy.
	noAccount() string
	noName() string
	noUIN() string
	notUIN() string
	uinTooLarge() string
	uinZero() string
	notText() string
	hidden(field invite.Field, character rune) string
	piled(field invite.Field) string
	tooLong(field invite.Field, characters int) string
	twiceTheUIN(first int) string        // the line that has it already
	twiceInForm(first, field int) string // the row, and the field from 1, if it isn't the same; or else 0
	tooMany(most int) string
	roundedUIN() string
	severalUINs() string
	extraColumn() string
	unclearColumns() string
	uinMeant(uin string) string
	zerosInFront(uin string) string
	remarkMeant(remark string) string

	// Remedies.
	writeLikeThis() string
	writeUINFirst() string
	typeByHand() string
	writeShorter(most int) string
	writeOnce() string
	writeUINTogether() string
	checkZeros() string
	writeDashes() string
	sendOthers() string
	formatAsText() string
	writeOneUIN() string
	writeThreeColumns() string
	nameColumns() string
}

// codeSentences explain Tencent Cloud's error codes.
type codeSentences interface {
	// meaning has every code that [invite.Codes] knows, and no other.
	meaning(errorCode string) (m meaning, ok bool)
	unknownCode() meaning
	quoting(what, message string) string // a meaning's first sentence, and Tencent Cloud's own words
	notListed(message string) meaning    // for a code that says nothing of the call's fate; the message may be empty
}

// noteSentences tell of a call whose answer was lost, and of what looking it up has found.
type noteSentences interface {
	earlierCallMayHaveArrived() string
	waitsForLostCall() string
	processEnded() string

	foundOpen() string
	foundAccepted() string
	foundNothing(account string) string
	unclear(invitation int64, status string) string // the status is one of the following
	asExpired() string
	asAccepted() string
	asInvalid() string
	asCancelled() string
	asUnknown(status invite.Status) string
	openElsewhere(name, remark, on string) string // when it was made may be empty
	acceptedElsewhere(name, remark, on string) string
	listingForbidden() string
	listingRefused(reason string) string
	listingUnavailable() string
}

// followSentences are about an invitation after it was sent.
type followSentences interface {
	// On the card.
	beingCancelled(by approvals.Person) line
	joined() line
	lapsed() line
	declined() line
	left() line
	cancelled(by approvals.Person) line // nobody: elsewhere

	// In the thread, and to the requester.
	hasJoined(s subject) line
	hasLapsed(s subject) line
	wasDeclined(s subject) line
	hasLeft(s subject) line
	wasCancelled(s subject, by approvals.Person) line
	notCancelled(s subject) line
	cancelUnproved() string
	deliveredOf(request int64, sent, of int) line
	forwardThis() string
	forwardable(account invite.UIN, name string, until time.Time, known bool) line // for somebody who doesn't know this bot
	runningOut(invitations int) string
	endsAt(request int64, account, name string, until time.Time) line
	askedAgain(request int64) string

	// Buttons and their dialogs.
	cancelInvitation() string
	cancelInvitationOf(name string) string
	keep() string
	confirmCancel() string
	confirmCancelOf(account invite.UIN, name string) string
	askAgain() string
	confirmAgain() string
	confirmAgainOf(account invite.UIN, name string) string
	confirmAgainAll(accounts int) string
}

// foreseenSentences tell what Tencent Cloud would refuse. Days are as it writes them, and may be empty.
type foreseenSentences interface {
	isMember(name, since string) string
	isInvited(name, since string) string
	nameTaken(by invite.UIN) string
	nameTwice() string
	isFull(members, room int) string
	wouldBeFull(members, open, room int) string
	noOrganization() string
	deniedBefore(request int64, by approvals.Person, reason string) string // which may be empty
	listsReadAt(at time.Time) line
}

// reminderSentences remind approvers of what waits.
type reminderSentences interface {
	reminder(requests int) string
	reminderRow(asked approvals.Person, at, until time.Time) line // behind a request; never, where until is zero
	allDecided() string
}

// manySentences are about a request with many accounts.
type manySentences interface {
	andMoreAccounts(n int) line
	moreOnCard(n int, button string) line
	listed(all []string) string                    // joins names
	countedWarning(kind warningKind, n int) string // so many accounts of which there is the same to be said
	howMany(c counts) line
	sinceInvited(c counts) line
	manyDelivered(request int64, c counts) line
	refusedFor(n int) string // begins a line with the reason
	otherReasons() string
	othersNotTried() string // where all would be refused
	askWithOtherNames() string
	tableGoesOn(request int64) line
	columns() [5]string // of a table: place, UIN, name, outcome, RequestId
	tryAllAgain(n int) string
	askAgainFor(n int) string
	confirmRetryAll(n int, which string) string
	manyRetried(request int64, n int, by approvals.Person) line
	manyConcluded(request int64, n int) line
	manyStuck(request int64) line // nobody can find out by themselves what became of some
	manySearching(request int64) line
	manyTakeLong(request int64) line
	manySettled(request int64) line // and now of all it is known
	settleInShowAll() string
	manyForward() string
	tablesInThread() string
	showAll(n int) string
	showAllTitle(request int64) string
	showAllShortTitle() string // where the other is too long for a title
	accountsShown(first, last, of int) line
	pageBefore() string
	pageNext() string
	confirmSeveralOf(accounts int) string
}

// askSentences are those of the form in which somebody asks.
type askSentences interface {
	askTitle() string
	askGoOn() string
	accountsLabel() string
	accountsHint(most int) string
	moreLabel() string
	noRoomFor(left, of int) string // accounts to be asked for again
	commonRemarkLabel() string
	commonRemarkHint() string
	alsoToldLabel() string
	alsoToldHint() string
	alsoTold(people []string) line
	cantBeTold(people int) string
	rowProblem(row int, problem string) string
	moreRows(n int) string
	fieldFull() string     // where there is another field
	lastFieldFull() string // where there isn't
	busyIn(request int64) string
	understood(n int) line
	unreadColumns(which string) string
	checkTitle() string
	send() string
	back() string
	draftGone() string
	formUnopened() string
}

// homeSentences stand in the App Home.
type homeSentences interface {
	askHere() string     // labels a button
	homeWaiting() string // titles a part, as the next three do
	homeBoard() string
	homeOwn() string
	homeHelp() string

	decidedOnCards() string
	openRequests(requests, accounts int) string
	openInvitations(invitations int) string
	nothingLapses() string
	theseLapse() string // titles a list
	rosterRead(members, open int, at time.Time) line
	roomLeft(left, room int) string
	roomUnknown() string
	rosterUnread() string

	askedOn(at time.Time) line                             // of a request, behind its accounts
	standsUntil(state string, until time.Time) line        // a standing; it may have no end
	standsBecause(state, why string) line                  // likewise
	soFar(have, required int) string                       // approvals, behind a standing
	comma() string                                         // between two numbers of accounts
	openOf(accounts int, until time.Time, first bool) line // whether that is the first of several times; it may not be known
	soManyAre(accounts int, s approvals.State) string
	pageOf(page, of int) string
	older() string // labels a button, as the next does
	newer() string

	mayNotAsk() string
	askUnchecked() string
}
