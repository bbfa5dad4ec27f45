<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Xinyu</source>
        <translation>About Xinyu</translation>
    </message>
    <message>
        <source>Xinyu 心屿 🌱</source>
        <translation>Xinyu 心屿 🌱</translation>
    </message>
    <message>
        <source>Built with the work of others</source>
        <translation>Built with the work of others</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>Choose a model…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Version {version}, licence {licence}</source>
        <translation>Version {version}, licence {licence}</translation>
    </message>
    <message>
        <source>The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</source>
        <translation>The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</translation>
    </message>
    <message>
        <source>Xinyu runs on your own computer and needs no network. The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</source>
        <translation>Xinyu runs on your own computer and needs no network. The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</translation>
    </message>
    <message>
        <source>No model is loaded at the moment.</source>
        <translation>No model is loaded at the moment.</translation>
    </message>
    <message>
        <source>The model that answers now is {model}. It can be wrong.</source>
        <translation>The model that answers now is {model}. It can be wrong.</translation>
    </message>
    <message>
        <source>The model that answers now is {model}, the small starter model that came along. It was trained from scratch for this project on public counselling dialogues and ones written for it. It is very small: it forgets, misunderstands and says wrong things. A larger model can be chosen in the settings.</source>
        <translation>The model that answers now is {model}, the small starter model that came along. It was trained from scratch for this project on public counselling dialogues and ones written for it. It is very small: it forgets, misunderstands and says wrong things. A larger model can be chosen in the settings.</translation>
    </message>
</context>
<context>
    <name>AgeQuestion</name>
    <message>
        <source>Rather not say</source>
        <translation>Rather not say</translation>
    </message>
    <message>
        <source>Under 14</source>
        <translation>Under 14</translation>
    </message>
    <message>
        <source>14 to 17</source>
        <translation>14 to 17</translation>
    </message>
    <message>
        <source>18 or older</source>
        <translation>18 or older</translation>
    </message>
    <message>
        <source>A parent or guardian knows and agrees</source>
        <translation>A parent or guardian knows and agrees</translation>
    </message>
    <message>
        <source>Please look at this page together with a parent or guardian first. The help button works in any case.</source>
        <translation>Please look at this page together with a parent or guardian first. The help button works in any case.</translation>
    </message>
    <message>
        <source>Only kept here. Under 18, replies are held to stricter rules and youth lines stand beside the others.</source>
        <translation>Only kept here. Under 18, replies are held to stricter rules and youth lines stand beside the others.</translation>
    </message>
</context>
<context>
    <name>AskDialog</name>
    <message>
        <source>Not now</source>
        <translation>Not now</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>Close this</source>
        <translation>Close this</translation>
    </message>
</context>
<context>
    <name>Breathing</name>
    <message>
        <source>Breathe along</source>
        <translation>Breathe along</translation>
    </message>
    <message>
        <source>In for four seconds, out for six, six times: a minute. Stop whenever you like.</source>
        <translation>In for four seconds, out for six, six times: a minute. Stop whenever you like.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Begin</translation>
    </message>
    <message>
        <source>Stop breathing along</source>
        <translation>Stop breathing along</translation>
    </message>
    <message>
        <source>That was a minute. Stay a moment, or begin again.</source>
        <translation>That was a minute. Stay a moment, or begin again.</translation>
    </message>
    <message>
        <source>Breathe in …</source>
        <translation>Breathe in …</translation>
    </message>
    <message>
        <source>Breathe out …</source>
        <translation>Breathe out …</translation>
    </message>
</context>
<context>
    <name>BubbleTools</name>
    <message>
        <source>Copy</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>Edit and send again</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Answer again</translation>
    </message>
</context>
<context>
    <name>CalmPage</name>
    <message>
        <source>A quiet minute</source>
        <translation>A quiet minute</translation>
    </message>
</context>
<context>
    <name>Care</name>
    <message>
        <source>Words and numbers for a hard hour, folded away.</source>
        <translation>Words and numbers for a hard hour, folded away.</translation>
    </message>
    <message>
        <source>Show the numbers</source>
        <translation>Show the numbers</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>My safety plan</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Copy selection</source>
        <translation>Copy selection</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>Copy message</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>Edit and send again</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>Answer again</translation>
    </message>
    <message>
        <source>Earlier version</source>
        <translation>Earlier version</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>Later version</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Conversation</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Stopped</translation>
    </message>
    <message>
        <source>Broken off before its end</source>
        <translation>Broken off before its end</translation>
    </message>
    <message>
        <source>Answer now</source>
        <translation>Answer now</translation>
    </message>
    <message>
        <source>Numbers of people who can help</source>
        <translation>Numbers of people who can help</translation>
    </message>
    <message>
        <source>Undo this</source>
        <translation>Undo this</translation>
    </message>
    <message>
        <source>Remember it</source>
        <translation>Remember it</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>Rather not</translation>
    </message>
    <message>
        <source>Still so</source>
        <translation>Still so</translation>
    </message>
    <message>
        <source>Let it go</source>
        <translation>Let it go</translation>
    </message>
    <message>
        <source>Fold away</source>
        <translation>Fold away</translation>
    </message>
    <message>
        <source>Show again</source>
        <translation>Show again</translation>
    </message>
    <message>
        <source>Enough for today</source>
        <translation>Enough for today</translation>
    </message>
</context>
<context>
    <name>ChoicePage</name>
    <message>
        <source>Who is here?</source>
        <translation>Who is here?</translation>
    </message>
    <message>
        <source>Somebody new</source>
        <translation>Somebody new</translation>
    </message>
    <message>
        <source>The first one</source>
        <translation>The first one</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>%n characters</source>
        <translation>
            <numerusform>%n character</numerusform>
            <numerusform>%n characters</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stop</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Send</translation>
    </message>
    <message>
        <source>Write what is on your mind</source>
        <translation>Write what is on your mind</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>Your message</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line</source>
        <translation>Enter sends, Shift+Enter breaks the line</translation>
    </message>
    <message>
        <source>Ctrl+Enter sends, Enter breaks the line</source>
        <translation>Ctrl+Enter sends, Enter breaks the line</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>Saying it again in other words</source>
        <translation>Saying it again in other words</translation>
    </message>
    <message>
        <source>Leave it as it was</source>
        <translation>Leave it as it was</translation>
    </message>
</context>
<context>
    <name>ContactCard</name>
    <message>
        <source>The person you chose</source>
        <translation>The person you chose</translation>
    </message>
    <message>
        <source>Copy the message: {message}</source>
        <translation>Copy the message: {message}</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>Copy the message</translation>
    </message>
    <message>
        <source>Copy {line}</source>
        <translation>Copy {line}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Copy</translation>
    </message>
</context>
<context>
    <name>ContactPage</name>
    <message>
        <source>Somebody to turn to</source>
        <translation>Somebody to turn to</translation>
    </message>
    <message>
        <source>It is shown to you when things are hard, with a message you can copy. Xinyu calls nobody and sends nothing.</source>
        <translation>It is shown to you when things are hard, with a message you can copy. Xinyu calls nobody and sends nothing.</translation>
    </message>
    <message>
        <source>Who is it?</source>
        <translation>Who is it?</translation>
    </message>
    <message>
        <source>Their number</source>
        <translation>Their number</translation>
    </message>
    <message>
        <source>What you would write to them</source>
        <translation>What you would write to them</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Take this person out</source>
        <translation>Take this person out</translation>
    </message>
    <message>
        <source>A name or a number is needed, so that there is somebody to show.</source>
        <translation>A name or a number is needed, so that there is somebody to show.</translation>
    </message>
    <message>
        <source>Taken out.</source>
        <translation>Taken out.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Saved.</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>Untitled</source>
        <translation>Untitled</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>Copied</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A place of your own</source>
        <translation>A place of your own</translation>
    </message>
    <message>
        <source>A name, seen before it is unlocked</source>
        <translation>A name, seen before it is unlocked</translation>
    </message>
    <message>
        <source>Without a passphrase</source>
        <translation>Without a passphrase</translation>
    </message>
    <message>
        <source>Then anybody who can use this computer can read what is said here. A passphrase can be added at any time.</source>
        <translation>Then anybody who can use this computer can read what is said here. A passphrase can be added at any time.</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>Make it</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Not now</translation>
    </message>
    <message>
        <source>Islet green</source>
        <translation>Islet green</translation>
    </message>
    <message>
        <source>Clay</source>
        <translation>Clay</translation>
    </message>
    <message>
        <source>Sky</source>
        <translation>Sky</translation>
    </message>
    <message>
        <source>Plum</source>
        <translation>Plum</translation>
    </message>
    <message>
        <source>Wheat</source>
        <translation>Wheat</translation>
    </message>
    <message>
        <source>Stone</source>
        <translation>Stone</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>“{title}” was deleted.</source>
        <translation>“{title}” was deleted.</translation>
    </message>
    <message>
        <source>Nothing of this stays</source>
        <translation>Nothing of this stays</translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message>
        <source>Close</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Back</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Search emoji</source>
        <translation>Search emoji</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>Choose an emoji</source>
        <translation>Choose an emoji</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Recent</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Faces</translation>
    </message>
    <message>
        <source>People</source>
        <translation>People</translation>
    </message>
    <message>
        <source>Nature</source>
        <translation>Nature</translation>
    </message>
    <message>
        <source>Food</source>
        <translation>Food</translation>
    </message>
    <message>
        <source>Travel</source>
        <translation>Travel</translation>
    </message>
    <message>
        <source>Activities</source>
        <translation>Activities</translation>
    </message>
    <message>
        <source>Things</source>
        <translation>Things</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>Signs</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>Flags</translation>
    </message>
    <message>
        <source>Nothing found. Try another word.</source>
        <translation>Nothing found. Try another word.</translation>
    </message>
    <message>
        <source>{name} (hold for skin tones)</source>
        <translation>{name} (hold for skin tones)</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>There is time here. Begin wherever you like.</source>
        <translation>There is time here. Begin wherever you like.</translation>
    </message>
    <message>
        <source>This computer keeps nothing of it; the server that answers might.</source>
        <translation>This computer keeps nothing of it; the server that answers might.</translation>
    </message>
    <message>
        <source>What you write is saved on this computer, and a server answers it.</source>
        <translation>What you write is saved on this computer, and a server answers it.</translation>
    </message>
    <message>
        <source>What you write stays on this computer.</source>
        <translation>What you write stays on this computer.</translation>
    </message>
    <message>
        <source>Nothing of this is kept: it is gone when you leave it.</source>
        <translation>Nothing of this is kept: it is gone when you leave it.</translation>
    </message>
    <message>
        <source>Talk without leaving a trace here</source>
        <translation>Talk without leaving a trace here</translation>
    </message>
    <message>
        <source>Talk without leaving a trace</source>
        <translation>Talk without leaving a trace</translation>
    </message>
    <message>
        <source>I have not been sleeping well</source>
        <translation>I have not been sleeping well</translation>
    </message>
    <message>
        <source>My mind is all over the place</source>
        <translation>My mind is all over the place</translation>
    </message>
    <message>
        <source>I only want someone to listen</source>
        <translation>I only want someone to listen</translation>
    </message>
</context>
<context>
    <name>EntryEditor</name>
    <message>
        <source>What is to be remembered</source>
        <translation>What is to be remembered</translation>
    </message>
    <message>
        <source>One or two short sentences</source>
        <translation>One or two short sentences</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Keep</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ExchangeDeeds</name>
    <message>
        <source>Export everything</source>
        <translation>Export everything</translation>
    </message>
    <message>
        <source>Open a conversation first.</source>
        <translation>Open a conversation first.</translation>
    </message>
    <message>
        <source>Export this conversation</source>
        <translation>Export this conversation</translation>
    </message>
    <message>
        <source>Save the summary</source>
        <translation>Save the summary</translation>
    </message>
    <message>
        <source>Import a file</source>
        <translation>Import a file</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>Importing…</translation>
    </message>
    <message>
        <source>Safety plan and notes</source>
        <translation>Safety plan and notes</translation>
    </message>
    <message>
        <source>Shall the safety plan and the safety notes be in the file as well?</source>
        <translation>Shall the safety plan and the safety notes be in the file as well?</translation>
    </message>
</context>
<context>
    <name>Front</name>
    <message>
        <source>Encrypting. Please leave the computer on.</source>
        <translation>Encrypting. Please leave the computer on.</translation>
    </message>
    <message>
        <source>Erasing…</source>
        <translation>Erasing…</translation>
    </message>
    <message>
        <source>Looking for what is damaged…</source>
        <translation>Looking for what is damaged…</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>One moment…</translation>
    </message>
    <message>
        <source>Making it…</source>
        <translation>Making it…</translation>
    </message>
</context>
<context>
    <name>Gate</name>
    <message>
        <source>I need a person</source>
        <translation>I need a person</translation>
    </message>
    <message>
        <source>Numbers of people who can help (F1)</source>
        <translation>Numbers of people who can help (F1)</translation>
    </message>
    <message>
        <source>Xinyu</source>
        <translation>Xinyu</translation>
    </message>
</context>
<context>
    <name>Grounding</name>
    <message>
        <source>Look around you, and let your senses come back to this room.</source>
        <translation>Look around you, and let your senses come back to this room.</translation>
    </message>
    <message>
        <source>Name five things you can see.</source>
        <translation>Name five things you can see.</translation>
    </message>
    <message>
        <source>Feel four things: the chair, the floor, your clothes, the air.</source>
        <translation>Feel four things: the chair, the floor, your clothes, the air.</translation>
    </message>
    <message>
        <source>Listen for three sounds, near or far.</source>
        <translation>Listen for three sounds, near or far.</translation>
    </message>
    <message>
        <source>Find two things you can smell.</source>
        <translation>Find two things you can smell.</translation>
    </message>
    <message>
        <source>Notice one thing you can taste, or take a sip of water.</source>
        <translation>Notice one thing you can taste, or take a sip of water.</translation>
    </message>
    <message>
        <source>You are here, in this room, now. Take another breath.</source>
        <translation>You are here, in this room, now. Take another breath.</translation>
    </message>
    <message>
        <source>Five, four, three, two, one</source>
        <translation>Five, four, three, two, one</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Begin</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>Once more</translation>
    </message>
</context>
<context>
    <name>HelpButton</name>
    <message>
        <source>I need a person</source>
        <translation>I need a person</translation>
    </message>
    <message>
        <source>Numbers of people who can help (F1)</source>
        <translation>Numbers of people who can help (F1)</translation>
    </message>
</context>
<context>
    <name>HelpLineCard</name>
    <message>
        <source>Copy</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>Copy {line}</source>
        <translation>Copy {line}</translation>
    </message>
    <message>
        <source>QR</source>
        <translation>QR</translation>
    </message>
    <message>
        <source>Code to dial it with a phone: {line}</source>
        <translation>Code to dial it with a phone: {line}</translation>
    </message>
    <message>
        <source>Code to dial it with a phone</source>
        <translation>Code to dial it with a phone</translation>
    </message>
    <message>
        <source>Point a phone&apos;s camera here to dial {number}</source>
        <translation>Point a phone&apos;s camera here to dial {number}</translation>
    </message>
    <message>
        <source>by phone</source>
        <translation>by phone</translation>
    </message>
    <message>
        <source>by text message</source>
        <translation>by text message</translation>
    </message>
    <message>
        <source>online chat</source>
        <translation>online chat</translation>
    </message>
    <message>
        <source>Mandarin</source>
        <translation>Mandarin</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>Cantonese</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>Portuguese</translation>
    </message>
    <message>
        <source>Malay</source>
        <translation>Malay</translation>
    </message>
    <message>
        <source>Tamil</source>
        <translation>Tamil</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>Spanish</translation>
    </message>
    <message>
        <source>French</source>
        <translation>French</translation>
    </message>
    <message>
        <source>Tagalog</source>
        <translation>Tagalog</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>Indonesian</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>Thai</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>Vietnamese</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>Hindi</translation>
    </message>
    <message>
        <source>Urdu</source>
        <translation>Urdu</translation>
    </message>
    <message>
        <source>Nepali</source>
        <translation>Nepali</translation>
    </message>
    <message>
        <source>Punjabi</source>
        <translation>Punjabi</translation>
    </message>
    <message>
        <source>Bengali</source>
        <translation>Bengali</translation>
    </message>
</context>
<context>
    <name>HelpPanel</name>
    <message>
        <source>I need a person</source>
        <translation>I need a person</translation>
    </message>
    <message>
        <source>For someone you worry about</source>
        <translation>For someone you worry about</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Numbers for</source>
        <translation>Numbers for</translation>
    </message>
    <message>
        <source>Someone to talk to</source>
        <translation>Someone to talk to</translation>
    </message>
    <message>
        <source>Only in some places</source>
        <translation>Only in some places</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>My safety plan</translation>
    </message>
    <message>
        <source>A quiet minute: breathing and grounding</source>
        <translation>A quiet minute: breathing and grounding</translation>
    </message>
    <message>
        <source>Somebody to turn to</source>
        <translation>Somebody to turn to</translation>
    </message>
    <message>
        <source>What was noted</source>
        <translation>What was noted</translation>
    </message>
    <message>
        <source>Leave this page quickly (F12)</source>
        <translation>Leave this page quickly (F12)</translation>
    </message>
</context>
<context>
    <name>LockCorner</name>
    <message>
        <source>Lock</source>
        <translation>Lock</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Somebody else</translation>
    </message>
    <message>
        <source>Lock now (Ctrl+L)</source>
        <translation>Lock now (Ctrl+L)</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Xinyu</source>
        <translation>Xinyu</translation>
    </message>
</context>
<context>
    <name>MemoryCard</name>
    <message>
        <source>You said: “{quote}”</source>
        <translation>You said: “{quote}”</translation>
    </message>
    <message>
        <source>You wrote this here.</source>
        <translation>You wrote this here.</translation>
    </message>
    <message>
        <source>The conversation it came from was deleted.</source>
        <translation>The conversation it came from was deleted.</translation>
    </message>
    <message>
        <source>Its time is over, so it is not used. Is it still so?</source>
        <translation>Its time is over, so it is not used. Is it still so?</translation>
    </message>
    <message>
        <source>Fades on {day}; you will be asked.</source>
        <translation>Fades on {day}; you will be asked.</translation>
    </message>
    <message>
        <source>Pinned: no model changes it.</source>
        <translation>Pinned: no model changes it.</translation>
    </message>
    <message>
        <source>Remember it</source>
        <translation>Remember it</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>Rather not</translation>
    </message>
    <message>
        <source>Still so</source>
        <translation>Still so</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Unpin</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Pin</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Edit</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Where it was said</source>
        <translation>Where it was said</translation>
    </message>
</context>
<context>
    <name>MemoryLine</name>
    <message>
        <source>Is this still so: {text}</source>
        <translation>Is this still so: {text}</translation>
    </message>
    <message>
        <source>That was taken back.</source>
        <translation>That was taken back.</translation>
    </message>
    <message>
        <source>May this be remembered: {text}</source>
        <translation>May this be remembered: {text}</translation>
    </message>
    <message>
        <source>Forgotten: {text}</source>
        <translation>Forgotten: {text}</translation>
    </message>
    <message>
        <source>Remembered instead: {text}</source>
        <translation>Remembered instead: {text}</translation>
    </message>
    <message>
        <source>Remembered: {text}</source>
        <translation>Remembered: {text}</translation>
    </message>
    <message>
        <source>You said: “{quote}”</source>
        <translation>You said: “{quote}”</translation>
    </message>
    <message>
        <source>That was not remembered.</source>
        <translation>That was not remembered.</translation>
    </message>
    <message>
        <source>Still remembered: {text}</source>
        <translation>Still remembered: {text}</translation>
    </message>
    <message>
        <source>That was let go.</source>
        <translation>That was let go.</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>What is remembered</source>
        <translation>What is remembered</translation>
    </message>
    <message>
        <source>Remember things between conversations</source>
        <translation>Remember things between conversations</translation>
    </message>
    <message>
        <source>Ask me before anything is remembered</source>
        <translation>Ask me before anything is remembered</translation>
    </message>
    <message>
        <source>Remember nothing of this conversation</source>
        <translation>Remember nothing of this conversation</translation>
    </message>
    <message>
        <source>The model I chose may suggest what to remember</source>
        <translation>The model I chose may suggest what to remember</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>Each entry rests on words of yours. You see every change at once, and can undo it.</source>
        <translation>Each entry rests on words of yours. You see every change at once, and can undo it.</translation>
    </message>
    <message>
        <source>The small model does not write here by itself. Say “remember that …” or “call me …”, or write it here.</source>
        <translation>The small model does not write here by itself. Say “remember that …” or “call me …”, or write it here.</translation>
    </message>
    <message>
        <source>May this be remembered?</source>
        <translation>May this be remembered?</translation>
    </message>
    <message>
        <source>on</source>
        <translation>on</translation>
    </message>
    <message>
        <source>Use “{slot}”</source>
        <translation>Use “{slot}”</translation>
    </message>
    <message>
        <source>Add something</source>
        <translation>Add something</translation>
    </message>
    <message>
        <source>Add something to “{slot}”</source>
        <translation>Add something to “{slot}”</translation>
    </message>
    <message>
        <source>Deleted, with everything it was before: {text}</source>
        <translation>Deleted, with everything it was before: {text}</translation>
    </message>
    <message>
        <source>Remembered: {text}</source>
        <translation>Remembered: {text}</translation>
    </message>
    <message>
        <source>Changed: {text}</source>
        <translation>Changed: {text}</translation>
    </message>
</context>
<context>
    <name>MessageModel</name>
    <message>
        <source>You: {text}</source>
        <translation>You: {text}</translation>
    </message>
    <message>
        <source>You, {time}: {text}</source>
        <translation>You, {time}: {text}</translation>
    </message>
    <message>
        <source>Xinyu is thinking…</source>
        <translation>Xinyu is thinking…</translation>
    </message>
    <message>
        <source>Xinyu, {time}: {text}</source>
        <translation>Xinyu, {time}: {text}</translation>
    </message>
</context>
<context>
    <name>ModelCardFrame</name>
    <message>
        <source>Download of {model}</source>
        <translation>Download of {model}</translation>
    </message>
    <message>
        <source>Answers now</source>
        <translation>Answers now</translation>
    </message>
    <message>
        <source>Suits this computer best</source>
        <translation>Suits this computer best</translation>
    </message>
    <message>
        <source>The small model that came along. It is always here.</source>
        <translation>The small model that came along. It is always here.</translation>
    </message>
    <message>
        <source>The file is no longer what it was. It is not loaded.</source>
        <translation>The file is no longer what it was. It is not loaded.</translation>
    </message>
    <message>
        <source>Not here just now: its stick or disk is not connected.</source>
        <translation>Not here just now: its stick or disk is not connected.</translation>
    </message>
    <message>
        <source>Talk with this one</source>
        <translation>Talk with this one</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>What was found</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Try it out</source>
        <translation>Try it out</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>Check the file</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Remove…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Go on</translation>
    </message>
    <message>
        <source>Throw away what is here</source>
        <translation>Throw away what is here</translation>
    </message>
    <message>
        <source>All of it is here; it is being checked…</source>
        <translation>All of it is here; it is being checked…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>Cancel the download</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Download…</translation>
    </message>
    <message>
        <source>{have} of {size} are here; the rest waits.</source>
        <translation>{have} of {size} are here; the rest waits.</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Details: {model}</source>
        <translation>Details: {model}</translation>
    </message>
    <message>
        <source>Size of {model}</source>
        <translation>Size of {model}</translation>
    </message>
    <message>
        <source>fits well</source>
        <translation>fits well</translation>
    </message>
    <message>
        <source>fits, slowly</source>
        <translation>fits, slowly</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>does not fit</translation>
    </message>
    <message>
        <source>File</source>
        <translation>File</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Kind</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Licence</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Made from</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repository</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Place</translation>
    </message>
</context>
<context>
    <name>ModelsHand</name>
    <message>
        <source>A small starter model answers here, and gets things wrong. A larger one can be chosen under Models.</source>
        <translation>A small starter model answers here, and gets things wrong. A larger one can be chosen under Models.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choose a model</translation>
    </message>
    <message>
        <source>Show models</source>
        <translation>Show models</translation>
    </message>
    <message>
        <source>{model} has arrived and was checked. Now it can be tried out.</source>
        <translation>{model} has arrived and was checked. Now it can be tried out.</translation>
    </message>
</context>
<context>
    <name>ModelsList</name>
    <message>
        <source>Looking at what is here…</source>
        <translation>Looking at what is here…</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>On this computer</translation>
    </message>
    <message>
        <source>Add a file from a disk or stick…</source>
        <translation>Add a file from a disk or stick…</translation>
    </message>
    <message>
        <source>Can be downloaded</source>
        <translation>Can be downloaded</translation>
    </message>
    <message>
        <source>Nothing is downloaded before you have seen its size and said yes.</source>
        <translation>Nothing is downloaded before you have seen its size and said yes.</translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation>Who answers</translation>
    </message>
    <message>
        <source>A model is the part of Xinyu that answers. All those here run on this computer and need no network. Larger ones understand more and need more memory.</source>
        <translation>A model is the part of Xinyu that answers. All those here run on this computer and need no network. Larger ones understand more and need more memory.</translation>
    </message>
    <message>
        <source>Where models are kept</source>
        <translation>Where models are kept</translation>
    </message>
    <message>
        <source>Everybody who uses Xinyu on this computer shares them; conversations are never shared.</source>
        <translation>Everybody who uses Xinyu on this computer shares them; conversations are never shared.</translation>
    </message>
    <message>
        <source>Keep new ones elsewhere…</source>
        <translation>Keep new ones elsewhere…</translation>
    </message>
    <message>
        <source>Keep new ones in the usual place</source>
        <translation>Keep new ones in the usual place</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>Where models come from</translation>
    </message>
    <message>
        <source>Now: {host}. Where it cannot be reached, a mirror often can.</source>
        <translation>Now: {host}. Where it cannot be reached, a mirror often can.</translation>
    </message>
    <message>
        <source>The official place</source>
        <translation>The official place</translation>
    </message>
    <message>
        <source>A mirror</source>
        <translation>A mirror</translation>
    </message>
    <message>
        <source>An address of your own</source>
        <translation>An address of your own</translation>
    </message>
    <message>
        <source>The address</source>
        <translation>The address</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Models</translation>
    </message>
    <message>
        <source>What is chosen here answers only when no server is set any more.</source>
        <translation>What is chosen here answers only when no server is set any more.</translation>
    </message>
    <message>
        <source>Asking {host} how large it is…</source>
        <translation>Asking {host} how large it is…</translation>
    </message>
    <message>
        <source>{model} is here and was checked. Now it can be tried out.</source>
        <translation>{model} is here and was checked. Now it can be tried out.</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>Choose a model file</translation>
    </message>
    <message>
        <source>Where models are to be kept</source>
        <translation>Where models are to be kept</translation>
    </message>
    <message>
        <source>Copying: {percent} %</source>
        <translation>Copying: {percent} %</translation>
    </message>
    <message>
        <source>Checking the file: {percent} %</source>
        <translation>Checking the file: {percent} %</translation>
    </message>
    <message>
        <source>The file was checked.</source>
        <translation>The file was checked.</translation>
    </message>
    <message>
        <source>The model is here. Now it can be tried out.</source>
        <translation>The model is here. Now it can be tried out.</translation>
    </message>
    <message>
        <source>The model was removed.</source>
        <translation>The model was removed.</translation>
    </message>
    <message>
        <source>What had arrived of it is gone.</source>
        <translation>What had arrived of it is gone.</translation>
    </message>
    <message>
        <source>New models go there from now on.</source>
        <translation>New models go there from now on.</translation>
    </message>
    <message>
        <source>Models come from there from now on.</source>
        <translation>Models come from there from now on.</translation>
    </message>
    <message>
        <source>From now on {model} answers. Your conversation goes on where it was.</source>
        <translation>From now on {model} answers. Your conversation goes on where it was.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Close</translation>
    </message>
</context>
<context>
    <name>ModelsWords</name>
    <message>
        <source>size not known yet</source>
        <translation>size not known yet</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>less than a minute left</translation>
    </message>
    <message numerus="yes">
        <source>about %n minutes left</source>
        <translation>
            <numerusform>about one minute left</numerusform>
            <numerusform>about %n minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hours left</source>
        <translation>
            <numerusform>about one hour left</numerusform>
            <numerusform>about %n hours left</numerusform>
        </translation>
    </message>
    <message>
        <source>{have} of {size}</source>
        <translation>{have} of {size}</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>{rate} a second</translation>
    </message>
    <message>
        <source>{memory} of memory, {free} of it free</source>
        <translation>{memory} of memory, {free} of it free</translation>
    </message>
    <message>
        <source>graphics card {name} with {free} free</source>
        <translation>graphics card {name} with {free} free</translation>
    </message>
    <message>
        <source>no graphics card that models can use</source>
        <translation>no graphics card that models can use</translation>
    </message>
    <message>
        <source>{free} free on the disk</source>
        <translation>{free} free on the disk</translation>
    </message>
    <message numerus="yes">
        <source>%n pieces of words a second, as measured here</source>
        <translation>
            <numerusform>one piece of a word a second, as measured here</numerusform>
            <numerusform>%n pieces of words a second, as measured here</numerusform>
        </translation>
    </message>
    <message>
        <source>This computer: {parts}.</source>
        <translation>This computer: {parts}.</translation>
    </message>
    <message>
        <source>good at talking</source>
        <translation>good at talking</translation>
    </message>
    <message>
        <source>can propose what is remembered</source>
        <translation>can propose what is remembered</translation>
    </message>
    <message>
        <source>speaks several languages</source>
        <translation>speaks several languages</translation>
    </message>
    <message>
        <source>by {maker}</source>
        <translation>by {maker}</translation>
    </message>
    <message numerus="yes">
        <source>About %n pieces of words a second.</source>
        <translation>
            <numerusform>About one piece of a word a second.</numerusform>
            <numerusform>About %n pieces of words a second.</numerusform>
        </translation>
    </message>
    <message>
        <source>Not tried on this computer yet.</source>
        <translation>Not tried on this computer yet.</translation>
    </message>
    <message>
        <source>Tried on this computer: it cannot be used.</source>
        <translation>Tried on this computer: it cannot be used.</translation>
    </message>
    <message>
        <source>Tried on this computer: it can be used; there is something to know about it.</source>
        <translation>Tried on this computer: it can be used; there is something to know about it.</translation>
    </message>
    <message>
        <source>Tried on this computer: everything was all right.</source>
        <translation>Tried on this computer: everything was all right.</translation>
    </message>
</context>
<context>
    <name>NewPassphrasePage</name>
    <message>
        <source>It is open. Choose a new passphrase.</source>
        <translation>It is open. Choose a new passphrase.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Keep it</translation>
    </message>
</context>
<context>
    <name>NotesPage</name>
    <message>
        <source>What was noted</source>
        <translation>What was noted</translation>
    </message>
    <message>
        <source>When Xinyu thinks that you or somebody else may be in danger, it notes when, which of its rules said so and what it showed, and never what you wrote. It can be mistaken. Deleting a note takes nothing else away.</source>
        <translation>When Xinyu thinks that you or somebody else may be in danger, it notes when, which of its rules said so and what it showed, and never what you wrote. It can be mistaken. Deleting a note takes nothing else away.</translation>
    </message>
    <message>
        <source>Nothing is noted.</source>
        <translation>Nothing is noted.</translation>
    </message>
    <message>
        <source>Delete all notes</source>
        <translation>Delete all notes</translation>
    </message>
    <message>
        <source>Rules: </source>
        <translation>Rules: </translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Delete the note of {when}</source>
        <translation>Delete the note of {when}</translation>
    </message>
    <message>
        <source>perhaps a passing wish not to be here</source>
        <translation>perhaps a passing wish not to be here</translation>
    </message>
    <message>
        <source>perhaps thoughts of ending life, or of hurting oneself</source>
        <translation>perhaps thoughts of ending life, or of hurting oneself</translation>
    </message>
    <message>
        <source>perhaps a method, an intent, or a recent attempt</source>
        <translation>perhaps a method, an intent, or a recent attempt</translation>
    </message>
    <message>
        <source>perhaps danger right now</source>
        <translation>perhaps danger right now</translation>
    </message>
    <message>
        <source>worry about somebody else</source>
        <translation>worry about somebody else</translation>
    </message>
    <message>
        <source>violence</source>
        <translation>violence</translation>
    </message>
    <message>
        <source>being hurt by somebody</source>
        <translation>being hurt by somebody</translation>
    </message>
    <message>
        <source>a medical emergency</source>
        <translation>a medical emergency</translation>
    </message>
    <message>
        <source>frightening perceptions, or no sleep</source>
        <translation>frightening perceptions, or no sleep</translation>
    </message>
    <message>
        <source>Shown: a quiet line</source>
        <translation>Shown: a quiet line</translation>
    </message>
    <message>
        <source>Shown: words and numbers in the talk</source>
        <translation>Shown: words and numbers in the talk</translation>
    </message>
    <message>
        <source>Shown: the numbers beside the talk</source>
        <translation>Shown: the numbers beside the talk</translation>
    </message>
    <message>
        <source>Shown: the emergency number first</source>
        <translation>Shown: the emergency number first</translation>
    </message>
    <message>
        <source>Count by month how often help was shown</source>
        <translation>Count by month how often help was shown</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>Counts</translation>
    </message>
    <message>
        <source>Numbers without any text, on this computer alone; they are sent nowhere.</source>
        <translation>Numbers without any text, on this computer alone; they are sent nowhere.</translation>
    </message>
    <message>
        <source>Delete the counts</source>
        <translation>Delete the counts</translation>
    </message>
    <message>
        <source>a quiet line</source>
        <translation>a quiet line</translation>
    </message>
    <message>
        <source>words and numbers in the talk</source>
        <translation>words and numbers in the talk</translation>
    </message>
    <message>
        <source>numbers beside the talk</source>
        <translation>numbers beside the talk</translation>
    </message>
    <message>
        <source>emergency number first</source>
        <translation>emergency number first</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Try again</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>Look for a backup</source>
        <translation>Look for a backup</translation>
    </message>
    <message>
        <source>Set it aside and begin anew</source>
        <translation>Set it aside and begin anew</translation>
    </message>
    <message>
        <source>Go back to the backup of {day}</source>
        <translation>Go back to the backup of {day}</translation>
    </message>
</context>
<context>
    <name>PassphraseFields</name>
    <message>
        <source>A passphrase</source>
        <translation>A passphrase</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>The same once more</translation>
    </message>
    <message>
        <source>The two are not the same yet.</source>
        <translation>The two are not the same yet.</translation>
    </message>
    <message>
        <source>Short ones can be guessed. A few words in a row are better.</source>
        <translation>Short ones can be guessed. A few words in a row are better.</translation>
    </message>
    <message>
        <source>Some words in a row, in any language, are easy to remember.</source>
        <translation>Some words in a row, in any language, are easy to remember.</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>My safety plan</source>
        <translation>My safety plan</translation>
    </message>
    <message>
        <source>For hard hours, in your own words; it stays on this computer. Leave empty what you do not want to answer.</source>
        <translation>For hard hours, in your own words; it stays on this computer. Leave empty what you do not want to answer.</translation>
    </message>
    <message>
        <source>It still fits</source>
        <translation>It still fits</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>Print…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>Save as PDF…</translation>
    </message>
    <message>
        <source>Somebody to turn to</source>
        <translation>Somebody to turn to</translation>
    </message>
    <message>
        <source>A quiet minute: breathing and grounding</source>
        <translation>A quiet minute: breathing and grounding</translation>
    </message>
    <message>
        <source>What was noted</source>
        <translation>What was noted</translation>
    </message>
    <message>
        <source>The plan cannot be read at the moment.</source>
        <translation>The plan cannot be read at the moment.</translation>
    </message>
    <message>
        <source>Not saved yet. Nothing is lost while this window is open.</source>
        <translation>Not saved yet. Nothing is lost while this window is open.</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Saved.</translation>
    </message>
</context>
<context>
    <name>PlanPaper</name>
    <message>
        <source>Safety plan</source>
        <translation>Safety plan</translation>
    </message>
    <message>
        <source>Save the plan as PDF</source>
        <translation>Save the plan as PDF</translation>
    </message>
</context>
<context>
    <name>PrivacyDialog</name>
    <message>
        <source>Passphrase, backups, export</source>
        <translation>Passphrase, backups, export</translation>
    </message>
    <message>
        <source>Who can read this</source>
        <translation>Who can read this</translation>
    </message>
    <message>
        <source>Set a passphrase…</source>
        <translation>Set a passphrase…</translation>
    </message>
    <message>
        <source>Everything here is encrypted. Only your passphrase opens it.</source>
        <translation>Everything here is encrypted. Only your passphrase opens it.</translation>
    </message>
    <message>
        <source>Change the passphrase…</source>
        <translation>Change the passphrase…</translation>
    </message>
    <message>
        <source>A new recovery key…</source>
        <translation>A new recovery key…</translation>
    </message>
    <message>
        <source>The system&apos;s keyring may open it too</source>
        <translation>The system&apos;s keyring may open it too</translation>
    </message>
    <message>
        <source>Handy, and weaker: whoever is logged in as you can then open it. If the keyring is lost, the passphrase still works.</source>
        <translation>Handy, and weaker: whoever is logged in as you can then open it. If the keyring is lost, the passphrase still works.</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Backups</translation>
    </message>
    <message>
        <source>Made every day and after use, and checked. Choose one to go back.</source>
        <translation>Made every day and after use, and checked. Choose one to go back.</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Back up now</translation>
    </message>
    <message>
        <source>Add what is missing</source>
        <translation>Add what is missing</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>Go back to it</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>Take it with you</translation>
    </message>
    <message>
        <source>These files are not encrypted: whoever has one can read it.</source>
        <translation>These files are not encrypted: whoever has one can read it.</translation>
    </message>
    <message>
        <source>Everything…</source>
        <translation>Everything…</translation>
    </message>
    <message>
        <source>This conversation…</source>
        <translation>This conversation…</translation>
    </message>
    <message>
        <source>A summary for a therapist…</source>
        <translation>A summary for a therapist…</translation>
    </message>
    <message>
        <source>From an export of Xinyu, ChatGPT or LibreChat:</source>
        <translation>From an export of Xinyu, ChatGPT or LibreChat:</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>Import a file…</translation>
    </message>
    <message>
        <source>Other people on this computer</source>
        <translation>Other people on this computer</translation>
    </message>
    <message>
        <source>Each has a place of their own. Nothing is shared but the models.</source>
        <translation>Each has a place of their own. Nothing is shared but the models.</translation>
    </message>
    <message>
        <source>A place for somebody else…</source>
        <translation>A place for somebody else…</translation>
    </message>
    <message>
        <source>Somebody else comes in</source>
        <translation>Somebody else comes in</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Erase</translation>
    </message>
    <message>
        <source>Erase this profile…</source>
        <translation>Erase this profile…</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Erase everything…</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>Your recovery key</translation>
    </message>
    <message>
        <source>Choose a backup first.</source>
        <translation>Choose a backup first.</translation>
    </message>
    <message>
        <source>Going back to the backup…</source>
        <translation>Going back to the backup…</translation>
    </message>
    <message>
        <source>Adding what is missing…</source>
        <translation>Adding what is missing…</translation>
    </message>
    <message>
        <source>erase</source>
        <translation>erase</translation>
    </message>
    <message>
        <source>{file}: cannot be opened</source>
        <translation>{file}: cannot be opened</translation>
    </message>
    <message>
        <source>{day}: {conversations} conversations, {messages} messages</source>
        <translation>{day}: {conversations} conversations, {messages} messages</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>{size} would be downloaded from {host}.</source>
        <translation>{size} would be downloaded from {host}.</translation>
    </message>
    <message>
        <source>As with every download, {host} learns this computer&apos;s internet address and which file it fetches. Nothing of your conversations goes there.</source>
        <translation>As with every download, {host} learns this computer&apos;s internet address and which file it fetches. Nothing of your conversations goes there.</translation>
    </message>
    <message>
        <source>You can go on talking meanwhile, pause at any time, and go on later. Where the line costs by amount, mind the size.</source>
        <translation>You can go on talking meanwhile, pause at any time, and go on later. Where the line costs by amount, mind the size.</translation>
    </message>
    <message>
        <source>{have} of it are here already.</source>
        <translation>{have} of it are here already.</translation>
    </message>
    <message>
        <source>Download {size} from {host}</source>
        <translation>Download {size} from {host}</translation>
    </message>
    <message>
        <source>Download {model}?</source>
        <translation>Download {model}?</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Not now</translation>
    </message>
    <message>
        <source>{file}, {size}.</source>
        <translation>{file}, {size}.</translation>
    </message>
    <message>
        <source>It was made for another form of conversation than Xinyu&apos;s own models. It may well talk, but keep less to Xinyu&apos;s manner. The trial shows what it does.</source>
        <translation>It was made for another form of conversation than Xinyu&apos;s own models. It may well talk, but keep less to Xinyu&apos;s manner. The trial shows what it does.</translation>
    </message>
    <message>
        <source>Copied, it is always here. Used where it lies, it needs no room, and answers only while its disk or stick is connected.</source>
        <translation>Copied, it is always here. Used where it lies, it needs no room, and answers only while its disk or stick is connected.</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>Copy it</translation>
    </message>
    <message>
        <source>Use it where it lies</source>
        <translation>Use it where it lies</translation>
    </message>
    <message>
        <source>Add {model}?</source>
        <translation>Add {model}?</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>Rather not</translation>
    </message>
    <message>
        <source>The file itself stays where it is; Xinyu only forgets it.</source>
        <translation>The file itself stays where it is; Xinyu only forgets it.</translation>
    </message>
    <message>
        <source>This frees {size} on the disk. Your conversations stay.</source>
        <translation>This frees {size} on the disk. Your conversations stay.</translation>
    </message>
    <message>
        <source>It can be downloaded again.</source>
        <translation>It can be downloaded again.</translation>
    </message>
    <message>
        <source>Remove {model}?</source>
        <translation>Remove {model}?</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>Remove it</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Keep it</translation>
    </message>
</context>
<context>
    <name>QuickLeave</name>
    <message>
        <source>Notes</source>
        <translation>Notes</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Show the conversations</source>
        <translation>Show the conversations</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>New conversation</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>Search what was said</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Settings</translation>
    </message>
</context>
<context>
    <name>RecoveryPage</name>
    <message>
        <source>Your recovery key</source>
        <translation>Your recovery key</translation>
    </message>
    <message>
        <source>If the passphrase is forgotten, only this opens your conversations. Nobody else has it, and Xinyu will not show it again. Write it down, or print it, and keep it where others do not look.</source>
        <translation>If the passphrase is forgotten, only this opens your conversations. Nobody else has it, and Xinyu will not show it again. Write it down, or print it, and keep it where others do not look.</translation>
    </message>
    <message>
        <source>Print it…</source>
        <translation>Print it…</translation>
    </message>
    <message>
        <source>I have written it down</source>
        <translation>I have written it down</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Go on</translation>
    </message>
</context>
<context>
    <name>RegionBox</name>
    <message>
        <source>Another place</source>
        <translation>Another place</translation>
    </message>
    <message>
        <source>Region, for the right help numbers</source>
        <translation>Region, for the right help numbers</translation>
    </message>
    <message>
        <source>Mainland China</source>
        <translation>Mainland China</translation>
    </message>
    <message>
        <source>Mainland China: Shanghai</source>
        <translation>Mainland China: Shanghai</translation>
    </message>
    <message>
        <source>Hong Kong</source>
        <translation>Hong Kong</translation>
    </message>
    <message>
        <source>Taiwan</source>
        <translation>Taiwan</translation>
    </message>
    <message>
        <source>Macao</source>
        <translation>Macao</translation>
    </message>
    <message>
        <source>Singapore</source>
        <translation>Singapore</translation>
    </message>
    <message>
        <source>Malaysia</source>
        <translation>Malaysia</translation>
    </message>
    <message>
        <source>United States</source>
        <translation>United States</translation>
    </message>
    <message>
        <source>Canada</source>
        <translation>Canada</translation>
    </message>
    <message>
        <source>United Kingdom</source>
        <translation>United Kingdom</translation>
    </message>
    <message>
        <source>United Kingdom: England</source>
        <translation>United Kingdom: England</translation>
    </message>
    <message>
        <source>Ireland</source>
        <translation>Ireland</translation>
    </message>
    <message>
        <source>Australia</source>
        <translation>Australia</translation>
    </message>
    <message>
        <source>New Zealand</source>
        <translation>New Zealand</translation>
    </message>
</context>
<context>
    <name>SecretDialogs</name>
    <message>
        <source>The passphrase of now</source>
        <translation>The passphrase of now</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>A new passphrase</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>The same once more</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>It encrypts everything in this profile. Some words in a row are easy to remember and hard to guess.</source>
        <translation>It encrypts everything in this profile. Some words in a row are easy to remember and hard to guess.</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Keep it</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Erase</translation>
    </message>
    <message>
        <source>These files are overwritten and removed. Nothing brings them back.</source>
        <translation>These files are overwritten and removed. Nothing brings them back.</translation>
    </message>
    <message>
        <source>To go on, write: {word}</source>
        <translation>To go on, write: {word}</translation>
    </message>
    <message>
        <source>Summary for a therapist</source>
        <translation>Summary for a therapist</translation>
    </message>
    <message>
        <source>Change what you like. Nothing is written before you save it.</source>
        <translation>Change what you like. Nothing is written before you save it.</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>Save as a file…</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>How it looks</source>
        <translation>How it looks</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Colours</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Text size</translation>
    </message>
    <message>
        <source>Talking</source>
        <translation>Talking</translation>
    </message>
    <message>
        <source>What you would like to be called</source>
        <translation>What you would like to be called</translation>
    </message>
    <message>
        <source>Where you are, for help numbers</source>
        <translation>Where you are, for help numbers</translation>
    </message>
    <message>
        <source>How old you are</source>
        <translation>How old you are</translation>
    </message>
    <message>
        <source>The model that answers</source>
        <translation>The model that answers</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>Processor threads</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>Layers on the graphics card</translation>
    </message>
    <message>
        <source>Adapter for this model (a GGUF file)</source>
        <translation>Adapter for this model (a GGUF file)</translation>
    </message>
    <message>
        <source>Folder of another llama.cpp</source>
        <translation>Folder of another llama.cpp</translation>
    </message>
    <message>
        <source>Used the next time the model is loaded.</source>
        <translation>Used the next time the model is loaded.</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>Your data</translation>
    </message>
    <message>
        <source>Everything Xinyu keeps lies in this folder.</source>
        <translation>Everything Xinyu keeps lies in this folder.</translation>
    </message>
    <message>
        <source>Lock when nobody is here</source>
        <translation>Lock when nobody is here</translation>
    </message>
    <message>
        <source>Where there is a passphrase. Ctrl+L locks at once.</source>
        <translation>Where there is a passphrase. Ctrl+L locks at once.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>Less motion: nothing fades or breathes</source>
        <translation>Less motion: nothing fades or breathes</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation>Enter sends, Shift+Enter starts a new line</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>Choose a model…</translation>
    </message>
    <message>
        <source>Use the one that came along</source>
        <translation>Use the one that came along</translation>
    </message>
    <message>
        <source>The small one that came along</source>
        <translation>The small one that came along</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Advanced</translation>
    </message>
    <message>
        <source>chosen by itself</source>
        <translation>chosen by itself</translation>
    </message>
    <message>
        <source>as many as fit</source>
        <translation>as many as fit</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>Passphrase, backups, export…</source>
        <translation>Passphrase, backups, export…</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>As the computer</source>
        <translation>As the computer</translation>
    </message>
    <message>
        <source>after {minutes} minutes</source>
        <translation>after {minutes} minutes</translation>
    </message>
    <message>
        <source>never</source>
        <translation>never</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>High contrast</translation>
    </message>
    <message>
        <source>I have not been sleeping well lately.</source>
        <translation>I have not been sleeping well lately.</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>New conversation</source>
        <translation>New conversation</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>Search what was said</translation>
    </message>
    <message>
        <source>I need a person</source>
        <translation>I need a person</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>Show or fold the conversations</source>
        <translation>Show or fold the conversations</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>Emoji</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>What is remembered</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>My safety plan</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Rename</source>
        <translation>Rename</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Conversations</translation>
    </message>
    <message>
        <source>Found messages</source>
        <translation>Found messages</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>Search what was said</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>Nothing was found.</translation>
    </message>
    <message>
        <source>End the search</source>
        <translation>End the search</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>New conversation</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>About</source>
        <translation>About</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>What is remembered</translation>
    </message>
    <message>
        <source>Fold the list away</source>
        <translation>Fold the list away</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Models</source>
        <translation>Models</translation>
    </message>
    <message>
        <source>Press for models</source>
        <translation>Press for models</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Getting ready…</translation>
    </message>
    <message>
        <source>Small starter model</source>
        <translation>Small starter model</translation>
    </message>
    <message>
        <source>with {adapter}</source>
        <translation>with {adapter}</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens a second</source>
        <translation>
            <numerusform>%n token a second</numerusform>
            <numerusform>%n tokens a second</numerusform>
        </translation>
    </message>
    <message>
        <source>slower for now: memory is short</source>
        <translation>slower for now: memory is short</translation>
    </message>
    <message>
        <source>with the llama.cpp that came along: the chosen one does not load</source>
        <translation>with the llama.cpp that came along: the chosen one does not load</translation>
    </message>
    <message>
        <source>on the server {host}</source>
        <translation>on the server {host}</translation>
    </message>
    <message>
        <source>on this computer&apos;s CPU</source>
        <translation>on this computer&apos;s CPU</translation>
    </message>
    <message>
        <source>all on {device}</source>
        <translation>all on {device}</translation>
    </message>
    <message>
        <source>{some} of {all} layers on {device}</source>
        <translation>{some} of {all} layers on {device}</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>This has not been answered yet.</source>
        <translation>This has not been answered yet.</translation>
    </message>
</context>
<context>
    <name>TalkPage</name>
    <message>
        <source>To the latest</source>
        <translation>To the latest</translation>
    </message>
    <message>
        <source>To the latest message</source>
        <translation>To the latest message</translation>
    </message>
</context>
<context>
    <name>TellPage</name>
    <message>
        <source>Go on</source>
        <translation>Go on</translation>
    </message>
</context>
<context>
    <name>TitleDelegate</name>
    <message>
        <source>New title</source>
        <translation>New title</translation>
    </message>
</context>
<context>
    <name>TrialPage</name>
    <message>
        <source>Trying out {model}</source>
        <translation>Trying out {model}</translation>
    </message>
    <message>
        <source>It is asked a few fixed questions, also about moments of danger. Nothing that you said is used for it.</source>
        <translation>It is asked a few fixed questions, also about moments of danger. Nothing that you said is used for it.</translation>
    </message>
    <message>
        <source>The model is being loaded…</source>
        <translation>The model is being loaded…</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>Stop trying</translation>
    </message>
    <message>
        <source>The file is being checked first…</source>
        <translation>The file is being checked first…</translation>
    </message>
    <message>
        <source>Does it keep to the form of a conversation?</source>
        <translation>Does it keep to the form of a conversation?</translation>
    </message>
    <message>
        <source>Does it stop when it is told to?</source>
        <translation>Does it stop when it is told to?</translation>
    </message>
    <message>
        <source>Does it speak?</source>
        <translation>Does it speak?</translation>
    </message>
    <message>
        <source>Who does it say it is?</source>
        <translation>Who does it say it is?</translation>
    </message>
    <message>
        <source>What does it say when somebody is in danger?</source>
        <translation>What does it say when somebody is in danger?</translation>
    </message>
    <message>
        <source>Talk with it, knowing this</source>
        <translation>Talk with it, knowing this</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>Rather not</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>Back to the models</translation>
    </message>
    <message>
        <source>{model} cannot be used here</source>
        <translation>{model} cannot be used here</translation>
    </message>
    <message>
        <source>From now on {model} answers</source>
        <translation>From now on {model} answers</translation>
    </message>
    <message>
        <source>{model} can be used, and there is something to know</source>
        <translation>{model} can be used, and there is something to know</translation>
    </message>
    <message>
        <source>{model} can be used</source>
        <translation>{model} can be used</translation>
    </message>
    <message>
        <source>The one that answered before goes on answering.</source>
        <translation>The one that answered before goes on answering.</translation>
    </message>
    <message>
        <source>Your conversation goes on where it was.</source>
        <translation>Your conversation goes on where it was.</translation>
    </message>
    <message>
        <source>This is what was found on this computer:</source>
        <translation>This is what was found on this computer:</translation>
    </message>
    <message numerus="yes">
        <source>It wrote about %n pieces of words a second.</source>
        <translation>
            <numerusform>It wrote about one piece of a word a second.</numerusform>
            <numerusform>It wrote about %n pieces of words a second.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message>
        <source>Unlocking…</source>
        <translation>Unlocking…</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>Locked</translation>
    </message>
    <message>
        <source>The recovery key, as it was printed</source>
        <translation>The recovery key, as it was printed</translation>
    </message>
    <message>
        <source>Use the passphrase</source>
        <translation>Use the passphrase</translation>
    </message>
    <message>
        <source>Your passphrase</source>
        <translation>Your passphrase</translation>
    </message>
    <message>
        <source>I forgot it: use the recovery key</source>
        <translation>I forgot it: use the recovery key</translation>
    </message>
    <message>
        <source>Use the system&apos;s keyring</source>
        <translation>Use the system&apos;s keyring</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Somebody else</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Unlock</translation>
    </message>
    <message>
        <source>Unlock (in {seconds} s)</source>
        <translation>Unlock (in {seconds} s)</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Good that you are here. Take your time.</source>
        <translation>Good that you are here. Take your time.</translation>
    </message>
    <message>
        <source>Where are you?</source>
        <translation>Where are you?</translation>
    </message>
    <message>
        <source>Only so that the help numbers are the right ones.</source>
        <translation>Only so that the help numbers are the right ones.</translation>
    </message>
    <message>
        <source>What would you like to be called?</source>
        <translation>What would you like to be called?</translation>
    </message>
    <message>
        <source>Any name will do. You can leave this empty.</source>
        <translation>Any name will do. You can leave this empty.</translation>
    </message>
    <message>
        <source>How old are you?</source>
        <translation>How old are you?</translation>
    </message>
    <message>
        <source>Start talking</source>
        <translation>Start talking</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>Welcome</translation>
    </message>
    <message>
        <source>Xinyu is a quiet place to put into words what weighs on you. The one who answers is an AI: a program, not a person. It listens and asks, and it can be wrong.</source>
        <translation>Xinyu is a quiet place to put into words what weighs on you. The one who answers is an AI: a program, not a person. It listens and asks, and it can be wrong.</translation>
    </message>
    <message>
        <source>What you say stays on this computer. Nothing is sent anywhere.</source>
        <translation>What you say stays on this computer. Nothing is sent anywhere.</translation>
    </message>
    <message>
        <source>It is no doctor and no therapy, and it is not for emergencies.</source>
        <translation>It is no doctor and no therapy, and it is not for emergencies.</translation>
    </message>
</context>
</TS>
