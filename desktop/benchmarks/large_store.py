"""Makes a large store with invented talk in Chinese and English, the same for the same seed.

For benchmarks and for trying the window out; what it writes never comes from a person.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from desktop.store.database import Store, open_store
from desktop.vault.key import Key

LONG_CONVERSATION = 5_000
_USUAL_CONVERSATION = 40
_START = 1_735_689_600.0  # 2025-01-01
_BATCH = 10_000

_CHINESE = """
我 你 他 她 我们 妈妈 爸爸 朋友 老师 同学 同事 室友 男朋友 女朋友 孩子 今天 昨天
最近 晚上 早上 这段时间 有时候 一直 总是 还是 其实 可能 好像 真的 有点 特别 不太
没有 不想 不敢 不知道 不开心 难过 焦虑 害怕 孤单 生气 委屈 失望 疲惫 麻木 压力
睡不着 失眠 做梦 哭 笑 安静 放松 呼吸 散步 音乐 考试 作业 论文 工作 加班 面试
辞职 分手 吵架 结婚 离开 想念 记得 忘记 担心 希望 觉得 感觉 听见 看见 说话 沉默
陪伴 理解 支持 一个人 家里 学校 公司 医院 宿舍 城市 老家 小猫 小狗 的 了 吗 呢
吧 啊 和 但是 所以 因为 如果 然后 就 也 都 很 再
"""
_ENGLISH = """
I you we they my mother father friend teacher boss today yesterday lately tonight always never
maybe really feel feeling tired sad angry lonely afraid anxious worried calm hope sleep
sleeping awake dream cry talk listen remember forget exam work office school home alone
together quiet heavy empty better worse about because but so and when if it is was not don't
can't want need to the a of in at with for OK Monday
"""
_MARKS = ("，", "。", "？", "……", "！")
_EMOJI = ("😢", "🙂", "🌧️", "👩‍👧", "👍🏽", "❤️")


def make_large_store(path: Path, messages: int, seed: int = 1, key: Key | None = None) -> None:
    """Write a new store of `messages` messages; the first conversation has 5,000 of them."""
    chance = random.Random(seed)
    with open_store(path, key=key) as store:
        lengths = _conversation_lengths(messages)
        with store.transaction() as change:
            change.executemany(
                "INSERT INTO conversations (id, title, created_at, updated_at) VALUES (?, ?, ?, ?)",
                _conversation_rows(lengths, chance),
            )
        rows = _message_rows(lengths, chance)
        while batch := list(islice(rows, _BATCH)):
            _insert(store, batch)
        with store.transaction() as change:
            change.execute(
                "UPDATE conversations SET head_id ="
                " (SELECT max(id) FROM messages WHERE conversation_id = conversations.id)"
            )


def invented_text(chance: random.Random) -> str:
    """Some sentences: three in four Chinese, now and then long, rare characters here and there."""
    words = 400 if chance.random() < 0.005 else chance.randint(4, 30)
    if chance.random() < 0.25:
        return " ".join(chance.choices(_ENGLISH.split(), k=words)).capitalize() + "."
    pieces = []
    for word in chance.choices(_CHINESE.split(), k=words):
        pieces.append(word)
        if chance.random() < 0.15:
            pieces.append(chance.choice(_MARKS))
        if chance.random() < 0.05:
            pieces.append(chr(chance.randint(0x4E00, 0x9FA5)))
    if chance.random() < 0.1:
        pieces.append(chance.choice(_EMOJI))
    return "".join(pieces)


def _conversation_lengths(messages: int) -> list[int]:
    lengths = [min(LONG_CONVERSATION, messages)]
    while (rest := messages - sum(lengths)) > 0:
        lengths.append(min(_USUAL_CONVERSATION, rest))
    return lengths


def _conversation_rows(
    lengths: list[int], chance: random.Random
) -> Iterator[tuple[int, str, float, float]]:
    moment = _START
    for number, length in enumerate(lengths, start=1):
        moment += 60.0 * length
        yield number, invented_text(chance)[:18], moment - 60.0 * length, moment


def _message_rows(lengths: list[int], chance: random.Random) -> Iterator[tuple[object, ...]]:
    id_ = 0
    for conversation, length in enumerate(lengths, start=1):
        for place in range(length):
            id_ += 1
            reply = place % 2 == 1
            moment = _START + 60.0 * id_
            yield (
                id_,
                conversation,
                id_ - 1 if place else None,
                "assistant" if reply else "user",
                invented_text(chance),
                "complete",
                "starter" if reply else None,
                moment,
                moment,
            )


def _insert(store: Store, batch: list[tuple[object, ...]]) -> None:
    with store.transaction() as change:
        change.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", batch)
