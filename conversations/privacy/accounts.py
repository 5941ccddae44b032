"""What leads to a person online: e-mail addresses, links to profiles, names of accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from conversations.privacy.reading import TOP_LEVEL, Stretch
from conversations.spelling import word_set

_EMAIL: Final = re.compile(
    r"(?:(?<=<)|(?<![\w.+%'-]))[\w.+%'-]{1,64}(?: @ |@ ?)[\w-]{1,63}"
    rf"(?:(?: ?\. ?[\w-]{{2,63}}){{0,3}} ?\. ?[A-Z][\w-]{{1,63}}|,{TOP_LEVEL})\b",
    re.IGNORECASE,
)
_EMAIL_AT: Final = re.compile(
    rf"[\w.+%'-]{{2,64}} at [\w-]{{2,63}}(?:\.[\w-]{{2,63}}){{0,3}}\.{TOP_LEVEL}\b", re.IGNORECASE
)


def emails(text: str) -> Iterator[Stretch]:
    """E-mail addresses."""
    if "@" in text:
        yield from (found.span() for found in _EMAIL.finditer(text))
    if " at " in text.casefold():
        yield from (found.span() for found in _EMAIL_AT.finditer(text))


_PROFILE: Final = re.compile(
    r"(?:https?://)?(?<![\w.-])(?:[a-z]{1,6}\.)?(?:"
    r"(?:instagram|facebook|fb|tiktok|twitter|x|threads|bsky|pinterest|twitch|onlyfans)"
    r"\.(?:com|net|app|tv|me) ?/ ?@?[\w.%-]+"
    r"|snapchat\.com ?/ ?(?:add/|@|t/)?[\w.-]{2,}|t\.me/[\w+]{3,}|telegram\.me/\w{3,}|wa\.me/[\w+]{3,}"
    r"|linkedin\.com/in/[\w%-]{2,}|youtube\.com/(?:@|c/|user/|channel/)[\w.%-]{2,}"
    r"|discord(?:\.gg|\.com/(?:users|invite))/\w{2,}|reddit\.com/u(?:ser)?/\w{2,}"
    r")[^\s<>\")]*(?<![.,;:!?])",
    re.IGNORECASE,
)


def profile_links(text: str) -> Iterator[Stretch]:
    """Links to somebody's profile."""
    yield from (found.span() for found in _PROFILE.finditer(text))


_HANDLE: Final = re.compile(r"(?<![\w@.])@[A-Za-z_][\w.]{1,29}\b")
_TO_ALL: Final = frozenset({"here", "channel", "everyone", "all", "room", "iedereen", "allen"})
APPS: Final = word_set(
    "snap snapchat insta instagram tiktok tik telegram discord facebook fb twitter twitch roblox fortnite steam",
    "psn xbox youtube threads bereal onlyfans snapnaam instanaam telegramnaam discordnaam tiktoknaam account",
    "accountnaam gebruikersnaam username nickname gamertag profielnaam snapt snapaccount instaaccount",
)
_SITES: Final = (
    r"(?:snap(?:chat)?|insta(?:gram)?|tik ?tok|telegram|discord|facebook|fb|twitter|twitch|roblox|fortnite|steam|psn"
    r"|xbox|youtube)"
)
_APP: Final = rf"\b{_SITES}"
_ACCOUNT: Final = r"(?:[ -]?(?:naam|account(?:naam)?|handle|user(?:name)?|gebruikersnaam|profiel|profile|name))"
_NAME: Final = r"[A-Za-z0-9_][\w.]{1,29}"
_NAMED: Final = re.compile(
    rf"{_APP}{_ACCOUNT}(?: is| heet|[:=])+ *(?P<handle>{_NAME})"
    rf"|\b(?:accountnaam|gebruikersnaam|user ?name|nickname|gamertag|profielnaam)"
    rf"(?: (?:op|van|bij|on) \w+)?(?: is|[:=])* +(?P<user>{_NAME})"
    rf"|{_APP} (?:heet|noemt|zit|staat|is) (?:hij|zij|ze|die)(?: zich)?(?: bekend)?(?: als)? (?P<called>{_NAME})"
    rf"|\b(?:op|on) {_SITES} (?:als|as) (?P<known>{_NAME})"
    rf"|\bvolgt? (?P<followed>{_NAME}) op {_APP}"
    rf"|{_APP}(?: is|[:=])+ *(?P<bare>{_NAME})"
    rf"|{_APP}{_ACCOUNT}? +(?P<odd>(?=\w*[\d_.]\w)(?=[\w.]*[A-Za-z])[A-Za-z][\w.]{{2,29}})",
    re.IGNORECASE,
)
# Beside the name of an app: a word that nobody would write but as the name of an account.
_MADE_UP: Final = re.compile(
    r"(?<![\w@./-])(?:(?=\w*_)\w*[A-Za-z]{2}\w*|[A-Za-z]{2,}(?:\.[A-Za-z0-9_]+)+"
    r"|(?=[A-Za-z]*\d)(?:\d*[A-Za-z]){3,}\w*|\w{2,32}#\d{4})(?![\w@/-])"
)
_SITE: Final = re.compile(rf"(?:^www\.|\.{TOP_LEVEL}$)", re.IGNORECASE)
# Ordinary words after "Instagram:"; a list of where things happen is no profile.
_ORDINARY: Final = word_set(
    "account accounts berichten bericht beelden challenge chats comments dreigementen dreiging filmpje filmpjes foto",
    "fotos groep groepen groepsapp groepschat live lives meme memes online oproep oproepen ruzie reacties stories",
    "story verhalen video videos vlogs content message messages photos pictures post posts group groups fights threats",
    "geen nee ja niet niks niets onbekend veel weinig wel en er of het de een yes no none nothing not unknown many",
    "some a the and or calls is was van op in bij dat die deze dit verwijderd bekend oude nieuwe andere zijn haar",
)
_SURELY: Final = frozenset({"handle", "user", "called", "known", "followed"})


def handles(text: str) -> Iterator[Stretch]:
    """Names of accounts: after an @, after the name of an app, or made up the way only accounts are."""
    for found in _HANDLE.finditer(text):
        if found[0][1:].casefold() not in _TO_ALL:
            yield found.span()
    for found in _NAMED.finditer(text):
        name = found.lastgroup or "bare"
        handle = found[name].rstrip(".")
        looks_made_up = any(sign.isdigit() or sign in "_." for sign in handle)
        follows = re.match(r"\s*(?:[.,;)!?]|$|\n|(?:en|and|of|or|heeft|has|is)\b)", text[found.end(name) :])
        if handle.casefold() not in _ORDINARY and (looks_made_up or name in _SURELY or follows):
            yield found.start(name), found.start(name) + len(handle)


def made_up(text: str) -> Iterator[Stretch]:
    """In a text that speaks of an app: words that look like the name of an account."""
    yield from (found.span() for found in _MADE_UP.finditer(text) if not _SITE.search(found[0]))
