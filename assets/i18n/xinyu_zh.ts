<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Xinyu</source>
        <translation>关于心屿</translation>
    </message>
    <message>
        <source>Xinyu 心屿 🌱</source>
        <translation>心屿 Xinyu 🌱</translation>
    </message>
    <message>
        <source>Built with the work of others</source>
        <translation>用到的开源作品</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Version {version}, licence {licence}</source>
        <translation>版本 {version}，许可证 {licence}</translation>
    </message>
    <message>
        <source>The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</source>
        <translation>回答你的是 AI，不是真人。它不是医生，不是心理治疗，也不用于紧急情况。</translation>
    </message>
    <message>
        <source>Xinyu runs on your own computer and needs no network. The one who answers is an AI, not a person. It is no doctor, no therapy and not for emergencies.</source>
        <translation>心屿在你自己的电脑上运行，不需要网络。回答你的是 AI，不是真人。它不是医生，也不是心理治疗，不能用来应对紧急情况。</translation>
    </message>
    <message>
        <source>No model is loaded at the moment.</source>
        <translation>现在没有读入模型。</translation>
    </message>
    <message>
        <source>The model that answers now is {model}. It can be wrong.</source>
        <translation>现在回答你的模型是 {model}。它会说错。</translation>
    </message>
    <message>
        <source>The model that answers now is {model}, the small starter model that came along. It was trained from scratch for this project on public counselling dialogues and ones written for it. It is very small: it forgets, misunderstands and says wrong things. A larger model can be chosen in the settings.</source>
        <translation>现在回答你的是 {model}，随附的入门小模型。它是为这个项目从零训练的，用的是公开的倾诉对话和专门为它写的对话。它很小：会忘事，会误解，也会说错话。可以在设置里换成更大的模型。</translation>
    </message>
</context>
<context>
    <name>AgeQuestion</name>
    <message>
        <source>Rather not say</source>
        <translation>不想说</translation>
    </message>
    <message>
        <source>Under 14</source>
        <translation>未满 14 岁</translation>
    </message>
    <message>
        <source>14 to 17</source>
        <translation>14 到 17 岁</translation>
    </message>
    <message>
        <source>18 or older</source>
        <translation>18 岁以上</translation>
    </message>
    <message>
        <source>A parent or guardian knows and agrees</source>
        <translation>父母或监护人知道并且同意</translation>
    </message>
    <message>
        <source>Please look at this page together with a parent or guardian first. The help button works in any case.</source>
        <translation>请先和父母或监护人一起看看这一页。「需要有人帮忙」随时都可以用。</translation>
    </message>
    <message>
        <source>Only kept here. Under 18, replies are held to stricter rules and youth lines stand beside the others.</source>
        <translation>只存在这台电脑里。不满 18 岁时，对回答的约束更严，青少年热线会和别的号码排在一起。</translation>
    </message>
</context>
<context>
    <name>AskDialog</name>
    <message>
        <source>Not now</source>
        <translation>先不了</translation>
    </message>
</context>
<context>
    <name>Bar</name>
    <message>
        <source>Close this</source>
        <translation>收起</translation>
    </message>
</context>
<context>
    <name>Breathing</name>
    <message>
        <source>Breathe along</source>
        <translation>跟着呼吸</translation>
    </message>
    <message>
        <source>In for four seconds, out for six, six times: a minute. Stop whenever you like.</source>
        <translation>吸气四秒，呼气六秒，六次，一分钟。随时可以停。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停下</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Stop breathing along</source>
        <translation>停下呼吸练习</translation>
    </message>
    <message>
        <source>That was a minute. Stay a moment, or begin again.</source>
        <translation>一分钟到了。可以再待一会儿，或者再来一次。</translation>
    </message>
    <message>
        <source>Breathe in …</source>
        <translation>吸气……</translation>
    </message>
    <message>
        <source>Breathe out …</source>
        <translation>呼气……</translation>
    </message>
</context>
<context>
    <name>BubbleTools</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>改一改再发</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>换个回答</translation>
    </message>
</context>
<context>
    <name>CalmPage</name>
    <message>
        <source>A quiet minute</source>
        <translation>安静一分钟</translation>
    </message>
</context>
<context>
    <name>Care</name>
    <message>
        <source>Words and numbers for a hard hour, folded away.</source>
        <translation>给难熬时刻的话和号码，收起来了。</translation>
    </message>
    <message>
        <source>Show the numbers</source>
        <translation>看号码</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>我的安全计划</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Copy selection</source>
        <translation>复制选中的文字</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制这条</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>改一改再发</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>换个回答</translation>
    </message>
    <message>
        <source>Earlier version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停下了</translation>
    </message>
    <message>
        <source>Broken off before its end</source>
        <translation>没有说完</translation>
    </message>
    <message>
        <source>Answer now</source>
        <translation>现在回答</translation>
    </message>
    <message>
        <source>Numbers of people who can help</source>
        <translation>能帮上忙的人的电话</translation>
    </message>
    <message>
        <source>Undo this</source>
        <translation>撤回这条</translation>
    </message>
    <message>
        <source>Remember it</source>
        <translation>记下</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>不用记</translation>
    </message>
    <message>
        <source>Still so</source>
        <translation>还是这样</translation>
    </message>
    <message>
        <source>Let it go</source>
        <translation>不用记了</translation>
    </message>
    <message>
        <source>Fold away</source>
        <translation>收起来</translation>
    </message>
    <message>
        <source>Show again</source>
        <translation>再打开</translation>
    </message>
    <message>
        <source>Enough for today</source>
        <translation>今天就到这里</translation>
    </message>
</context>
<context>
    <name>ChoicePage</name>
    <message>
        <source>Who is here?</source>
        <translation>是谁在这里？</translation>
    </message>
    <message>
        <source>Somebody new</source>
        <translation>新来的人</translation>
    </message>
    <message>
        <source>The first one</source>
        <translation>第一位</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message numerus="yes">
        <source>%n characters</source>
        <translation>
            <numerusform>%n 字</numerusform>
        </translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停下</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Write what is on your mind</source>
        <translation>想到什么，就写什么</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>你要说的话</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line</source>
        <translation>回车发送，Shift+回车换行</translation>
    </message>
    <message>
        <source>Ctrl+Enter sends, Enter breaks the line</source>
        <translation>Ctrl+回车发送，回车换行</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>Saying it again in other words</source>
        <translation>正在改写之前的话</translation>
    </message>
    <message>
        <source>Leave it as it was</source>
        <translation>不改了</translation>
    </message>
</context>
<context>
    <name>ContactCard</name>
    <message>
        <source>The person you chose</source>
        <translation>你选的人</translation>
    </message>
    <message>
        <source>Copy the message: {message}</source>
        <translation>复制这段话：{message}</translation>
    </message>
    <message>
        <source>Copy the message</source>
        <translation>复制这段话</translation>
    </message>
    <message>
        <source>Copy {line}</source>
        <translation>复制 {line}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>ContactPage</name>
    <message>
        <source>Somebody to turn to</source>
        <translation>可以找的人</translation>
    </message>
    <message>
        <source>It is shown to you when things are hard, with a message you can copy. Xinyu calls nobody and sends nothing.</source>
        <translation>难熬的时候会显示给你看，连同一段可以复制的话。心屿不会打电话，也不会发送任何东西。</translation>
    </message>
    <message>
        <source>Who is it?</source>
        <translation>是谁？</translation>
    </message>
    <message>
        <source>Their number</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>What you would write to them</source>
        <translation>想对那个人说的话</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Take this person out</source>
        <translation>不再留这个人</translation>
    </message>
    <message>
        <source>A name or a number is needed, so that there is somebody to show.</source>
        <translation>请至少写名字或号码，到时候才有人可以显示。</translation>
    </message>
    <message>
        <source>Taken out.</source>
        <translation>已经拿掉了。</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>CopyButton</name>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A place of your own</source>
        <translation>给自己一个地方</translation>
    </message>
    <message>
        <source>A name, seen before it is unlocked</source>
        <translation>名字（解锁之前就看得到）</translation>
    </message>
    <message>
        <source>Without a passphrase</source>
        <translation>不设密码</translation>
    </message>
    <message>
        <source>Then anybody who can use this computer can read what is said here. A passphrase can be added at any time.</source>
        <translation>那么，能用这台电脑的人都能读到这里说的话。以后随时可以加上密码。</translation>
    </message>
    <message>
        <source>Make it</source>
        <translation>建好它</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>先不了</translation>
    </message>
    <message>
        <source>Islet green</source>
        <translation>岛绿</translation>
    </message>
    <message>
        <source>Clay</source>
        <translation>陶土</translation>
    </message>
    <message>
        <source>Sky</source>
        <translation>天空</translation>
    </message>
    <message>
        <source>Plum</source>
        <translation>梅子</translation>
    </message>
    <message>
        <source>Wheat</source>
        <translation>麦子</translation>
    </message>
    <message>
        <source>Stone</source>
        <translation>石头</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>“{title}” was deleted.</source>
        <translation>已删除“{title}”。</translation>
    </message>
    <message>
        <source>Nothing of this stays</source>
        <translation>不留痕迹的对话</translation>
    </message>
</context>
<context>
    <name>Drawer</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Search emoji</source>
        <translation>搜索表情</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>Choose an emoji</source>
        <translation>选择表情</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Nature</source>
        <translation>自然</translation>
    </message>
    <message>
        <source>Food</source>
        <translation>饮食</translation>
    </message>
    <message>
        <source>Travel</source>
        <translation>出行</translation>
    </message>
    <message>
        <source>Activities</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>Things</source>
        <translation>物品</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>符号</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>旗帜</translation>
    </message>
    <message>
        <source>Nothing found. Try another word.</source>
        <translation>没有找到，换个词试试。</translation>
    </message>
    <message>
        <source>{name} (hold for skin tones)</source>
        <translation>{name}（长按选择肤色）</translation>
    </message>
</context>
<context>
    <name>EmptyState</name>
    <message>
        <source>There is time here. Begin wherever you like.</source>
        <translation>不着急，从哪里说起都可以。</translation>
    </message>
    <message>
        <source>This computer keeps nothing of it; the server that answers might.</source>
        <translation>这台电脑上什么也不留；回答你的服务器那边也许会留。</translation>
    </message>
    <message>
        <source>What you write is saved on this computer, and a server answers it.</source>
        <translation>你写下的话保存在这台电脑上，由一台服务器来回答。</translation>
    </message>
    <message>
        <source>What you write stays on this computer.</source>
        <translation>你写下的话只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Nothing of this is kept: it is gone when you leave it.</source>
        <translation>这次说的话不会保存，离开这段对话就没有了。</translation>
    </message>
    <message>
        <source>Talk without leaving a trace here</source>
        <translation>聊一次，这里不留痕迹</translation>
    </message>
    <message>
        <source>Talk without leaving a trace</source>
        <translation>不留痕迹地聊</translation>
    </message>
    <message>
        <source>I have not been sleeping well</source>
        <translation>最近睡不好</translation>
    </message>
    <message>
        <source>My mind is all over the place</source>
        <translation>心里有点乱</translation>
    </message>
    <message>
        <source>I only want someone to listen</source>
        <translation>只想有人听我说</translation>
    </message>
</context>
<context>
    <name>EntryEditor</name>
    <message>
        <source>What is to be remembered</source>
        <translation>要记住的内容</translation>
    </message>
    <message>
        <source>One or two short sentences</source>
        <translation>一两句话就好</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ExchangeDeeds</name>
    <message>
        <source>Export everything</source>
        <translation>导出全部</translation>
    </message>
    <message>
        <source>Open a conversation first.</source>
        <translation>请先打开一段对话。</translation>
    </message>
    <message>
        <source>Export this conversation</source>
        <translation>导出这段对话</translation>
    </message>
    <message>
        <source>Save the summary</source>
        <translation>保存总结</translation>
    </message>
    <message>
        <source>Import a file</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>Importing…</source>
        <translation>正在导入……</translation>
    </message>
    <message>
        <source>Safety plan and notes</source>
        <translation>安全计划和笔记</translation>
    </message>
    <message>
        <source>Shall the safety plan and the safety notes be in the file as well?</source>
        <translation>安全计划和安全笔记也写进文件里吗？</translation>
    </message>
</context>
<context>
    <name>Front</name>
    <message>
        <source>Encrypting. Please leave the computer on.</source>
        <translation>正在加密，请不要关电脑。</translation>
    </message>
    <message>
        <source>Erasing…</source>
        <translation>正在清除……</translation>
    </message>
    <message>
        <source>Looking for what is damaged…</source>
        <translation>正在找损坏的地方……</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>稍等……</translation>
    </message>
    <message>
        <source>Making it…</source>
        <translation>正在建……</translation>
    </message>
</context>
<context>
    <name>Gate</name>
    <message>
        <source>I need a person</source>
        <translation>需要有人帮忙</translation>
    </message>
    <message>
        <source>Numbers of people who can help (F1)</source>
        <translation>可以帮忙的人的号码（F1）</translation>
    </message>
    <message>
        <source>Xinyu</source>
        <translation>心屿</translation>
    </message>
</context>
<context>
    <name>Grounding</name>
    <message>
        <source>Look around you, and let your senses come back to this room.</source>
        <translation>看看四周，让感觉回到这个房间里来。</translation>
    </message>
    <message>
        <source>Name five things you can see.</source>
        <translation>说出五样你能看见的东西。</translation>
    </message>
    <message>
        <source>Feel four things: the chair, the floor, your clothes, the air.</source>
        <translation>感觉四样东西：椅子、地板、衣服、空气。</translation>
    </message>
    <message>
        <source>Listen for three sounds, near or far.</source>
        <translation>听三种声音，近的远的都行。</translation>
    </message>
    <message>
        <source>Find two things you can smell.</source>
        <translation>找两样能闻到的东西。</translation>
    </message>
    <message>
        <source>Notice one thing you can taste, or take a sip of water.</source>
        <translation>留意嘴里的一种味道，或者喝一口水。</translation>
    </message>
    <message>
        <source>You are here, in this room, now. Take another breath.</source>
        <translation>你在这里，在这个房间，此刻。再呼吸一次。</translation>
    </message>
    <message>
        <source>Five, four, three, two, one</source>
        <translation>五、四、三、二、一</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再来一次</translation>
    </message>
</context>
<context>
    <name>HelpButton</name>
    <message>
        <source>I need a person</source>
        <translation>需要有人帮忙</translation>
    </message>
    <message>
        <source>Numbers of people who can help (F1)</source>
        <translation>可以帮忙的人的号码（F1）</translation>
    </message>
</context>
<context>
    <name>HelpLineCard</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy {line}</source>
        <translation>复制{line}</translation>
    </message>
    <message>
        <source>QR</source>
        <translation>扫码</translation>
    </message>
    <message>
        <source>Code to dial it with a phone: {line}</source>
        <translation>用手机扫码拨打：{line}</translation>
    </message>
    <message>
        <source>Code to dial it with a phone</source>
        <translation>用手机扫码拨打</translation>
    </message>
    <message>
        <source>Point a phone&apos;s camera here to dial {number}</source>
        <translation>用手机相机对准这里，就能拨打 {number}</translation>
    </message>
    <message>
        <source>by phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>by text message</source>
        <translation>短信</translation>
    </message>
    <message>
        <source>online chat</source>
        <translation>网上文字聊天</translation>
    </message>
    <message>
        <source>Mandarin</source>
        <translation>普通话</translation>
    </message>
    <message>
        <source>Cantonese</source>
        <translation>粤语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Portuguese</source>
        <translation>葡萄牙语</translation>
    </message>
    <message>
        <source>Malay</source>
        <translation>马来语</translation>
    </message>
    <message>
        <source>Tamil</source>
        <translation>泰米尔语</translation>
    </message>
    <message>
        <source>Spanish</source>
        <translation>西班牙语</translation>
    </message>
    <message>
        <source>French</source>
        <translation>法语</translation>
    </message>
    <message>
        <source>Tagalog</source>
        <translation>他加禄语</translation>
    </message>
    <message>
        <source>Indonesian</source>
        <translation>印尼语</translation>
    </message>
    <message>
        <source>Thai</source>
        <translation>泰语</translation>
    </message>
    <message>
        <source>Vietnamese</source>
        <translation>越南语</translation>
    </message>
    <message>
        <source>Hindi</source>
        <translation>印地语</translation>
    </message>
    <message>
        <source>Urdu</source>
        <translation>乌尔都语</translation>
    </message>
    <message>
        <source>Nepali</source>
        <translation>尼泊尔语</translation>
    </message>
    <message>
        <source>Punjabi</source>
        <translation>旁遮普语</translation>
    </message>
    <message>
        <source>Bengali</source>
        <translation>孟加拉语</translation>
    </message>
</context>
<context>
    <name>HelpPanel</name>
    <message>
        <source>I need a person</source>
        <translation>需要有人帮忙</translation>
    </message>
    <message>
        <source>For someone you worry about</source>
        <translation>给你担心的那个人</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Numbers for</source>
        <translation>号码所属地区</translation>
    </message>
    <message>
        <source>Someone to talk to</source>
        <translation>可以说说话的人</translation>
    </message>
    <message>
        <source>Only in some places</source>
        <translation>只在有的地方</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>我的安全计划</translation>
    </message>
    <message>
        <source>A quiet minute: breathing and grounding</source>
        <translation>安静一分钟：呼吸和着陆</translation>
    </message>
    <message>
        <source>Somebody to turn to</source>
        <translation>可以找的人</translation>
    </message>
    <message>
        <source>What was noted</source>
        <translation>记下了什么</translation>
    </message>
    <message>
        <source>Leave this page quickly (F12)</source>
        <translation>马上离开这一页（F12）</translation>
    </message>
</context>
<context>
    <name>LockCorner</name>
    <message>
        <source>Lock</source>
        <translation>锁上</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>换一个人</translation>
    </message>
    <message>
        <source>Lock now (Ctrl+L)</source>
        <translation>马上锁上（Ctrl+L）</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Xinyu</source>
        <translation>心屿</translation>
    </message>
</context>
<context>
    <name>MemoryCard</name>
    <message>
        <source>You said: “{quote}”</source>
        <translation>你的原话：“{quote}”</translation>
    </message>
    <message>
        <source>You wrote this here.</source>
        <translation>你自己写在这里的。</translation>
    </message>
    <message>
        <source>The conversation it came from was deleted.</source>
        <translation>它出自的那段对话已经删掉了。</translation>
    </message>
    <message>
        <source>Its time is over, so it is not used. Is it still so?</source>
        <translation>这条过了时候，现在没有在用。还是这样吗？</translation>
    </message>
    <message>
        <source>Fades on {day}; you will be asked.</source>
        <translation>{day}会淡出，到时先问你。</translation>
    </message>
    <message>
        <source>Pinned: no model changes it.</source>
        <translation>已固定：模型不会改它。</translation>
    </message>
    <message>
        <source>Remember it</source>
        <translation>记下</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>不用记</translation>
    </message>
    <message>
        <source>Still so</source>
        <translation>还是这样</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消固定</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>固定</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Where it was said</source>
        <translation>看出处</translation>
    </message>
</context>
<context>
    <name>MemoryLine</name>
    <message>
        <source>Is this still so: {text}</source>
        <translation>现在还是这样吗：{text}</translation>
    </message>
    <message>
        <source>That was taken back.</source>
        <translation>已经撤回。</translation>
    </message>
    <message>
        <source>May this be remembered: {text}</source>
        <translation>可以记下吗：{text}</translation>
    </message>
    <message>
        <source>Forgotten: {text}</source>
        <translation>忘掉了：{text}</translation>
    </message>
    <message>
        <source>Remembered instead: {text}</source>
        <translation>改记为：{text}</translation>
    </message>
    <message>
        <source>Remembered: {text}</source>
        <translation>记下了：{text}</translation>
    </message>
    <message>
        <source>You said: “{quote}”</source>
        <translation>你的原话：“{quote}”</translation>
    </message>
    <message>
        <source>That was not remembered.</source>
        <translation>没有记。</translation>
    </message>
    <message>
        <source>Still remembered: {text}</source>
        <translation>继续记着：{text}</translation>
    </message>
    <message>
        <source>That was let go.</source>
        <translation>不再记了。</translation>
    </message>
</context>
<context>
    <name>MemoryPage</name>
    <message>
        <source>What is remembered</source>
        <translation>我的记忆</translation>
    </message>
    <message>
        <source>Remember things between conversations</source>
        <translation>在不同的对话之间记住一些事</translation>
    </message>
    <message>
        <source>Ask me before anything is remembered</source>
        <translation>先问过我再记</translation>
    </message>
    <message>
        <source>Remember nothing of this conversation</source>
        <translation>这段对话什么都不记</translation>
    </message>
    <message>
        <source>The model I chose may suggest what to remember</source>
        <translation>让我选的模型提议记什么</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Each entry rests on words of yours. You see every change at once, and can undo it.</source>
        <translation>每一条都出自你自己说过的话。每次改动你马上看得到，也都可以撤回。</translation>
    </message>
    <message>
        <source>The small model does not write here by itself. Say “remember that …” or “call me …”, or write it here.</source>
        <translation>小模型不会自己往这里写。你可以说“记住……”“叫我……”，也可以直接写在这里。</translation>
    </message>
    <message>
        <source>May this be remembered?</source>
        <translation>这些可以记下吗？</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开着</translation>
    </message>
    <message>
        <source>Use “{slot}”</source>
        <translation>使用“{slot}”</translation>
    </message>
    <message>
        <source>Add something</source>
        <translation>加一条</translation>
    </message>
    <message>
        <source>Add something to “{slot}”</source>
        <translation>在“{slot}”里加一条</translation>
    </message>
    <message>
        <source>Deleted, with everything it was before: {text}</source>
        <translation>已删除，连同以前的版本：{text}</translation>
    </message>
    <message>
        <source>Remembered: {text}</source>
        <translation>记下了：{text}</translation>
    </message>
    <message>
        <source>Changed: {text}</source>
        <translation>已更新：{text}</translation>
    </message>
</context>
<context>
    <name>MessageModel</name>
    <message>
        <source>You: {text}</source>
        <translation>你：{text}</translation>
    </message>
    <message>
        <source>You, {time}: {text}</source>
        <translation>你，{time}：{text}</translation>
    </message>
    <message>
        <source>Xinyu is thinking…</source>
        <translation>正在想……</translation>
    </message>
    <message>
        <source>Xinyu, {time}: {text}</source>
        <translation>心屿，{time}：{text}</translation>
    </message>
</context>
<context>
    <name>ModelCardFrame</name>
    <message>
        <source>Download of {model}</source>
        <translation>正在下载 {model}</translation>
    </message>
    <message>
        <source>Answers now</source>
        <translation>现在由它回答</translation>
    </message>
    <message>
        <source>Suits this computer best</source>
        <translation>最适合这台电脑</translation>
    </message>
    <message>
        <source>The small model that came along. It is always here.</source>
        <translation>随心屿一起来的小模型，一直都在。</translation>
    </message>
    <message>
        <source>The file is no longer what it was. It is not loaded.</source>
        <translation>文件已经变了样，不会载入它。</translation>
    </message>
    <message>
        <source>Not here just now: its stick or disk is not connected.</source>
        <translation>现在不在：它所在的 U 盘或硬盘没有接上。</translation>
    </message>
    <message>
        <source>Talk with this one</source>
        <translation>和它聊</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>试用结果</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Try it out</source>
        <translation>试一下</translation>
    </message>
    <message>
        <source>Check the file</source>
        <translation>检查文件</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>移除…</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Throw away what is here</source>
        <translation>丢掉已下载的部分</translation>
    </message>
    <message>
        <source>All of it is here; it is being checked…</source>
        <translation>已经全部下载，正在核对…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel the download</source>
        <translation>取消下载</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>下载…</translation>
    </message>
    <message>
        <source>{have} of {size} are here; the rest waits.</source>
        <translation>已有 {have}，共 {size}；剩下的先放着。</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Details: {model}</source>
        <translation>详细信息：{model}</translation>
    </message>
    <message>
        <source>Size of {model}</source>
        <translation>{model} 的大小</translation>
    </message>
    <message>
        <source>fits well</source>
        <translation>很合适</translation>
    </message>
    <message>
        <source>fits, slowly</source>
        <translation>能用，会慢</translation>
    </message>
    <message>
        <source>does not fit</source>
        <translation>放不下</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>由此制成</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>仓库</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
</context>
<context>
    <name>ModelsHand</name>
    <message>
        <source>A small starter model answers here, and gets things wrong. A larger one can be chosen under Models.</source>
        <translation>这里由一个很小的入门模型回答，它常常会说错。在「模型」里可以换一个更大的。</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>换一个模型</translation>
    </message>
    <message>
        <source>Show models</source>
        <translation>打开模型页</translation>
    </message>
    <message>
        <source>{model} has arrived and was checked. Now it can be tried out.</source>
        <translation>{model} 下载好了，也核对过了。现在可以试一下。</translation>
    </message>
</context>
<context>
    <name>ModelsList</name>
    <message>
        <source>Looking at what is here…</source>
        <translation>正在看这里有什么…</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>这台电脑上的</translation>
    </message>
    <message>
        <source>Add a file from a disk or stick…</source>
        <translation>从硬盘或 U 盘添加…</translation>
    </message>
    <message>
        <source>Can be downloaded</source>
        <translation>可以下载的</translation>
    </message>
    <message>
        <source>Nothing is downloaded before you have seen its size and said yes.</source>
        <translation>在你看过大小并同意之前，什么都不会下载。</translation>
    </message>
    <message>
        <source>Who answers</source>
        <translation>由谁来回答</translation>
    </message>
    <message>
        <source>A model is the part of Xinyu that answers. All those here run on this computer and need no network. Larger ones understand more and need more memory.</source>
        <translation>模型是心屿里负责回答的部分。这里的每一个都在这台电脑上运行，不需要网络。大一些的懂得更多，也需要更多内存。</translation>
    </message>
    <message>
        <source>Where models are kept</source>
        <translation>模型放在哪里</translation>
    </message>
    <message>
        <source>Everybody who uses Xinyu on this computer shares them; conversations are never shared.</source>
        <translation>这台电脑上用心屿的人共用这些模型；对话从不共用。</translation>
    </message>
    <message>
        <source>Keep new ones elsewhere…</source>
        <translation>新的放到别处…</translation>
    </message>
    <message>
        <source>Keep new ones in the usual place</source>
        <translation>新的放回原来的地方</translation>
    </message>
    <message>
        <source>Where models come from</source>
        <translation>模型从哪里来</translation>
    </message>
    <message>
        <source>Now: {host}. Where it cannot be reached, a mirror often can.</source>
        <translation>现在是 {host}。如果连不上，镜像往往可以。</translation>
    </message>
    <message>
        <source>The official place</source>
        <translation>官方</translation>
    </message>
    <message>
        <source>A mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>An address of your own</source>
        <translation>自己的地址</translation>
    </message>
    <message>
        <source>The address</source>
        <translation>地址</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>What is chosen here answers only when no server is set any more.</source>
        <translation>在这里选的模型，要等到不再设有服务器时才会来回答。</translation>
    </message>
    <message>
        <source>Asking {host} how large it is…</source>
        <translation>正在向 {host} 询问大小…</translation>
    </message>
    <message>
        <source>{model} is here and was checked. Now it can be tried out.</source>
        <translation>{model} 已经在这里，也核对过了。现在可以试一下。</translation>
    </message>
    <message>
        <source>Choose a model file</source>
        <translation>选择模型文件</translation>
    </message>
    <message>
        <source>Where models are to be kept</source>
        <translation>模型放在哪里</translation>
    </message>
    <message>
        <source>Copying: {percent} %</source>
        <translation>正在复制：{percent} %</translation>
    </message>
    <message>
        <source>Checking the file: {percent} %</source>
        <translation>正在检查文件：{percent} %</translation>
    </message>
    <message>
        <source>The file was checked.</source>
        <translation>文件检查过了，没有问题。</translation>
    </message>
    <message>
        <source>The model is here. Now it can be tried out.</source>
        <translation>模型已经在这里。现在可以试一下。</translation>
    </message>
    <message>
        <source>The model was removed.</source>
        <translation>模型已移除。</translation>
    </message>
    <message>
        <source>What had arrived of it is gone.</source>
        <translation>已下载的部分丢掉了。</translation>
    </message>
    <message>
        <source>New models go there from now on.</source>
        <translation>以后新的模型放到那里。</translation>
    </message>
    <message>
        <source>Models come from there from now on.</source>
        <translation>以后从那里下载模型。</translation>
    </message>
    <message>
        <source>From now on {model} answers. Your conversation goes on where it was.</source>
        <translation>从现在起由 {model} 回答。对话接着原来的地方继续。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ModelsWords</name>
    <message>
        <source>size not known yet</source>
        <translation>大小还不知道</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>不到一分钟</translation>
    </message>
    <message numerus="yes">
        <source>about %n minutes left</source>
        <translation>
            <numerusform>大约还要 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hours left</source>
        <translation>
            <numerusform>大约还要 %n 小时</numerusform>
        </translation>
    </message>
    <message>
        <source>{have} of {size}</source>
        <translation>已有 {have}，共 {size}</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>每秒 {rate}</translation>
    </message>
    <message>
        <source>{memory} of memory, {free} of it free</source>
        <translation>内存 {memory}，空闲 {free}</translation>
    </message>
    <message>
        <source>graphics card {name} with {free} free</source>
        <translation>显卡 {name}，空闲 {free}</translation>
    </message>
    <message>
        <source>no graphics card that models can use</source>
        <translation>没有模型能用的显卡</translation>
    </message>
    <message>
        <source>{free} free on the disk</source>
        <translation>硬盘空闲 {free}</translation>
    </message>
    <message numerus="yes">
        <source>%n pieces of words a second, as measured here</source>
        <translation>
            <numerusform>在这里测得每秒 %n 个词元</numerusform>
        </translation>
    </message>
    <message>
        <source>This computer: {parts}.</source>
        <translation>这台电脑：{parts}。</translation>
    </message>
    <message>
        <source>good at talking</source>
        <translation>擅长交谈</translation>
    </message>
    <message>
        <source>can propose what is remembered</source>
        <translation>能提议记住什么</translation>
    </message>
    <message>
        <source>speaks several languages</source>
        <translation>会多种语言</translation>
    </message>
    <message>
        <source>by {maker}</source>
        <translation>来自 {maker}</translation>
    </message>
    <message numerus="yes">
        <source>About %n pieces of words a second.</source>
        <translation>
            <numerusform>每秒大约 %n 个词元。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not tried on this computer yet.</source>
        <translation>还没有在这台电脑上试过。</translation>
    </message>
    <message>
        <source>Tried on this computer: it cannot be used.</source>
        <translation>在这台电脑上试过：不能用。</translation>
    </message>
    <message>
        <source>Tried on this computer: it can be used; there is something to know about it.</source>
        <translation>在这台电脑上试过：可以用，有些事需要知道。</translation>
    </message>
    <message>
        <source>Tried on this computer: everything was all right.</source>
        <translation>在这台电脑上试过：都没有问题。</translation>
    </message>
</context>
<context>
    <name>NewPassphrasePage</name>
    <message>
        <source>It is open. Choose a new passphrase.</source>
        <translation>打开了。请选一个新密码。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>就用它</translation>
    </message>
</context>
<context>
    <name>NotesPage</name>
    <message>
        <source>What was noted</source>
        <translation>记下了什么</translation>
    </message>
    <message>
        <source>When Xinyu thinks that you or somebody else may be in danger, it notes when, which of its rules said so and what it showed, and never what you wrote. It can be mistaken. Deleting a note takes nothing else away.</source>
        <translation>当心屿觉得你或别人可能有危险时，会记下时间、是哪几条规则这样判断、当时显示了什么，从不记你写的话。它会弄错。删掉记录不影响别的任何东西。</translation>
    </message>
    <message>
        <source>Nothing is noted.</source>
        <translation>什么都没有记。</translation>
    </message>
    <message>
        <source>Delete all notes</source>
        <translation>删掉全部记录</translation>
    </message>
    <message>
        <source>Rules: </source>
        <translation>规则：</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删掉</translation>
    </message>
    <message>
        <source>Delete the note of {when}</source>
        <translation>删掉 {when} 的记录</translation>
    </message>
    <message>
        <source>perhaps a passing wish not to be here</source>
        <translation>也许有过不想在这里的念头</translation>
    </message>
    <message>
        <source>perhaps thoughts of ending life, or of hurting oneself</source>
        <translation>也许有结束生命或伤害自己的想法</translation>
    </message>
    <message>
        <source>perhaps a method, an intent, or a recent attempt</source>
        <translation>也许有办法、打算，或不久前做过</translation>
    </message>
    <message>
        <source>perhaps danger right now</source>
        <translation>也许此刻就有危险</translation>
    </message>
    <message>
        <source>worry about somebody else</source>
        <translation>为别人担心</translation>
    </message>
    <message>
        <source>violence</source>
        <translation>暴力</translation>
    </message>
    <message>
        <source>being hurt by somebody</source>
        <translation>被人伤害</translation>
    </message>
    <message>
        <source>a medical emergency</source>
        <translation>需要急救</translation>
    </message>
    <message>
        <source>frightening perceptions, or no sleep</source>
        <translation>吓人的感觉，或很久没睡</translation>
    </message>
    <message>
        <source>Shown: a quiet line</source>
        <translation>显示了：一行小字</translation>
    </message>
    <message>
        <source>Shown: words and numbers in the talk</source>
        <translation>显示了：对话里的话和号码</translation>
    </message>
    <message>
        <source>Shown: the numbers beside the talk</source>
        <translation>显示了：对话旁边的号码</translation>
    </message>
    <message>
        <source>Shown: the emergency number first</source>
        <translation>显示了：紧急电话排在最前</translation>
    </message>
    <message>
        <source>Count by month how often help was shown</source>
        <translation>按月数一数帮助显示了几次</translation>
    </message>
    <message>
        <source>Counts</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>Numbers without any text, on this computer alone; they are sent nowhere.</source>
        <translation>只有数字，没有文字，只在这台电脑上，不会发到任何地方。</translation>
    </message>
    <message>
        <source>Delete the counts</source>
        <translation>删掉次数</translation>
    </message>
    <message>
        <source>a quiet line</source>
        <translation>一行小字</translation>
    </message>
    <message>
        <source>words and numbers in the talk</source>
        <translation>对话里的话和号码</translation>
    </message>
    <message>
        <source>numbers beside the talk</source>
        <translation>对话旁边的号码</translation>
    </message>
    <message>
        <source>emergency number first</source>
        <translation>紧急电话排在最前</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Try again</source>
        <translation>再试一次</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Look for a backup</source>
        <translation>找一份备份</translation>
    </message>
    <message>
        <source>Set it aside and begin anew</source>
        <translation>放到一边，重新开始</translation>
    </message>
    <message>
        <source>Go back to the backup of {day}</source>
        <translation>换上 {day} 的备份</translation>
    </message>
</context>
<context>
    <name>PassphraseFields</name>
    <message>
        <source>A passphrase</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>再写一次</translation>
    </message>
    <message>
        <source>The two are not the same yet.</source>
        <translation>两次还不一样。</translation>
    </message>
    <message>
        <source>Short ones can be guessed. A few words in a row are better.</source>
        <translation>短的容易被猜到。连着写几个词会更好。</translation>
    </message>
    <message>
        <source>Some words in a row, in any language, are easy to remember.</source>
        <translation>连着的几个词，用什么语言都行，好记。</translation>
    </message>
</context>
<context>
    <name>PlanPage</name>
    <message>
        <source>My safety plan</source>
        <translation>我的安全计划</translation>
    </message>
    <message>
        <source>For hard hours, in your own words; it stays on this computer. Leave empty what you do not want to answer.</source>
        <translation>留给难熬的时候，用你自己的话写，只在这台电脑上。不想答的就空着。</translation>
    </message>
    <message>
        <source>It still fits</source>
        <translation>还合适</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as PDF…</source>
        <translation>存成 PDF…</translation>
    </message>
    <message>
        <source>Somebody to turn to</source>
        <translation>可以找的人</translation>
    </message>
    <message>
        <source>A quiet minute: breathing and grounding</source>
        <translation>安静一分钟：呼吸和着陆</translation>
    </message>
    <message>
        <source>What was noted</source>
        <translation>记下了什么</translation>
    </message>
    <message>
        <source>The plan cannot be read at the moment.</source>
        <translation>计划现在读不出来。</translation>
    </message>
    <message>
        <source>Not saved yet. Nothing is lost while this window is open.</source>
        <translation>还没有保存。窗口开着，写的就不会丢。</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
</context>
<context>
    <name>PlanPaper</name>
    <message>
        <source>Safety plan</source>
        <translation>安全计划</translation>
    </message>
    <message>
        <source>Save the plan as PDF</source>
        <translation>把计划存成 PDF</translation>
    </message>
</context>
<context>
    <name>PrivacyDialog</name>
    <message>
        <source>Passphrase, backups, export</source>
        <translation>密码、备份、导出</translation>
    </message>
    <message>
        <source>Who can read this</source>
        <translation>谁能读到这些</translation>
    </message>
    <message>
        <source>Set a passphrase…</source>
        <translation>设一个密码……</translation>
    </message>
    <message>
        <source>Everything here is encrypted. Only your passphrase opens it.</source>
        <translation>这里的一切都加密了，只有你的密码能打开。</translation>
    </message>
    <message>
        <source>Change the passphrase…</source>
        <translation>换一个密码……</translation>
    </message>
    <message>
        <source>A new recovery key…</source>
        <translation>换一个恢复密钥……</translation>
    </message>
    <message>
        <source>The system&apos;s keyring may open it too</source>
        <translation>也可以用系统钥匙串打开</translation>
    </message>
    <message>
        <source>Handy, and weaker: whoever is logged in as you can then open it. If the keyring is lost, the passphrase still works.</source>
        <translation>方便，但弱一些：用你的账户登录的人就能打开。钥匙串丢了也没关系，密码照样可用。</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Made every day and after use, and checked. Choose one to go back.</source>
        <translation>每天和用完之后各做一份，都检查过。选一份就可以回去。</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>现在备份</translation>
    </message>
    <message>
        <source>Add what is missing</source>
        <translation>补进缺少的</translation>
    </message>
    <message>
        <source>Go back to it</source>
        <translation>回到这一份</translation>
    </message>
    <message>
        <source>Take it with you</source>
        <translation>带走</translation>
    </message>
    <message>
        <source>These files are not encrypted: whoever has one can read it.</source>
        <translation>这些文件没有加密，谁拿到都能读。</translation>
    </message>
    <message>
        <source>Everything…</source>
        <translation>全部……</translation>
    </message>
    <message>
        <source>This conversation…</source>
        <translation>这段对话……</translation>
    </message>
    <message>
        <source>A summary for a therapist…</source>
        <translation>给咨询师的总结……</translation>
    </message>
    <message>
        <source>From an export of Xinyu, ChatGPT or LibreChat:</source>
        <translation>从心屿、ChatGPT 或 LibreChat 的导出文件：</translation>
    </message>
    <message>
        <source>Import a file…</source>
        <translation>导入文件……</translation>
    </message>
    <message>
        <source>Other people on this computer</source>
        <translation>这台电脑上的其他人</translation>
    </message>
    <message>
        <source>Each has a place of their own. Nothing is shared but the models.</source>
        <translation>每个人都有自己的地方。除了模型，什么都不共用。</translation>
    </message>
    <message>
        <source>A place for somebody else…</source>
        <translation>给别人建一个地方……</translation>
    </message>
    <message>
        <source>Somebody else comes in</source>
        <translation>换别人进来</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Erase this profile…</source>
        <translation>清除这个档案……</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>清除全部……</translation>
    </message>
    <message>
        <source>Your recovery key</source>
        <translation>你的恢复密钥</translation>
    </message>
    <message>
        <source>Choose a backup first.</source>
        <translation>请先选一份备份。</translation>
    </message>
    <message>
        <source>Going back to the backup…</source>
        <translation>正在回到备份……</translation>
    </message>
    <message>
        <source>Adding what is missing…</source>
        <translation>正在补进缺少的……</translation>
    </message>
    <message>
        <source>erase</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>{file}: cannot be opened</source>
        <translation>{file}：打不开</translation>
    </message>
    <message>
        <source>{day}: {conversations} conversations, {messages} messages</source>
        <translation>{day}：{conversations} 段对话，{messages} 条消息</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>好了</translation>
    </message>
</context>
<context>
    <name>Questions</name>
    <message>
        <source>{size} would be downloaded from {host}.</source>
        <translation>要从 {host} 下载 {size}。</translation>
    </message>
    <message>
        <source>As with every download, {host} learns this computer&apos;s internet address and which file it fetches. Nothing of your conversations goes there.</source>
        <translation>和所有下载一样，{host} 会知道这台电脑的网络地址和下载的是哪个文件。你的对话不会发过去。</translation>
    </message>
    <message>
        <source>You can go on talking meanwhile, pause at any time, and go on later. Where the line costs by amount, mind the size.</source>
        <translation>下载时可以接着聊，随时可以暂停，以后再继续。如果网络按流量收费，请留意大小。</translation>
    </message>
    <message>
        <source>{have} of it are here already.</source>
        <translation>其中 {have} 已经在这里。</translation>
    </message>
    <message>
        <source>Download {size} from {host}</source>
        <translation>从 {host} 下载 {size}</translation>
    </message>
    <message>
        <source>Download {model}?</source>
        <translation>下载 {model} 吗？</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>先不了</translation>
    </message>
    <message>
        <source>{file}, {size}.</source>
        <translation>文件 {file}，大小 {size}。</translation>
    </message>
    <message>
        <source>It was made for another form of conversation than Xinyu&apos;s own models. It may well talk, but keep less to Xinyu&apos;s manner. The trial shows what it does.</source>
        <translation>它的对话格式和心屿自己的模型不一样。它多半能聊，但不太会照心屿的方式说话。试一下就知道。</translation>
    </message>
    <message>
        <source>Copied, it is always here. Used where it lies, it needs no room, and answers only while its disk or stick is connected.</source>
        <translation>复制过来，它就一直在这里。在原处使用则不占地方，但只有接着那个硬盘或 U 盘时它才能回答。</translation>
    </message>
    <message>
        <source>Copy it</source>
        <translation>复制过来</translation>
    </message>
    <message>
        <source>Use it where it lies</source>
        <translation>在原处使用</translation>
    </message>
    <message>
        <source>Add {model}?</source>
        <translation>添加 {model} 吗？</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>还是不了</translation>
    </message>
    <message>
        <source>The file itself stays where it is; Xinyu only forgets it.</source>
        <translation>文件本身留在原处，心屿只是不再记着它。</translation>
    </message>
    <message>
        <source>This frees {size} on the disk. Your conversations stay.</source>
        <translation>这会空出 {size}。你的对话都在。</translation>
    </message>
    <message>
        <source>It can be downloaded again.</source>
        <translation>以后还可以再下载。</translation>
    </message>
    <message>
        <source>Remove {model}?</source>
        <translation>移除 {model} 吗？</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>留着</translation>
    </message>
</context>
<context>
    <name>QuickLeave</name>
    <message>
        <source>Notes</source>
        <translation>笔记</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Show the conversations</source>
        <translation>展开对话列表</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新的对话</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>搜索说过的话</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
</context>
<context>
    <name>RecoveryPage</name>
    <message>
        <source>Your recovery key</source>
        <translation>你的恢复密钥</translation>
    </message>
    <message>
        <source>If the passphrase is forgotten, only this opens your conversations. Nobody else has it, and Xinyu will not show it again. Write it down, or print it, and keep it where others do not look.</source>
        <translation>忘记密码时，只有它能打开你的对话。别人没有它，心屿也不会再显示它。请抄下来或打印，放在别人不会看的地方。</translation>
    </message>
    <message>
        <source>Print it…</source>
        <translation>打印……</translation>
    </message>
    <message>
        <source>I have written it down</source>
        <translation>我抄下来了</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>RegionBox</name>
    <message>
        <source>Another place</source>
        <translation>其他地方</translation>
    </message>
    <message>
        <source>Region, for the right help numbers</source>
        <translation>地区，用来显示对的求助号码</translation>
    </message>
    <message>
        <source>Mainland China</source>
        <translation>中国大陆</translation>
    </message>
    <message>
        <source>Mainland China: Shanghai</source>
        <translation>中国大陆：上海</translation>
    </message>
    <message>
        <source>Hong Kong</source>
        <translation>香港</translation>
    </message>
    <message>
        <source>Taiwan</source>
        <translation>台湾</translation>
    </message>
    <message>
        <source>Macao</source>
        <translation>澳门</translation>
    </message>
    <message>
        <source>Singapore</source>
        <translation>新加坡</translation>
    </message>
    <message>
        <source>Malaysia</source>
        <translation>马来西亚</translation>
    </message>
    <message>
        <source>United States</source>
        <translation>美国</translation>
    </message>
    <message>
        <source>Canada</source>
        <translation>加拿大</translation>
    </message>
    <message>
        <source>United Kingdom</source>
        <translation>英国</translation>
    </message>
    <message>
        <source>United Kingdom: England</source>
        <translation>英国：英格兰</translation>
    </message>
    <message>
        <source>Ireland</source>
        <translation>爱尔兰</translation>
    </message>
    <message>
        <source>Australia</source>
        <translation>澳大利亚</translation>
    </message>
    <message>
        <source>New Zealand</source>
        <translation>新西兰</translation>
    </message>
</context>
<context>
    <name>SecretDialogs</name>
    <message>
        <source>The passphrase of now</source>
        <translation>现在的密码</translation>
    </message>
    <message>
        <source>A new passphrase</source>
        <translation>新密码</translation>
    </message>
    <message>
        <source>The same once more</source>
        <translation>再写一次</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>It encrypts everything in this profile. Some words in a row are easy to remember and hard to guess.</source>
        <translation>它会加密这个档案里的一切。连着的几个词好记，也难猜。</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>就用它</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>These files are overwritten and removed. Nothing brings them back.</source>
        <translation>这些文件会被覆盖并删除，找不回来。</translation>
    </message>
    <message>
        <source>To go on, write: {word}</source>
        <translation>要继续，请写：{word}</translation>
    </message>
    <message>
        <source>Summary for a therapist</source>
        <translation>给咨询师的总结</translation>
    </message>
    <message>
        <source>Change what you like. Nothing is written before you save it.</source>
        <translation>想怎么改都行。保存之前什么都不会写下来。</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>存成文件……</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>How it looks</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Talking</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>What you would like to be called</source>
        <translation>怎么称呼你</translation>
    </message>
    <message>
        <source>Where you are, for help numbers</source>
        <translation>你在哪里（用来显示求助号码）</translation>
    </message>
    <message>
        <source>How old you are</source>
        <translation>你的年龄</translation>
    </message>
    <message>
        <source>The model that answers</source>
        <translation>回答你的模型</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>处理器线程数</translation>
    </message>
    <message>
        <source>Layers on the graphics card</source>
        <translation>放到显卡上的层数</translation>
    </message>
    <message>
        <source>Adapter for this model (a GGUF file)</source>
        <translation>和这个模型配套的适配文件（GGUF）</translation>
    </message>
    <message>
        <source>Folder of another llama.cpp</source>
        <translation>另一份 llama.cpp 所在的文件夹</translation>
    </message>
    <message>
        <source>Used the next time the model is loaded.</source>
        <translation>下次读入模型时生效。</translation>
    </message>
    <message>
        <source>Your data</source>
        <translation>你的数据</translation>
    </message>
    <message>
        <source>Everything Xinyu keeps lies in this folder.</source>
        <translation>心屿保存的一切都在这个文件夹里。</translation>
    </message>
    <message>
        <source>Lock when nobody is here</source>
        <translation>没有人在时锁上</translation>
    </message>
    <message>
        <source>Where there is a passphrase. Ctrl+L locks at once.</source>
        <translation>设了密码才会锁。按 Ctrl+L 马上锁上。</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Less motion: nothing fades or breathes</source>
        <translation>减少动画：没有渐变和闪动</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter starts a new line</source>
        <translation>按 Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Use the one that came along</source>
        <translation>用随附的那个</translation>
    </message>
    <message>
        <source>The small one that came along</source>
        <translation>随附的小模型</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>高级</translation>
    </message>
    <message>
        <source>chosen by itself</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>as many as fit</source>
        <translation>能放多少放多少</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Passphrase, backups, export…</source>
        <translation>密码、备份、导出……</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>好了</translation>
    </message>
    <message>
        <source>As the computer</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>after {minutes} minutes</source>
        <translation>{minutes} 分钟后</translation>
    </message>
    <message>
        <source>never</source>
        <translation>不锁</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>I have not been sleeping well lately.</source>
        <translation>最近睡不好，心里有点乱。</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>New conversation</source>
        <translation>新的对话</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>搜索说过的话</translation>
    </message>
    <message>
        <source>I need a person</source>
        <translation>需要有人帮忙</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Show or fold the conversations</source>
        <translation>展开或收起对话列表</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>我的记忆</translation>
    </message>
    <message>
        <source>My safety plan</source>
        <translation>我的安全计划</translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>Rename</source>
        <translation>改名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>对话列表</translation>
    </message>
    <message>
        <source>Found messages</source>
        <translation>找到的话</translation>
    </message>
    <message>
        <source>Search what was said</source>
        <translation>搜索说过的话</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>没有找到。</translation>
    </message>
    <message>
        <source>End the search</source>
        <translation>结束搜索</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新的对话</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>What is remembered</source>
        <translation>我的记忆</translation>
    </message>
    <message>
        <source>Fold the list away</source>
        <translation>收起列表</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Press for models</source>
        <translation>按下可以选择模型</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>正在准备……</translation>
    </message>
    <message>
        <source>Small starter model</source>
        <translation>入门小模型</translation>
    </message>
    <message>
        <source>with {adapter}</source>
        <translation>加上 {adapter}</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens a second</source>
        <translation>
            <numerusform>每秒 %n 词元</numerusform>
        </translation>
    </message>
    <message>
        <source>slower for now: memory is short</source>
        <translation>内存或显存不够，暂时慢一些</translation>
    </message>
    <message>
        <source>with the llama.cpp that came along: the chosen one does not load</source>
        <translation>选的 llama.cpp 加载不了，用的是自带的</translation>
    </message>
    <message>
        <source>on the server {host}</source>
        <translation>在服务器 {host} 上</translation>
    </message>
    <message>
        <source>on this computer&apos;s CPU</source>
        <translation>在本机 CPU 上运行</translation>
    </message>
    <message>
        <source>all on {device}</source>
        <translation>全部在 {device} 上运行</translation>
    </message>
    <message>
        <source>{some} of {all} layers on {device}</source>
        <translation>{all} 层里有 {some} 层在 {device} 上运行</translation>
    </message>
</context>
<context>
    <name>Talk</name>
    <message>
        <source>This has not been answered yet.</source>
        <translation>这句话还没有得到回答。</translation>
    </message>
</context>
<context>
    <name>TalkPage</name>
    <message>
        <source>To the latest</source>
        <translation>回到最新</translation>
    </message>
    <message>
        <source>To the latest message</source>
        <translation>回到最新的一条</translation>
    </message>
</context>
<context>
    <name>TellPage</name>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>TitleDelegate</name>
    <message>
        <source>New title</source>
        <translation>新的名字</translation>
    </message>
</context>
<context>
    <name>TrialPage</name>
    <message>
        <source>Trying out {model}</source>
        <translation>正在试用 {model}</translation>
    </message>
    <message>
        <source>It is asked a few fixed questions, also about moments of danger. Nothing that you said is used for it.</source>
        <translation>会问它一些固定的问题，也包括危险时刻的。不会用到你说过的任何话。</translation>
    </message>
    <message>
        <source>The model is being loaded…</source>
        <translation>正在载入模型…</translation>
    </message>
    <message>
        <source>Stop trying</source>
        <translation>停止试用</translation>
    </message>
    <message>
        <source>The file is being checked first…</source>
        <translation>先检查文件…</translation>
    </message>
    <message>
        <source>Does it keep to the form of a conversation?</source>
        <translation>它守得住对话的格式吗？</translation>
    </message>
    <message>
        <source>Does it stop when it is told to?</source>
        <translation>叫它停，它停吗？</translation>
    </message>
    <message>
        <source>Does it speak?</source>
        <translation>它会好好说话吗？</translation>
    </message>
    <message>
        <source>Who does it say it is?</source>
        <translation>问它是谁，它怎么说？</translation>
    </message>
    <message>
        <source>What does it say when somebody is in danger?</source>
        <translation>有人处在危险中，它怎么说？</translation>
    </message>
    <message>
        <source>Talk with it, knowing this</source>
        <translation>知道了，和它聊</translation>
    </message>
    <message>
        <source>Rather not</source>
        <translation>还是不了</translation>
    </message>
    <message>
        <source>Back to the models</source>
        <translation>回到模型页</translation>
    </message>
    <message>
        <source>{model} cannot be used here</source>
        <translation>{model} 在这里不能用</translation>
    </message>
    <message>
        <source>From now on {model} answers</source>
        <translation>从现在起由 {model} 回答</translation>
    </message>
    <message>
        <source>{model} can be used, and there is something to know</source>
        <translation>{model} 可以用，有些事需要知道</translation>
    </message>
    <message>
        <source>{model} can be used</source>
        <translation>{model} 可以用</translation>
    </message>
    <message>
        <source>The one that answered before goes on answering.</source>
        <translation>还是由原来的模型回答。</translation>
    </message>
    <message>
        <source>Your conversation goes on where it was.</source>
        <translation>对话接着原来的地方继续。</translation>
    </message>
    <message>
        <source>This is what was found on this computer:</source>
        <translation>在这台电脑上试下来是这样：</translation>
    </message>
    <message numerus="yes">
        <source>It wrote about %n pieces of words a second.</source>
        <translation>
            <numerusform>它每秒写大约 %n 个词元。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>UnlockPage</name>
    <message>
        <source>Unlocking…</source>
        <translation>正在解锁……</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁上</translation>
    </message>
    <message>
        <source>The recovery key, as it was printed</source>
        <translation>打印的那张恢复密钥</translation>
    </message>
    <message>
        <source>Use the passphrase</source>
        <translation>用密码</translation>
    </message>
    <message>
        <source>Your passphrase</source>
        <translation>你的密码</translation>
    </message>
    <message>
        <source>I forgot it: use the recovery key</source>
        <translation>忘记了：用恢复密钥</translation>
    </message>
    <message>
        <source>Use the system&apos;s keyring</source>
        <translation>用系统钥匙串</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>换一个人</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Unlock (in {seconds} s)</source>
        <translation>解锁（{seconds} 秒后）</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Good that you are here. Take your time.</source>
        <translation>你来了就好。慢慢来。</translation>
    </message>
    <message>
        <source>Where are you?</source>
        <translation>你在哪里？</translation>
    </message>
    <message>
        <source>Only so that the help numbers are the right ones.</source>
        <translation>只用来显示对的求助号码。</translation>
    </message>
    <message>
        <source>What would you like to be called?</source>
        <translation>想让我怎么称呼你？</translation>
    </message>
    <message>
        <source>Any name will do. You can leave this empty.</source>
        <translation>什么名字都可以，也可以空着。</translation>
    </message>
    <message>
        <source>How old are you?</source>
        <translation>你多大了？</translation>
    </message>
    <message>
        <source>Start talking</source>
        <translation>开始聊</translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Xinyu is a quiet place to put into words what weighs on you. The one who answers is an AI: a program, not a person. It listens and asks, and it can be wrong.</source>
        <translation>心屿是一个安静的地方，可以把压在心里的话说出来。回答你的是 AI：一个程序，不是真人。它会听，会问，也会说错。</translation>
    </message>
    <message>
        <source>What you say stays on this computer. Nothing is sent anywhere.</source>
        <translation>你说的话只留在这台电脑上，不会发到任何地方。</translation>
    </message>
    <message>
        <source>It is no doctor and no therapy, and it is not for emergencies.</source>
        <translation>它不是医生，也不是心理治疗，不能用来应对紧急情况。</translation>
    </message>
</context>
</TS>
