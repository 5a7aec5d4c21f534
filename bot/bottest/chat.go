package bottest

func (ws *Workspace) chatPostMessage(a args) (answer, error) {
	content, err := readContent(a, maxPostText)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.postable(a["channel"])
	if err != nil {
		return nil, err
	}
	thread, err := r.threadOf(a["thread_ts"])
	if err != nil {
		return nil, err
	}
	m := ws.add(r, &Message{
		User: ws.BotUserID, ThreadTS: thread,
		Text: content.Text, Blocks: ws.withBlockIDs(content.Blocks), Metadata: content.Metadata,
	})
	return content.warned(answer{"channel": r.ID, "ts": m.TS, "message": ws.messageJSON(r, m, true)}), nil
}

// postable returns the channel, or the direct messages of the user, that the bot may write to.
func (ws *Workspace) postable(id string) (*room, error) {
	if u, ok := ws.people.users[id]; ok {
		if u.Deleted || u.Bot {
			return nil, refuse("channel_not_found")
		}
		return ws.direct(id), nil
	}
	r := ws.rooms[id]
	switch {
	case r == nil && isUserID(id):
		return nil, refuse("user_not_found")
	case r == nil, r.Private && !r.BotIsMember:
		return nil, refuse("channel_not_found")
	case r.Archived:
		return nil, refuse("is_archived")
	case !r.BotIsMember:
		return nil, refuse("not_in_channel")
	}
	return r, nil
}

func isUserID(id string) bool { return id != "" && (id[0] == 'U' || id[0] == 'W') }

// threadOf returns the parent's TS for a reply to a message or to a reply of its thread.
func (r *room) threadOf(ts string) (string, error) {
	if ts == "" {
		return "", nil
	}
	m, ok := r.post(ts)
	if !ok {
		return "", refuse("thread_not_found")
	}
	if m.ThreadTS != "" {
		return m.ThreadTS, nil
	}
	return m.TS, nil
}

func (ws *Workspace) chatUpdate(a args) (answer, error) {
	content, err := readContent(a, maxUpdateText)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, m, err := ws.updatable(a["channel"], a["ts"])
	if err != nil {
		return nil, err
	}
	ws.edit(m, content)
	return content.warned(answer{"channel": r.ID, "ts": m.TS, "text": m.Text, "message": ws.messageJSON(r, m, true)}), nil
}

func (ws *Workspace) updatable(channel, ts string) (*room, *Message, error) {
	r := ws.rooms[channel]
	if r == nil || r.Private && !r.BotIsMember {
		return nil, nil, refuse("channel_not_found")
	}
	m, ok := r.post(ts)
	switch {
	case !ok:
		return nil, nil, refuse("message_not_found")
	case r.Archived:
		return nil, nil, refuse("is_inactive")
	case m.User != ws.BotUserID, !r.BotIsMember:
		return nil, nil, refuse("cant_update_message")
	}
	return r, m, nil
}

// edit gives a message its new content. Blocks and metadata that were left out
// stay; an empty array or object takes them away. ws.mu is held.
func (ws *Workspace) edit(m *Message, to content) {
	next := Version{Text: to.Text, Blocks: m.Blocks, Metadata: m.Metadata}
	if to.hasBlocks {
		next.Blocks = ws.withBlockIDs(to.Blocks)
	}
	if to.hasMetadata {
		next.Metadata = to.Metadata
	}
	m.edit(next, ws.ts(), ws.opts.Keep)
	ws.changes.tell()
}

func (ws *Workspace) chatPostEphemeral(a args) (answer, error) {
	content, err := readContent(a, maxPostText)
	if err != nil {
		return nil, err
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	r, err := ws.postable(a["channel"])
	if err != nil {
		return nil, err
	}
	if u, ok := ws.people.users[a["user"]]; !ok || !r.has(u, ws.TeamID) {
		return nil, refuse("user_not_in_channel")
	}
	thread, err := r.threadOf(a["thread_ts"])
	if err != nil {
		return nil, err
	}
	m := ws.whisper(r, a["user"], thread, content)
	return answer{"message_ts": m.TS}, nil
}

// whisper shows one person something that the bot says. ws.mu is held.
func (ws *Workspace) whisper(r *room, user, thread string, c content) *Message {
	return ws.add(r, &Message{
		User: ws.BotUserID, EphemeralTo: user, ThreadTS: thread,
		Text: c.Text, Blocks: ws.withBlockIDs(c.Blocks),
	})
}

// messageJSON is a message as the app gets it.
func (ws *Workspace) messageJSON(r *room, m *Message, metadata bool) answer {
	a := answer{"type": "message", "ts": m.TS, "user": m.User, "team": ws.TeamID, "text": m.Text}
	if m.User == ws.BotUserID {
		a["bot_id"], a["app_id"] = ws.BotID, ws.AppID
	}
	if m.Blocks != nil {
		a["blocks"] = m.Blocks
	}
	if m.EditedTS != "" {
		a["edited"] = answer{"user": m.User, "ts": m.EditedTS}
	}
	if metadata && m.Metadata != nil {
		a["metadata"] = m.Metadata
	}
	if m.ThreadTS != "" {
		a["thread_ts"] = m.ThreadTS
		if parent := r.byTS[m.ThreadTS]; parent != nil {
			a["parent_user_id"] = parent.User
		}
	}
	if replies := r.threads[m.TS]; len(replies) > 0 {
		a["thread_ts"], a["reply_count"] = m.TS, m.Replies
		a["latest_reply"] = replies[len(replies)-1].TS
	}
	return a
}
