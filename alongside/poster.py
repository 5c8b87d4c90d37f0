"""The poster that hangs in a ward: one printable page with QR codes, in HTML with everything inside it."""

import html
import io

import segno

_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Alongside: {name}</title>
<style>
@page {{ size: A4; margin: 16mm; }}
body {{ font-family: Arial, Helvetica, sans-serif; color: #212b32; text-align: center; }}
body {{ margin: 0 auto; max-width: 178mm; padding: 8mm; }}
h1 {{ font-size: 34pt; line-height: 1.15; margin: 0 0 6mm; }}
p {{ font-size: 16pt; line-height: 1.4; margin: 0 0 5mm; }}
.ward {{ font-weight: bold; }}
.ways {{ display: flex; flex-wrap: wrap; justify-content: center; gap: 12mm; margin: 8mm 0; }}
.way {{ width: 74mm; }}
.way h2 {{ font-size: 18pt; margin: 0 0 3mm; }}
.way svg {{ width: 64mm; height: 64mm; }}
.way p {{ font-size: 10pt; overflow-wrap: anywhere; }}
.now {{ border: 1.2mm solid #d5281b; padding: 4mm; font-weight: bold; }}
.small {{ font-size: 11pt; }}
</style>
</head>
<body>
<h1>Is someone close to you being cared for here?</h1>
<p class="ward">{name}</p>
<p>Ask about visiting, what staff can share with you, and help for yourself. Day or night. On the web you need no account.</p>
<div class="ways">
{ways}
</div>
<p class="now">If someone is in danger now, call {emergency}.</p>
<p class="small">Alongside is a chatbot, not a person. You can ask it for a carer support worker. {telegram_note}</p>
</body>
</html>
"""

_WAY = """<section class="way">
<h2>{title}</h2>
{code}
<p>{address}</p>
</section>"""


def make(name: str, *, web: str, telegram: str | None, emergency: str) -> str:
    """Return the page for a ward or team by its ``name``. Without ``telegram`` it shows the web alone."""
    ways = [_way("On the web", web)]
    if telegram:
        ways.append(_way("On Telegram", telegram))
    note = "On Telegram, Telegram can see what is said too." if telegram else ""
    return _PAGE.format(name=html.escape(name), emergency=html.escape(emergency), ways="\n".join(ways), telegram_note=note)


def _way(title: str, address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, title=f"QR code: {title.lower()}"
    )
    return _WAY.format(title=html.escape(title), code=drawn.getvalue().decode(), address=html.escape(address))
