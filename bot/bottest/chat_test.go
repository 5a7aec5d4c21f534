package bottest_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"github.com/invitebot/invitebot/bot/bottest"
)

func metadata(request int) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType: "request", EventPayload: map[string]any{"request": request},
	})
}

func section(words string) slack.Block {
	return slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", words, false, false), nil, nil)
}

func TestPost(t *testing.T) {
	ws := start(t, bottest.Options{})
	ref := post(t, ws, approval, says("hi &amp; <b>"), slack.MsgOptionBlocks(section("<b> & é")), metadata(1))
	m, ok := ws.Message(ref)
	if !ok {
		t.Fatal("no message")
	}
	equal(t, "text", m.Text, "hi &amp; <b>")
	equal(t, "user", m.User, ws.BotUserID)
	equal(t, "permalink", ws.Permalink(ref), ws.TeamURL()+"archives/"+approval+"/p"+strings.Replace(ref.TS, ".", "", 1))
	var blocks []map[string]any
	if err := json.Unmarshal(m.Blocks, &blocks); err != nil || len(blocks) != 1 {
		t.Fatalf("blocks %s: %v", m.Blocks, err)
	}
	if id, _ := blocks[0]["block_id"].(string); id == "" {
		t.Error("a block without an ID gets one")
	}
	equal(t, "what the block says", blocks[0]["text"].(map[string]any)["text"], any("<b> & é"))
}

func TestTimestamps(t *testing.T) {
	ws := start(t, bottest.Options{Now: newClock().Now}) // a clock that stands still
	first := post(t, ws, approval, says("1"))
	second := post(t, ws, approval, says("2"))
	equal(t, "first", first.TS, "1800000000.000000")
	equal(t, "second", second.TS, "1800000000.000001")
}

func TestPostErrors(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddUser(bottest.User{ID: "U0GONE", Deleted: true})
	parent := post(t, ws, approval, says("parent"))
	deep := slack.SlackMetadata{EventType: "x", EventPayload: map[string]any{"deep": map[string]any{}}}
	for _, c := range []struct {
		name, channel, want string
		options             []slack.MsgOption
	}{
		{"fine", approval, "", []slack.MsgOption{says("hi")}},
		{"to a person", alice, "", []slack.MsgOption{says("hi")}},
		{"in a thread", approval, "", []slack.MsgOption{says("hi"), slack.MsgOptionTS(parent.TS)}},
		{"no such channel", "C0NOWHERE", "channel_not_found", []slack.MsgOption{says("hi")}},
		{"no such person", "U0NOBODY", "user_not_found", []slack.MsgOption{says("hi")}},
		{"to one who left", "U0GONE", "channel_not_found", []slack.MsgOption{says("hi")}},
		{"not a member", general, "not_in_channel", []slack.MsgOption{says("hi")}},
		{"private", secret, "channel_not_found", []slack.MsgOption{says("hi")}},
		{"archived", archive, "is_archived", []slack.MsgOption{says("hi")}},
		{"nothing said", approval, "no_text", nil},
		{"no blocks either", approval, "no_text", []slack.MsgOption{slack.MsgOptionBlocks()}},
		{"no such thread", approval, "thread_not_found", []slack.MsgOption{says("hi"), slack.MsgOptionTS("1.000001")}},
		{"40,000 characters", approval, "", []slack.MsgOption{says("%s", strings.Repeat("é", 40_000))}},
		{"more", approval, "msg_too_long", []slack.MsgOption{says("%s", strings.Repeat("é", 40_001))}},
		{"deep metadata, which is dropped", approval, "", []slack.MsgOption{says("hi"), slack.MsgOptionMetadata(deep)}},
		{"a bad block", approval, "invalid_blocks", []slack.MsgOption{slack.MsgOptionBlocks(section(""))}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := client(ws).PostMessage(c.channel, c.options...)
			wantCode(t, err, c.want)
		})
	}
}

func TestThread(t *testing.T) {
	ws := start(t, bottest.Options{})
	parent := post(t, ws, approval, says("parent"))
	first := post(t, ws, approval, says("first"), slack.MsgOptionTS(parent.TS))
	post(t, ws, approval, says("second"), slack.MsgOptionTS(first.TS)) // a reply to a reply is one to the parent
	thread := ws.Thread(approval, parent.TS)
	if len(thread) != 3 || thread[0].Text != "parent" || thread[2].Text != "second" || thread[2].ThreadTS != parent.TS {
		t.Errorf("got %+v", thread)
	}
	equal(t, "replies", thread[0].Replies, 2)
	equal(t, "messages outside of threads", len(ws.Messages(approval)), 1)
}

func TestDirectMessages(t *testing.T) {
	ws := start(t, bottest.Options{})
	ref := post(t, ws, alice, says("psst"))
	if !strings.HasPrefix(ref.Channel, "D") {
		t.Errorf("posted to %s, want a D… channel", ref.Channel)
	}
	channel, _, alreadyOpen, err := client(ws).OpenConversation(&slack.OpenConversationParameters{Users: []string{alice}})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "opened", channel.ID, ref.Channel)
	equal(t, "was open", alreadyOpen, true)
	post(t, ws, channel.ID, says("again"))
	dms := ws.DirectMessages(alice)
	if len(dms) != 2 || dms[1].Text != "again" {
		t.Errorf("got %+v", dms)
	}
	equal(t, "bob's", len(ws.DirectMessages(bob)), 0)
	wantCode(t, open(client(ws), "U0NOBODY"), "user_not_found")
}

func TestUpdate(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	ref := post(t, ws, approval, says("one"), slack.MsgOptionBlocks(section("block")), metadata(7))
	update := func(options ...slack.MsgOption) {
		t.Helper()
		if _, _, _, err := api.UpdateMessage(ref.Channel, ref.TS, options...); err != nil {
			t.Fatal(err)
		}
	}
	update(says("two")) // blocks and metadata stay when left out
	m, _ := ws.Message(ref)
	if m.Text != "two" || m.Blocks == nil || m.Metadata == nil || m.EditedTS == "" {
		t.Errorf("after the first update: %+v", m)
	}
	update(says("three"), slack.MsgOptionBlocks())
	m, _ = ws.Message(ref)
	if m.Blocks != nil || m.Metadata == nil {
		t.Errorf("after taking away the blocks: %+v", m)
	}
	if len(m.Versions) != 2 || m.Versions[0].Text != "one" || m.Versions[1].Blocks == nil {
		t.Errorf("versions: %+v", m.Versions)
	}
}

func TestUpdateErrors(t *testing.T) {
	ws := start(t, bottest.Options{})
	ref := post(t, ws, approval, says("mine"))
	whispered, err := client(ws).PostEphemeral(approval, alice, says("psst"))
	if err != nil {
		t.Fatal(err)
	}
	said := must(ws.Say(alice, approval, "", "hers"))
	for _, c := range []struct{ name, channel, ts, text, want string }{
		{"fine", approval, ref.TS, "x", ""},
		{"another channel", archive, ref.TS, "x", "message_not_found"},
		{"no such channel", "C0NOWHERE", ref.TS, "x", "channel_not_found"},
		{"somebody else's", approval, said.TS, "x", "cant_update_message"},
		{"ephemeral", approval, whispered, "x", "message_not_found"},
		{"too long", approval, ref.TS, strings.Repeat("x", 4001), "msg_too_long"},
	} {
		_, _, _, err := client(ws).UpdateMessage(c.channel, c.ts, says("%s", c.text))
		t.Run(c.name, func(t *testing.T) { wantCode(t, err, c.want) })
	}
}

func TestEphemeral(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	ws.AddChannel(bottest.Channel{ID: general, Name: "general", BotIsMember: true, Members: []string{alice}})
	ts, err := api.PostEphemeral(general, alice, says("only you"))
	if err != nil {
		t.Fatal(err)
	}
	seen := ws.Ephemerals(alice)
	if len(seen) != 1 || seen[0].TS != ts || seen[0].Channel != general || seen[0].EphemeralTo != alice {
		t.Errorf("got %+v", seen)
	}
	equal(t, "what all see", len(ws.Messages(general)), 0)
	_, err = api.PostEphemeral(general, bob, says("not in here"))
	wantCode(t, err, "user_not_in_channel")
}

func TestHistory(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	var refs []bottest.Ref
	for i := range 5 {
		refs = append(refs, post(t, ws, approval, says("%d", i), metadata(i)))
	}
	post(t, ws, approval, says("reply"), slack.MsgOptionTS(refs[0].TS))
	texts := func(p slack.GetConversationHistoryParameters) string {
		t.Helper()
		p.ChannelID = approval
		var all []string
		for {
			page, err := api.GetConversationHistory(&p)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Messages {
				all = append(all, m.Text)
				if got := m.Metadata.EventType != ""; got != p.IncludeAllMetadata {
					t.Errorf("%s: metadata is there: %v", m.Text, got)
				}
			}
			if p.Cursor = page.ResponseMetaData.NextCursor; p.Cursor == "" {
				return strings.Join(all, " ")
			}
		}
	}
	equal(t, "all, newest first", texts(slack.GetConversationHistoryParameters{IncludeAllMetadata: true}), "4 3 2 1 0")
	equal(t, "in pages", texts(slack.GetConversationHistoryParameters{Limit: 2}), "4 3 2 1 0")
	between := slack.GetConversationHistoryParameters{Oldest: refs[1].TS, Latest: refs[3].TS}
	equal(t, "between", texts(between), "2")
	between.Inclusive = true
	equal(t, "from to", texts(between), "3 2 1")
	equal(t, "since", texts(slack.GetConversationHistoryParameters{Oldest: refs[3].TS}), "4")
	equal(t, "before the first", texts(slack.GetConversationHistoryParameters{Latest: refs[0].TS}), "")
}

func TestHistoryErrors(t *testing.T) {
	ws := start(t, bottest.Options{})
	for _, c := range []struct {
		params slack.GetConversationHistoryParameters
		want   string
	}{
		{slack.GetConversationHistoryParameters{ChannelID: general}, "not_in_channel"},
		{slack.GetConversationHistoryParameters{ChannelID: secret}, "channel_not_found"},
		{slack.GetConversationHistoryParameters{ChannelID: approval, Limit: 1000}, "invalid_limit"},
		{slack.GetConversationHistoryParameters{ChannelID: approval, Latest: "soon"}, "invalid_ts_latest"},
		{slack.GetConversationHistoryParameters{ChannelID: approval, Oldest: "1.2.3"}, "invalid_ts_oldest"},
		{slack.GetConversationHistoryParameters{ChannelID: approval, Cursor: "x"}, "invalid_cursor"},
		{slack.GetConversationHistoryParameters{ChannelID: archive}, ""},
	} {
		_, err := client(ws).GetConversationHistory(&c.params)
		wantCode(t, err, c.want)
	}
}

func TestReplies(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	parent := post(t, ws, approval, says("p"))
	for i := range 4 {
		post(t, ws, approval, says("%d", i), slack.MsgOptionTS(parent.TS), metadata(i))
	}
	p := slack.GetConversationRepliesParameters{ChannelID: approval, Timestamp: parent.TS, Limit: 2, IncludeAllMetadata: true}
	var all []string
	for {
		messages, more, cursor, err := api.GetConversationReplies(&p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			all = append(all, fmt.Sprint(m.Text, m.Metadata.EventPayload["request"]))
		}
		equal(t, "there is more", more, cursor != "")
		if p.Cursor = cursor; !more {
			break
		}
	}
	equal(t, "replies, parent first", strings.Join(all, " "), "p<nil> 00 11 22 33")
	p.Timestamp, p.Cursor = "1.000000", ""
	_, _, _, err := api.GetConversationReplies(&p)
	wantCode(t, err, "thread_not_found")
}

func TestConversationInfo(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	get := func(id string) *slack.Channel {
		t.Helper()
		c, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: id})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := get(approval)
	if c.Name != "approvals" || !c.IsMember || c.IsArchived || c.IsPrivate {
		t.Errorf("got %+v", c)
	}
	equal(t, "member of general", get(general).IsMember, false)
	equal(t, "archive is archived", get(archive).IsArchived, true)
	ws.SetScopes(append(bottest.DefaultScopes, "im:read"))
	equal(t, "direct messages", get(ws.DM(alice)).IsIM, true)
	wantCode(t, info(api, secret), "channel_not_found")
}

func TestUsersInfo(t *testing.T) {
	ws := start(t, bottest.Options{})
	ws.AddUser(bottest.User{ID: "U0GUEST", SingleChannelGuest: true})
	ws.AddUser(bottest.User{ID: "U0BOTTY", Bot: true, Deleted: true})
	ws.AddUser(bottest.User{ID: "U0AFAR", TeamID: "T0AFAR"})
	ws.AddChannel(bottest.Channel{ID: approval, Name: "approvals", BotIsMember: true, Members: []string{alice, stranger}})
	get := func(id string) *slack.User {
		t.Helper()
		u, err := client(ws).GetUserInfo(id)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	b := get(bob)
	if b.Name != "bob" || b.RealName != "Bob Boss" || b.Profile.DisplayName != "bobby" || b.TeamID != ws.TeamID {
		t.Errorf("got %+v", b)
	}
	if g := get("U0GUEST"); !g.IsRestricted || !g.IsUltraRestricted {
		t.Errorf("guest: %+v", g)
	}
	if g := get("U0BOTTY"); !g.IsBot || !g.Deleted {
		t.Errorf("bot: %+v", g)
	}
	if s := get(stranger); s.IsStranger || s.TeamID == ws.TeamID {
		t.Errorf("somebody else who shares a channel: %+v", s)
	}
	equal(t, "one who shares none is a stranger", get("U0AFAR").IsStranger, true)
	_, err := client(ws).GetUserInfo("U0NOBODY")
	wantCode(t, err, "user_not_found")
}

func TestGroups(t *testing.T) {
	ws := start(t, bottest.Options{})
	api := client(ws)
	ws.AddGroup(bottest.Group{ID: "S1", Handle: "approvers", Members: []string{alice, bob}})
	ws.AddGroup(bottest.Group{ID: "S2", Disabled: true})
	members, err := api.GetUserGroupMembers("S1")
	if err != nil || strings.Join(members, " ") != alice+" "+bob {
		t.Errorf("got %v, %v", members, err)
	}
	_, err = api.GetUserGroupMembers("S2")
	wantCode(t, err, "no_such_subteam")
	groups, err := api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || groups[0].Handle != "approvers" || len(groups[0].Users) != 2 {
		t.Errorf("got %+v, %v", groups, err)
	}
}
