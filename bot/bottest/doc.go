// Package bottest is a Slack workspace to run a bot against: the Web API and
// Socket Mode on 127.0.0.1, over real HTTP and a real websocket. Tests, the demo
// and the benchmarks share it, so nothing here needs a testing.T.
//
// # One workspace, three views
//
// The app sees what Slack shows an app: tokens and scopes, methods that answer
// {"ok":false,"error":…}, envelopes that want an acknowledgement within 3 seconds,
// triggers and response URLs that run out, Block Kit checked to the character,
// and, if asked for, Slack's rate limits.
//
// People type commands, pick shortcuts, press buttons, fill in modals and open the
// app's home: [Workspace.Command], [Workspace.Shortcut], [Workspace.Click],
// [Workspace.ClickView], [Workspace.Submit], [Workspace.OpenHome]. Each of these is
// an envelope that goes to one of the app's connections and returns what the person
// sees.
//
// The caller looks at everything ([Workspace.Messages], [Workspace.Ephemerals],
// [Workspace.Views], [Workspace.Calls], …), waits for it ([Workspace.Wait]) and makes trouble
// ([Workspace.Fail], [Workspace.OnCall], [Workspace.Outage], [Workspace.Cut], …).
//
// # What is not here
//
// Only what a bot of this kind uses is doubled. A method, a block or an element
// outside of it is refused (unknown_method, invalid_blocks) and never silently
// accepted. Of the Events API there is app_home_opened alone: the app isn't told of
// what people say in channels.
//
// # Sources
//
// Limits and error codes are those of Slack's reference (docs.slack.dev) where it
// has them. Where it is silent, the strictest plausible behaviour is chosen and the
// comment on the spot says so.
//
// # Inside
//
// Two locks, never held together: one for what the workspace holds (people,
// messages, views), one for the connections and the envelopes under way. Nothing
// is looked for by walking through all messages, and [Options.Keep] bounds what is
// kept, so that the double stays cheap beside what it measures.
package bottest
