"""Builds assets/emoji.json from the npm package emojibase-data (MIT; names from Unicode CLDR).

    npm pack emojibase-data && tar xzf emojibase-data-*.tgz
    python packaging/build_emoji_table.py package assets/emoji.json

A maintainer runs it when Unicode adds emoji; the app only reads what it wrote. Knows no Qt and
nothing of the app.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
GROUPS = {0: "smileys", 1: "people", 3: "nature", 4: "food", 5: "travel", 6: "activities"}
GROUPS |= {7: "objects", 8: "symbols", 9: "flags"}  # 2 are the bare skin tones: nothing to choose
PRESENTATION = "\ufe0f"
# Words people here search with and CLDR has not; this project's own.
OWN_KEYWORDS = {
    "😔": "孤独|失落|难过|沮丧",
    "😢": "难过|伤心|委屈",
    "😭": "难过|崩溃|委屈",
    "🥺": "委屈|拜托",
    "😞": "失望|沮丧",
    "😶": "孤独|不想说话",
    "🙁": "难过|不开心",
    "😣": "难受|撑不住",
    "😖": "难受|纠结",
    "😰": "慌|紧张",
    "😥": "难过|委屈",
    "😮‍💨": "叹气|松一口气|累",
    "😵‍💫": "头晕|累",
    "🫠": "无奈|累",
    "💪": "加油|坚持",
    "🫶": "比心|爱你",
    "🙏": "拜托|谢谢|祈祷",
    "🫂": "陪伴|安慰|抱一抱",
    "🌙": "晚安|夜里|睡觉",
    "🌱": "成长|希望|新的开始",
    "☀️": "早安|晴天",
    "🌧️": "难过|下雨天",
    "🕯️": "纪念|想念",
    "💔": "失恋|分手|难过",
    "👌": "好的|没事",
    "👍": "加油|好的",
    "🧸": "陪伴|小熊",
}


def fully_qualified(item: dict[str, Any]) -> str:
    """As Unicode recommends it: characters of text get the emoji presentation selector."""
    text = "".join(chr(int(code, 16)) for code in item["hexcode"].split("-"))
    return text + PRESENTATION if len(text) == 1 and item["type"] == 0 else text


def rows(package: Path) -> Iterator[list[Any]]:
    """One row an emoji, in Unicode's order: emoji, group, version, names, keywords, variants."""
    chinese, english = (_by_hexcode(package, language) for language in LANGUAGES)
    order = list(GROUPS)
    shown = [item for item in english.values() if item.get("group") in GROUPS]
    for item in sorted(shown, key=lambda item: (order.index(item["group"]), item["order"])):
        twin = chinese[item["hexcode"]]
        text = fully_qualified(item)
        own = OWN_KEYWORDS[text].split("|") if text in OWN_KEYWORDS else []
        yield [
            text,
            order.index(item["group"]),
            item["version"],
            twin["label"],
            item["label"],
            _keywords(twin, own),
            _keywords(item, []),
            [fully_qualified(variant) for variant in item.get("skins", ())],
        ]


def _by_hexcode(package: Path, language: str) -> dict[str, dict[str, Any]]:
    items = json.loads((package / language / "data.json").read_text("utf-8"))
    return {item["hexcode"]: item for item in items}


def _keywords(item: dict[str, Any], own: list[str]) -> str:
    """Keywords in one text with bars between them, without the name itself."""
    words = [word for word in item.get("tags", ()) if word != item["label"]]
    return "|".join(dict.fromkeys(words + own))


def table_text(package: Path) -> str:
    """The file: a head, then an emoji a line."""
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    head = {
        "source": f"emojibase-data {version} (MIT), Unicode CLDR (Unicode-3.0)",
        "columns": ["emoji", "group", "version", "zh", "en", "keywords_zh", "keywords_en", "tones"],
        "groups": list(GROUPS.values()),
    }
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows(package)]
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    return opening + ', "emoji": [\n' + ",\n".join(lines) + "\n]}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    parser.add_argument("out", type=Path, help="the table to write")
    arguments = parser.parse_args()
    arguments.out.write_text(table_text(arguments.package), "utf-8")


if __name__ == "__main__":
    main()
