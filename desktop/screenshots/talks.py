"""What is said in the pictures."""

from __future__ import annotations

CHINESE_TALK = (
    ("user", "最近总是睡不好，半夜三点多就醒了，醒来就开始想很多事。"),
    ("assistant", "半夜醒来，一个人对着那些念头，会格外累。醒来时，最先冒出来的通常是什么？"),
    ("user", "大多是工作上的事。我怕自己做不好，怕别人失望。"),
    ("assistant", "怕做不好，也怕让人失望，像是白天没放下的担子，夜里又压了上来。"),
    ("user", "对，就是那种放不下的感觉。\n其实也没有人真的怪我，可我总觉得自己不够好。"),
    ("assistant", "没有人怪你，你心里那个声音却不肯停。它说得最多的一句话，是什么？"),
)
ENGLISH_TALK = (
    ("user", "I keep waking up at three and then I can't stop thinking."),
    ("assistant", "Three in the morning is a lonely hour to be awake. What comes up first?"),
    ("user", "Work, mostly. I'm afraid of letting people down."),
    (
        "assistant",
        "So even at night you are still carrying them all. Has anyone told you that you let them"
        " down, or is it more a feeling that will not leave?",
    ),
)
EMOJI_TALK = (
    ("user", "今天带🐶出门走了走，路边的🌸都开了 😊"),
    ("assistant", "听起来今天有一点轻。是什么让你想出门的？"),
    ("user", "家里人来了 👨‍👩‍👧‍👦，她还给我比了个 👍🏽 ❤️‍🩹 🏳️‍🌈 1️⃣ 🇨🇳"),
    ("assistant", "有人在身边，还有人替你比了个 👍🏽，这一点暖也可以留在心里。"),
)
TITLES = ("半夜总是醒", "和妈妈又吵架了", "面试前一晚", "想念小猫", "不想去上班", "只想有人听我说")
ENGLISH_TITLES = ("Awake at three", "Mum and me", "The interview", "Missing the cat")
DANGER = "药我已经攒够了，今晚就吃。"
REPLY = "听起来你这阵子一直绷着，连睡觉都没有真正放松下来。是从什么时候开始的？"
