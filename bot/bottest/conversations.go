package bottest

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Pages of messages: 100 unless asked for, at most 999 (conversations.history).
const (
	defaultPage = 100
	maxPage     = 999
)

func (ws *Workspace) conversationsInfo(a args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.conversation(a["channel"], ":read")
	if err != nil {
		return nil, err
	}
	return answer{"channel": ws.channelJSON(r)}, nil
}

func (ws *Workspace) channelJSON(r *room) answer {
	if r.DirectWith != "" {
		return answer{"id": r.ID, "is_im": true, "user": r.DirectWith, "is_open": true, "is_org_shared": false}
	}
	shared := ws.isShared(r)
	a := answer{
		"id": r.ID, "name": r.Name, "name_normalized": r.Name,
		"is_channel": !r.Private, "is_group": false, "is_im": false, "is_mpim": false,
		"is_private": r.Private, "is_archived": r.Archived, "is_member": r.BotIsMember,
		"is_shared": shared, "is_ext_shared": shared, "is_org_shared": false, "is_general": false,
		"context_team_id": ws.TeamID,
	}
	if r.OnlyAdminsPost {
		a["properties"] = answer{"posting_restricted_to": answer{"type": []string{"admin"}, "user": []string{}}}
	}
	return a
}

// conversationsMembers lists who is in a channel, the bot too, in pages of 100 unless asked for, at most 999.
func (ws *Workspace) conversationsMembers(a args) (answer, error) {
	s, err := a.span()
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.conversation(a["channel"], ":read")
	if err != nil {
		return nil, err
	}
	var all []string
	for _, u := range sorted(ws.people.users, func(u User) string { return u.ID }) {
		if !u.Deleted && u.ID != ws.BotUserID && r.has(u, ws.TeamID) || u.ID == ws.BotUserID && r.BotIsMember {
			all = append(all, u.ID)
		}
	}
	from, err := strconv.Atoi(cmp.Or(a["cursor"], "0"))
	if err != nil || from < 0 || from > len(all) {
		return nil, refuse("invalid_cursor")
	}
	to, next := min(from+s.limit, len(all)), ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return answer{"members": all[from:to], "response_metadata": answer{"next_cursor": next}}, nil
}

// isShared reports whether people of other workspaces are named as members.
func (ws *Workspace) isShared(r *room) bool {
	return slices.ContainsFunc(r.Members, func(id string) bool {
		u, ok := ws.people.users[id]
		return ok && u.TeamID != ws.TeamID
	})
}

func (ws *Workspace) conversationsOpen(a args) (answer, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	user := a["users"]
	if strings.Contains(user, ",") {
		return nil, refuse("method_not_supported_for_channel_type") // groups of people aren't doubled
	}
	u, ok := ws.people.users[user]
	switch {
	case !ok:
		return nil, refuse("user_not_found")
	case u.Deleted:
		return nil, refuse("user_disabled")
	case u.Bot:
		return nil, refuse("cannot_dm_bot")
	}
	_, open := ws.people.directs[user]
	r := ws.direct(user)
	channel := answer{"id": r.ID}
	if a.is("return_im") {
		channel = ws.channelJSON(r)
	}
	return answer{"channel": channel, "already_open": open, "no_op": open}, nil
}

// span is which part of a list is asked for: from low to high, in microseconds.
type span struct {
	low, high int64
	limit     int
	metadata  bool
	cursor    bool // it isn't the first page
}

// everything is above any timestamp that has ten digits of seconds.
const everything = int64(9_999_999_999_999_998)

func (a args) span() (span, error) {
	s := span{high: everything, limit: defaultPage, metadata: a.is("include_all_metadata")}
	exclusive := int64(1)
	if a.is("inclusive") {
		exclusive = 0
	}
	if latest := a["latest"]; latest != "" && latest != "now" {
		ts, err := parseTS(latest)
		if err != nil {
			return s, refuse("invalid_ts_latest")
		}
		s.high = ts - exclusive
	}
	if oldest := a["oldest"]; oldest != "" && oldest != "0" {
		ts, err := parseTS(oldest)
		if err != nil {
			return s, refuse("invalid_ts_oldest")
		}
		s.low = ts + exclusive
	}
	if limit := a["limit"]; limit != "" && limit != "0" {
		n, err := strconv.Atoi(limit)
		if err != nil || n < 1 || n > maxPage {
			return s, refuse("invalid_limit")
		}
		s.limit = n
	}
	return s, nil
}

func (ws *Workspace) conversationsHistory(a args) (answer, error) {
	s, err := a.span()
	if err != nil {
		return nil, err
	}
	next, err := readCursor(a["cursor"])
	if err != nil {
		return nil, err
	}
	if next > 0 {
		s.high = min(s.high, next-1)
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	found := between(r.top, s)
	more := len(found) > s.limit
	if more {
		found = found[len(found)-s.limit:]
	}
	messages := make([]answer, 0, len(found))
	for _, m := range slices.Backward(found) {
		messages = append(messages, ws.messageJSON(r, m, s.metadata))
	}
	return page(messages, more), nil
}

func (ws *Workspace) conversationsReplies(a args) (answer, error) {
	s, err := a.span()
	if err != nil {
		return nil, err
	}
	next, err := readCursor(a["cursor"])
	if err != nil {
		return nil, err
	}
	if next > 0 {
		s.low, s.cursor = max(s.low, next+1), true
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.readable(a["channel"])
	if err != nil {
		return nil, err
	}
	parent, ok := r.post(a["ts"])
	if !ok {
		return nil, refuse("thread_not_found")
	}
	messages := make([]answer, 0, s.limit)
	if !s.cursor { // the parent is there whatever the span
		messages = append(messages, ws.messageJSON(r, parent, s.metadata))
	}
	found := between(r.threads[parent.TS], s)
	more := len(messages)+len(found) > s.limit
	for _, m := range found[:min(len(found), s.limit-len(messages))] {
		messages = append(messages, ws.messageJSON(r, m, s.metadata))
	}
	return page(messages, more), nil
}

// readable returns a channel whose messages the bot may read.
func (ws *Workspace) readable(id string) (*room, error) {
	r, err := ws.conversation(id, ":history")
	if err != nil {
		return nil, err
	}
	if !r.BotIsMember {
		return nil, refuse("not_in_channel")
	}
	return r, nil
}

// between returns the part of a list, sorted by TS, that lies in the span.
func between(list []*Message, s span) []*Message {
	if s.low > s.high {
		return nil
	}
	return list[indexOf(list, formatTS(s.low)):indexOf(list, formatTS(s.high+1))]
}

// page ends a list of messages with where the next page begins.
func page(messages []answer, more bool) answer {
	a := answer{"messages": messages, "has_more": more}
	if more && len(messages) > 0 {
		last := messages[len(messages)-1]["ts"].(string)
		a["response_metadata"] = answer{"next_cursor": base64.StdEncoding.EncodeToString([]byte("next_ts:" + last))}
	}
	return a
}

// readCursor returns the timestamp that a page ended with, 0 without a cursor.
func readCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	raw, err := base64.StdEncoding.DecodeString(cursor)
	last, ok := strings.CutPrefix(string(raw), "next_ts:")
	ts, err2 := parseTS(last)
	if err != nil || !ok || err2 != nil {
		return 0, refuse("invalid_cursor")
	}
	return ts, nil
}
