"""The tab "my tasks". Inside Teams it holds no more than a way to the web chat: what is asked and answered there is
behind its own sign-in, which no other page may frame.
"""

from __future__ import annotations

import html
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.platforms.teams.fields import say
from conversations.i18n import LANGUAGES

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:34rem;padding:0 1rem;color:#222;"
    "background:#fff}a{display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#154273;color:#fff;"
    "text-decoration:none}"
    "a:focus-visible{outline:3px solid #222;outline-offset:3px}"
)
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors "
    "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft"
)


async def page(request: Request) -> Response:
    """The page that Teams frames; in the language that the tab was made for."""
    wish = request.query_params.get("language", "")
    language = wish if wish in LANGUAGES else LANGUAGES[0]
    title, text, label = (html.escape(say(language, f"teams.{one}")) for one in ("tab", "tab_text", "tab_open"))
    shown = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head><body><main><h1>{title}</h1>'
        f'<p>{text}</p><p><a href="/" target="_blank" rel="noopener">{label}</a></p></main></body></html>'
    )
    return HTMLResponse(shown, headers={"content-security-policy": POLICY})
