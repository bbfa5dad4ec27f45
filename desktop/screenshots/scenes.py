"""The table of all pictures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize

from desktop.screenshots.care import (
    after,
    breathe,
    fold,
    help_in_settings,
    leave,
    open_page,
    press_help,
    show_code,
    write_old,
    write_own,
)
from desktop.screenshots.deeds import (
    answer_twice,
    begin_temporary,
    choose_child,
    delete,
    disk_full,
    edit,
    hover,
    move_by_keyboard,
    open_first,
    open_list,
    say,
    scroll_up,
    search,
    show_age,
    show_help,
    show_memory,
    show_picker,
    show_settings,
    stop_midway,
)
from desktop.screenshots.engines import dying, far, near, no_model, quick, two_replies, very_slow
from desktop.screenshots.memories import ENGLISH_MEMORIES, MEMORIES, keep
from desktop.screenshots.models import (
    add,
    ask,
    download,
    download_failed,
    found_refused,
    found_warning,
    show_models,
    try_out,
    unfold,
)
from desktop.screenshots.scene import Scene
from desktop.screenshots.talks import DANGER, EMOJI_TALK, ENGLISH_TALK
from desktop.settings import Settings


def scenes() -> dict[str, Scene]:
    """All pictures by name."""
    welcomed = Settings(welcomed=True, language="zh")
    dark, large = replace(welcomed, theme="dark"), replace(welcomed, font_scale=2.0)
    english, narrow = replace(welcomed, language="en"), QSize(480, 640)
    school = (
        'address = "https://ai.school.example"\noperator = {zh = "第一中学", en = "First School"}'
    )
    loopback = 'address = "http://127.0.0.1:8080"'
    slow = Scene(say("还是老样子，躺下就开始想。", 1100))
    return {
        "first_start": Scene(settings=Settings(language="zh"), talk=()),
        "empty": Scene(),
        "server": Scene(open_first, engine=far, server=school),
        "server_first_start": Scene(settings=Settings(language="zh"), talk=(), server=school),
        "server_loopback_dark": Scene(settings=dark, engine=near, server=loopback),
        "talk": Scene(open_first, engine=quick),
        "streaming": slow,
        "thinking": Scene(say("还是老样子，躺下就开始想。", 250), engine=very_slow),
        "stopped": Scene(stop_midway),
        "versions": Scene(answer_twice, engine=two_replies),
        "long_talk": Scene(scroll_up, repeat=60),
        "search": Scene(search("放不下"), repeat=1),
        "hover": Scene(hover),
        "keyboard": Scene(move_by_keyboard),
        "editing": Scene(edit),
        "deleted": Scene(delete),
        "engine_restarted": Scene(say("还是睡不着。", 900), engine=dying),
        "disk_full": Scene(disk_full),
        "help": Scene(show_help),
        "help_inline": Scene(say("有时候我真的不想活了。", 900), engine=quick),
        "help_fixed": Scene(say("药我已经攒够了，今晚就吃。", 900), engine=no_model),
        "memory_line": Scene(say("叫我小雨吧。", 900), engine=quick),
        "memory_panel": Scene(show_memory, own=keep(MEMORIES)),
        "memory_empty": Scene(show_memory),
        "dark_memory": Scene(show_memory, dark, own=keep(MEMORIES), engine=quick),
        "english_memory": Scene(show_memory, english, ENGLISH_TALK, own=keep(ENGLISH_MEMORIES)),
        "narrow_480_memory": Scene(show_memory, size=narrow, own=keep(MEMORIES)),
        "temporary": Scene(begin_temporary),
        "help_plain": Scene(show_help, settings=replace(welcomed, region="US")),
        "help_code": Scene(show_code),
        "help_abuse": Scene(after(say("我老公又打我了，把我锁在家里。", 900), press_help)),
        "help_folded": Scene(after(say("有时候我真的不想活了。", 900), fold), engine=quick),
        "help_bar": Scene(after(say(DANGER, 900), open_page("plan")), engine=no_model),
        "plan": Scene(open_page("plan"), own=write_own),
        "plan_review": Scene(open_page("plan"), own=write_old),
        "calm": Scene(breathe),
        "contact": Scene(open_page("contact"), own=write_own),
        "notes": Scene(after(say(DANGER, 900), open_page("notes")), engine=no_model),
        "left_quickly": Scene(leave),
        "settings_help": Scene(help_in_settings),
        "dark_help_fixed": Scene(say(DANGER, 900), dark, engine=no_model, own=write_own),
        "dark_plan": Scene(open_page("plan"), dark, own=write_own),
        "english_help_fixed": Scene(say(DANGER, 900), english, ENGLISH_TALK, own=write_own),
        "english_plan": Scene(open_page("plan"), english, ENGLISH_TALK, own=write_own),
        "narrow_480_fixed": Scene(say(DANGER, 900), size=narrow, engine=no_model, own=write_own),
        "narrow_480_plan": Scene(
            after(say(DANGER, 900), open_page("plan")), size=narrow, own=write_own
        ),
        "large_200_fixed": Scene(say(DANGER, 900), large, engine=no_model, own=write_own),
        "large_200_plan": Scene(open_page("plan"), large, own=write_own),
        "large_200_calm": Scene(breathe, large),
        "settings": Scene(show_settings),
        "models": Scene(show_models),
        "models_details": Scene(unfold),
        "models_ask": Scene(ask),
        "models_add": Scene(add),
        "models_download": Scene(download),
        "models_download_failed": Scene(download_failed),
        "models_trial": Scene(try_out),
        "models_warning": Scene(found_warning),
        "models_refused": Scene(found_refused),
        "dark_models": Scene(show_models, dark),
        "dark_models_warning": Scene(found_warning, dark),
        "english_models": Scene(show_models, english, ENGLISH_TALK),
        "english_models_download": Scene(download, english, ENGLISH_TALK),
        "english_models_warning": Scene(found_warning, english, ENGLISH_TALK),
        "large_200_models": Scene(show_models, large),
        "large_200_models_warning": Scene(found_warning, large),
        "narrow_480_models": Scene(download, size=narrow),
        "first_start_child": Scene(choose_child, Settings(language="zh"), talk=()),
        "settings_age": Scene(show_age, replace(welcomed, age_band="teen")),
        "notice": Scene(say("说实话，你是真人吗？", 900), engine=quick),
        "break_card": Scene(say("还有一件事想说。", 900), engine=quick, talked_for=7200),
        "emoji": Scene(open_first, talk=EMOJI_TALK),
        "emoji_picker": Scene(show_picker),
        "dark": Scene(open_first, replace(welcomed, theme="dark")),
        "dark_search": Scene(search("放不下"), replace(welcomed, theme="dark")),
        "dark_empty": Scene(settings=replace(welcomed, theme="dark")),
        "contrast": Scene(move_by_keyboard, replace(welcomed, theme="contrast")),
        "english": Scene(open_first, replace(welcomed, language="en"), ENGLISH_TALK),
        "english_empty": Scene(settings=replace(welcomed, language="en"), talk=ENGLISH_TALK),
        "large_200": Scene(open_first, replace(welcomed, font_scale=2.0)),
        "large_200_empty": Scene(settings=replace(welcomed, font_scale=2.0)),
        "narrow_480": Scene(open_first, size=QSize(480, 640)),
        "narrow_480_start": Scene(settings=Settings(language="zh"), talk=(), size=QSize(480, 640)),
        "narrow_480_help": Scene(show_help, size=QSize(480, 640)),
        "narrow_480_list": Scene(open_list, size=QSize(480, 640)),
        "narrow_480_large": Scene(
            open_first, replace(welcomed, font_scale=2.0), size=QSize(480, 640)
        ),
    }
