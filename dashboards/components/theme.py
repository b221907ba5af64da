"""The look of the product: colours, type, cards, tables; one style sheet for light and dark."""

from dataclasses import dataclass

import streamlit as st

FONT = (
    '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei","Hiragino Sans GB",'
    '"WenQuanYi Micro Hei",sans-serif'
)


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean. Series colours follow Okabe and Ito, which colour-blind people can tell apart."""

    ink: str
    ink2: str
    ink3: str
    line: str
    ground: str
    card: str
    stripe: str
    brand: str
    brand_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    mute_soft: str
    series: tuple[str, ...]


LIGHT = Palette(
    ink="#17212e", ink2="#4b5868", ink3="#66727f", line="#e1e6ed", ground="#f3f5f8", card="#ffffff", stripe="#f8fafc",
    brand="#0f4c81", brand_soft="#e6eff7", good="#00684f", good_soft="#e0f2ec", warn="#8a5300", warn_soft="#fdf1dc",
    bad="#b23c0e", bad_soft="#fdeae3", mute_soft="#eceff3",
    series=("#0f4c81", "#d55e00", "#009e73", "#56b4e9", "#cc79a7", "#8c6d00", "#6b7683"),
)  # fmt: skip
DARK = Palette(
    ink="#e7ecf3", ink2="#b3bdca", ink3="#93a0b0", line="#2b3647", ground="#0f1621", card="#172030", stripe="#1b2536",
    brand="#6fb1ea", brand_soft="#1d3247", good="#4cc9a0", good_soft="#143229", warn="#f0b55b", warn_soft="#3a2c14",
    bad="#ff9066", bad_soft="#40221a", mute_soft="#243042",
    series=("#6fb1ea", "#ff9f5a", "#4cc9a0", "#9bd3f5", "#e5a3c8", "#e0c14f", "#a3adba"),
)  # fmt: skip


def is_dark() -> bool:
    """Whether the browser shows the dark theme."""
    try:
        return st.context.theme.type == "dark"
    except Exception:
        return False


def palette() -> Palette:
    """Colours of the current theme."""
    return DARK if is_dark() else LIGHT


def apply() -> None:
    """Put the style sheet on the page."""
    colours = palette()
    tokens = "".join(
        f"--{name.replace('_', '-')}:{value};" for name, value in vars(colours).items() if isinstance(value, str)
    )
    st.html(f"<style>:root{{{tokens}--font:{FONT};}}{_CSS}</style>")


_CSS = """
html,body,.stApp,.stApp button,.stApp input,.stApp textarea{font-family:var(--font);}
.stApp{background:var(--ground);color:var(--ink);}
[data-testid="stHeader"]{background:transparent;height:2.4rem;pointer-events:none;}
[data-testid="stHeader"] button{pointer-events:auto;}
[data-testid="stToolbar"]{right:.5rem;}
[data-testid="stDecoration"],[data-testid="stElementToolbar"],[data-testid="stStatusWidget"],
[data-testid="stMainMenu"],[data-testid="stAppDeployButton"],[data-testid="stHeaderActionElements"]{display:none!important;}
[data-testid="stMainBlockContainer"]{padding:1.1rem 1.6rem 3rem;max-width:1520px;}
[data-testid="stMain"] [data-testid="stVerticalBlock"]{gap:.8rem;}
[data-testid="stHtml"]{width:100%;}
[data-testid="InputInstructions"]{display:none!important;}

/* the sidebar */
[data-testid="stSidebar"]{background:#0c2b4b;border-right:none;width:216px!important;min-width:216px!important;}
[data-testid="stSidebar"][aria-expanded="false"]{min-width:0!important;width:0!important;}
[data-testid="stSidebar"] *{color:#cfdceb;}
[data-testid="stSidebarHeader"]{height:2.2rem;padding:.4rem .6rem;margin:0;min-height:0;}
[data-testid="stSidebarContent"]{padding:0!important;} [data-testid="stSidebarUserContent"]{padding:0 .7rem 1rem!important;}
[data-testid="stSidebar"] [data-testid="stVerticalBlock"]{gap:.15rem;}
[data-testid="stSidebarResizeHandle"]{display:none;}
.sb-brand{padding:0 .5rem 1rem;border-bottom:1px solid rgba(255,255,255,.12);margin-bottom:.7rem;}
.sb-brand b{display:block;white-space:nowrap;color:#fff!important;font-size:1.08rem;font-weight:700;letter-spacing:.04em;line-height:1.4;}
.sb-brand span{font-size:.78rem;color:#93b1d0!important;letter-spacing:.05em;}
.sb-navhead{font-size:.74rem;color:#7f9fc0!important;padding:.65rem .55rem .2rem;letter-spacing:.1em;}
[data-testid="stSidebar"] [data-testid="stPageLink"] a{border-radius:6px;padding:.42rem .6rem;}
[data-testid="stSidebar"] [data-testid="stPageLink"] a p{font-size:.95rem;}
[data-testid="stSidebar"] [data-testid="stPageLink"] a:hover{background:rgba(255,255,255,.08);}
[data-testid="stSidebar"] .st-key-nav_here a{background:#17487a!important;box-shadow:inset 3px 0 0 #7cc0ff;}
[data-testid="stSidebar"] .st-key-nav_here a p{color:#fff!important;font-weight:600;}
.sb-user{margin-top:1.2rem;padding:.8rem .55rem .5rem;border-top:1px solid rgba(255,255,255,.12);font-size:.82rem;line-height:1.7;}
.sb-user b{color:#fff!important;font-size:.9rem;font-weight:600;}
.sb-user small{color:#93b1d0!important;font-size:.78rem;}
[data-testid="stSidebar"] .stButton button{background:transparent;border:1px solid rgba(255,255,255,.25);width:100%;min-height:2rem;padding:.15rem .6rem;margin:0 .4rem;}
[data-testid="stSidebar"] .stButton button:hover{border-color:#fff;background:rgba(255,255,255,.08);}

/* page head */
.sb-head{display:flex;justify-content:space-between;align-items:flex-end;gap:1rem;flex-wrap:wrap;}
.sb-head h1{font-size:1.5rem;font-weight:700;margin:0;padding:0;color:var(--ink);line-height:1.35;letter-spacing:.01em;}
.sb-head p{margin:.1rem 0 0;color:var(--ink3);font-size:.86rem;}
.sb-asof{font-size:.82rem;color:var(--ink3);text-align:right;line-height:1.7;}
.sb-asof b{color:var(--ink2);font-weight:600;font-variant-numeric:tabular-nums;}
.sb-badge{display:inline-block;border-radius:4px;padding:.06rem .5rem;font-size:.78rem;font-weight:600;line-height:1.55;white-space:nowrap;}
.sb-good{color:var(--good);background:var(--good-soft);} .sb-warn{color:var(--warn);background:var(--warn-soft);}
.sb-bad{color:var(--bad);background:var(--bad-soft);} .sb-mute{color:var(--ink2);background:var(--mute-soft);}
.sb-brandtone{color:var(--brand);background:var(--brand-soft);}
.sb-banner{border-left:4px solid var(--warn);background:var(--warn-soft);color:var(--ink);padding:.65rem .95rem;border-radius:4px;font-size:.9rem;}
.sb-banner.bad{border-color:var(--bad);background:var(--bad-soft);}

/* cards */
.sb-kpis{display:grid;grid-template-columns:repeat(auto-fit,minmax(172px,1fr));gap:.8rem;}
.sb-kpi{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.85rem 1.05rem .8rem;min-width:0;}
.sb-kpi .l{font-size:.84rem;color:var(--ink2);}
.sb-kpi .v{font-size:1.85rem;font-weight:700;line-height:1.3;font-variant-numeric:tabular-nums;color:var(--ink);white-space:nowrap;}
.sb-kpi .v i{font-style:normal;font-size:.88rem;font-weight:500;color:var(--ink2);margin-left:.25rem;}
.sb-kpi .d{font-size:.8rem;color:var(--ink3);line-height:1.6;font-variant-numeric:tabular-nums;}
.sb-kpi.main{background:var(--brand-soft);border-color:transparent;box-shadow:inset 0 3px 0 var(--brand);}
.sb-kpi.main .v{color:var(--brand);}
.sb-up{color:var(--good);font-weight:600;} .sb-down{color:var(--bad);font-weight:600;} .sb-flat{color:var(--ink3);}
[class*="st-key-card"]{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.9rem 1.05rem 1rem;}
[class*="st-key-card"] [data-testid="stVerticalBlock"]{gap:.5rem;}
.sb-title{display:flex;justify-content:space-between;align-items:baseline;gap:.8rem;flex-wrap:wrap;}
.sb-title h2{font-size:1.02rem;font-weight:700;margin:0;padding:0;color:var(--ink);line-height:1.5;}
.sb-title span{font-size:.79rem;color:var(--ink3);}
.sb-says{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.75rem 1.1rem;margin:0;list-style:none;}
.sb-says li{position:relative;padding:.2rem 0 .2rem 1.05rem;margin:0;font-size:.95rem;line-height:1.75;color:var(--ink);}
.sb-says li::before{content:"";position:absolute;left:.1rem;top:.95em;width:6px;height:6px;border-radius:1px;background:var(--brand);}
.sb-note{font-size:.8rem;color:var(--ink3);line-height:1.65;margin:0;}
.sb-empty{padding:2rem 1rem;text-align:center;color:var(--ink3);font-size:.92rem;}
.sb-empty b{display:block;color:var(--ink2);font-size:1rem;margin-bottom:.2rem;}
.sb-crumb{font-size:.88rem;color:var(--ink3);}
.sb-crumb a{color:var(--brand);cursor:pointer;text-decoration:none;border-bottom:1px solid transparent;}
.sb-crumb a:hover,.sb-crumb a:focus{border-bottom-color:currentColor;outline:none;}
.sb-crumb b{color:var(--ink);font-weight:600;} .sb-crumb i{font-style:normal;margin:0 .45rem;color:var(--line);}
.sb-crumb i{color:var(--ink3);opacity:.6;}

/* tables */
.sb-scroll{overflow:auto;max-width:100%;}
table.sb-table{border-collapse:collapse;width:100%;font-size:.875rem;color:var(--ink);font-variant-numeric:tabular-nums;margin:0;border:none;}
table.sb-table th{position:sticky;top:0;background:var(--card);font-weight:600;color:var(--ink2);font-size:.8rem;text-align:left;padding:.4rem .55rem;border:none;border-bottom:2px solid var(--line);white-space:nowrap;z-index:1;}
table.sb-table td{padding:.36rem .55rem;border:none;border-bottom:1px solid var(--line);vertical-align:middle;line-height:1.45;}
table.sb-table th.r,table.sb-table td.r{text-align:right;white-space:nowrap;} table.sb-table th.c,table.sb-table td.c{text-align:center;}
table.sb-table td.n{white-space:nowrap;} table.sb-table td.w{min-width:15rem;}
table.sb-table tr:last-child td{border-bottom:none;}
table.sb-table tr[data-key]{cursor:pointer;} table.sb-table tr[data-key]:hover td,table.sb-table tr[data-key]:focus td{background:var(--brand-soft);}
table.sb-table tr[data-key]:focus{outline:2px solid var(--brand);outline-offset:-2px;}
table.sb-table tr.on td{background:var(--brand-soft);} table.sb-table tr.on td:first-child{box-shadow:inset 3px 0 0 var(--brand);}
table.sb-table tr.sum td{font-weight:600;background:var(--stripe);}
table.sb-table td .go{color:var(--brand);font-weight:600;}
table.sb-table td small{color:var(--ink3);font-size:.78rem;}
.sb-rank{display:inline-block;min-width:1.6rem;text-align:center;border-radius:4px;font-weight:600;color:var(--ink2);}
.sb-rank.top{background:var(--brand);color:var(--card);} .sb-rank.last{background:var(--mute-soft);}
.sb-bar{display:block;height:4px;border-radius:2px;background:var(--mute-soft);margin-top:3px;min-width:64px;overflow:hidden;}
.sb-bar u{display:block;height:100%;background:var(--brand);border-radius:2px;text-decoration:none;}
.sb-bar.gap u{background:#d55e00;}
.sb-facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(190px,1fr));gap:.55rem 1.2rem;margin:0;}
.sb-facts div{min-width:0;} .sb-facts dt{font-size:.79rem;color:var(--ink3);font-weight:400;margin:0;}
.sb-facts dd{margin:0;font-size:.93rem;color:var(--ink);overflow-wrap:anywhere;font-variant-numeric:tabular-nums;}
.sb-evidence{border-left:4px solid var(--brand);background:var(--brand-soft);padding:.7rem 1rem;border-radius:4px;font-size:1rem;line-height:1.75;color:var(--ink);}
.sb-next{border-left:4px solid var(--good);background:var(--good-soft);padding:.6rem 1rem;border-radius:4px;font-size:.94rem;color:var(--ink);}
.sb-line{list-style:none;margin:0;padding:0 0 0 .35rem;} .sb-line li{border-left:2px solid var(--line);padding:0 0 .7rem 1rem;margin:0;position:relative;font-size:.9rem;}
.sb-line li::before{content:"";position:absolute;left:-5px;top:.45em;width:8px;height:8px;border-radius:50%;background:var(--brand);}
.sb-line small{color:var(--ink3);display:block;}

/* widgets */
[data-testid="stWidgetLabel"] p{font-size:.8rem;color:var(--ink2);}
.stSelectbox [data-baseweb="select"]>div,.stTextInput [data-baseweb="input"]{min-height:2.2rem;background:var(--card);}
[class*="st-key-filters"]{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem 1.05rem .8rem;}
.stButtonGroup button{font-size:.86rem;}
[data-testid="stPagination"]{margin-top:.2rem;}

/* signing in */
.st-key-signin{max-width:420px;margin:7vh auto 0!important;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:2rem 2.1rem 1.7rem;box-shadow:0 10px 34px rgba(12,43,75,.10);}
.st-key-signin [data-testid="stForm"]{border:none;padding:.4rem 0 0;}
.st-key-signin .stFormSubmitButton button{width:100%;min-height:2.6rem;background:#0f4c81;color:#fff;border:none;font-weight:600;letter-spacing:.3em;}
.sb-signin h1{font-size:1.35rem;font-weight:700;margin:0;padding:0;color:var(--ink);} .sb-signin p{color:var(--ink3);font-size:.86rem;margin:.25rem 0 0;}

@media (max-width:640px){
 [data-testid="stMainBlockContainer"]{padding:2.6rem .8rem 2rem;}
 .sb-kpis{grid-template-columns:1fr 1fr;gap:.55rem;} .sb-kpi{padding:.6rem .75rem;} .sb-kpi .v{font-size:1.35rem;}
 .sb-kpi.main{grid-column:1/-1;} .sb-head h1{font-size:1.25rem;} .sb-asof{text-align:left;}
 table.sb-table{font-size:.82rem;} table.sb-table td,table.sb-table th{padding:.34rem .4rem;}
 .hide-s{display:none!important;} .st-key-signin{margin-top:3vh!important;padding:1.3rem 1.2rem;}
}
@media print{[data-testid="stSidebar"]{display:none;}}
"""
