"""The two pages of the front door, as plain HTML without scripts or anything from outside."""

import html
from datetime import datetime, timezone
from typing import Any

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem; padding: 0 1rem; color: #1c2430; }
h1 { font-size: 1.5rem; } code { background: #eef1f5; padding: .1rem .3rem; border-radius: .2rem; }
article { border: 1px solid #cfd6df; border-radius: .4rem; margin: 1rem 0; padding: .8rem 1rem; }
article h2 { font-size: 1.05rem; margin: 0 0 .3rem; } article p { margin: .2rem 0; color: #55606e; }
iframe { width: 100%; height: 24rem; border: 1px solid #e2e7ee; background: #fff; } pre { white-space: pre-wrap; }
"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )


def front(endpoints: dict[str, Any]) -> str:
    """What there is to look at."""
    if not endpoints:
        return _page("Fairlead on this machine", "<p>The stack is still starting.</p>")
    crm = html.escape(str(endpoints["crm"]))
    return _page(
        "Fairlead on this machine",
        f'<ul><li><a href="{crm}">The sandbox CRM</a>, a stand-in where you create a lead, log a contact, move a deal</li>'
        '<li><a href="/mailbox">The mailbox</a>, every mail that was sent</li>'
        '<li><a href="/views/mine">The pages of the people</a>, behind a sandbox in which you sign in as any of them</li>'
        f"<li><code>POST {html.escape(str(endpoints['webhook_url']))}</code>, where the CRM sends its webhooks</li></ul>"
        "<p>Why something happened: <code>target/debug/fairlead explain lead:ID</code></p>",
    )


def mailbox(mails: dict[str, Any]) -> str:
    """All mails, the newest first."""
    listed = [mail for account in mails.get("messages", {}).values() for mail in account]
    listed.sort(key=lambda mail: float(mail.get("Timestamp") or 0), reverse=True)
    if not listed:
        return _page("Mailbox", "<p>No mail has been sent yet.</p>")
    return _page(f"Mailbox: {len(listed)} sent", "".join(_mail(mail) for mail in listed))


def _mail(mail: dict[str, Any]) -> str:
    text, markup = mail.get("BodyText") or "", mail.get("BodyHtml") or ""
    shown = (
        f'<iframe sandbox="" title="The mail" srcdoc="{html.escape(markup, quote=True)}"></iframe>'
        if markup
        else f"<pre>{html.escape(text)}</pre>"
    )
    return (
        f"<article><h2>{html.escape(str(mail.get('Subject', '')))}</h2>"
        f"<p>to {html.escape(', '.join(mail.get('To', [])))} · from {html.escape(str(mail.get('Source', '')))}"
        f" · {_instant(mail.get('Timestamp'))}</p>{shown}</article>"
    )


def _instant(seconds: Any) -> str:
    return datetime.fromtimestamp(float(seconds or 0), timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
