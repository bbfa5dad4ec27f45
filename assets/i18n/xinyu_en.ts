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
        <source>Close</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>Version {version}, licence {licence}</source>
        <translation>Version {version}, licence {licence}</translation>
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
    <name>Bar</name>
    <message>
        <source>Close this</source>
        <translation>Close this</translation>
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
    <name>Care</name>
    <message>
        <source>Show the numbers</source>
        <translation>Show the numbers</translation>
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
        <source>Enough for today</source>
        <translation>Enough for today</translation>
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
    <name>ConversationModel</name>
    <message>
        <source>Untitled</source>
        <translation>Untitled</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>“{title}” was deleted.</source>
        <translation>“{title}” was deleted.</translation>
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
        <source>What you write stays on this computer.</source>
        <translation>What you write stays on this computer.</translation>
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
        <source>Copied</source>
        <translation>Copied</translation>
    </message>
</context>
<context>
    <name>HelpPanel</name>
    <message>
        <source>I need a person</source>
        <translation>I need a person</translation>
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
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Try again</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Open the folder</translation>
    </message>
    <message>
        <source>Xinyu</source>
        <translation>Xinyu</translation>
    </message>
    <message>
        <source>A small starter model answers here, and gets things wrong. A larger one can be chosen in the settings.</source>
        <translation>A small starter model answers here, and gets things wrong. A larger one can be chosen in the settings.</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>Choose a model</translation>
    </message>
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
        <source>Set it aside and begin anew</source>
        <translation>Set it aside and begin anew</translation>
    </message>
    <message>
        <source>Go back to the backup of {day}</source>
        <translation>Go back to the backup of {day}</translation>
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
        <source>Used the next time the model is loaded.</source>
        <translation>Used the next time the model is loaded.</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>Your data</translation>
    </message>
    <message>
        <source>Everything lies in this folder and nowhere else.</source>
        <translation>Everything lies in this folder and nowhere else.</translation>
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
        <source>Choose a file…</source>
        <translation>Choose a file…</translation>
    </message>
    <message>
        <source>Use the best one here</source>
        <translation>Use the best one here</translation>
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
        <source>Done</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>As the computer</source>
        <translation>As the computer</translation>
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
    <message>
        <source>The best one that is on this computer</source>
        <translation>The best one that is on this computer</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>Choose a model file</translation>
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
        <source>Fold the list away</source>
        <translation>Fold the list away</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Getting ready…</source>
        <translation>Getting ready…</translation>
    </message>
    <message>
        <source>Small starter model</source>
        <translation>Small starter model</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens a second</source>
        <translation>
            <numerusform>%n token a second</numerusform>
            <numerusform>%n tokens a second</numerusform>
        </translation>
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
    <name>TitleDelegate</name>
    <message>
        <source>New title</source>
        <translation>New title</translation>
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
