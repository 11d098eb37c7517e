"""The look of a displayed document: part of the self-contained page, and served to the portal as a file."""

STYLESHEET = """
.cda{--ink:#1e2b3c;--soft:#4a5868;--line:#c9d1da;--ground:#fff;--mute:#f3f5f7;--red:#8f1220;
--redground:#fdecee;
--amber:#5e3c00;--amberground:#fff4d6;--blue:#0b4a8a;--blueground:#e8f1fb;color:var(--ink);
background:var(--ground);
font:1rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;max-width:76rem;margin:0 auto;
padding:0 1rem 2rem;
overflow-wrap:break-word}
.cda *{box-sizing:border-box}
.cda h1{font-size:1.5em;margin:.8rem 0 .2rem}
.cda h2{font-size:1.2em;margin:0 0 .3rem}
.cda h3{font-size:1em;margin:0}
.cda small,.cda .orig,.cda .count,.cda .source{color:var(--soft);font-weight:400;font-size:.875em}
.cda .top{position:sticky;top:0;z-index:2;margin:0 -1rem}
.cda .banner{background:#13283f;color:#fff;padding:.6rem 1rem;
line-height:1.5}
.cda .banner .st,.cda .banner .missing,.cda .banner .nf{color:#fff;background:none;border-color:#fff}
.cda .testmark{background:#ffd166;color:#1e1e1e;font-weight:700;text-align:center;padding:.25rem}
.cda .sec,.cda .alerts,.cda .strip{border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;
margin:.8rem 0}
.cda .alerts{border:2px solid var(--red);background:var(--redground)}
.cda .alerts.calm{border-color:var(--soft);background:var(--mute)}
.cda .alerts ul{margin:.2rem 0 .6rem;padding-left:1.2rem}
.cda .alerts a,.cda a{color:var(--blue)}
.cda h2 .orig{font-size:.75em}
.cda .cols{columns:2 28rem;column-gap:.9rem}
.cda .cols>.sec{break-inside:avoid-column;margin:0 0 .8rem}
.cda .entries{list-style:none;margin:.4rem 0;padding:0}
.cda .entry{border-top:1px solid var(--line);padding:.5rem 0 .5rem .6rem;
border-left:.3rem solid transparent}
.cda .e-severe{border-left-color:var(--red)}
.cda .e-denied{border-left:.3rem double var(--soft);background:var(--mute)}
.cda .e-denied h3>:first-child{text-decoration:line-through}
.cda .e-muted{background:var(--mute);border-left-color:var(--line)}
.cda .e-absent{background:var(--mute)}
.cda dl{margin:.2rem 0;display:grid;gap:.1rem}
.cda dl>div{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.1rem .8rem}
.cda dt{color:var(--soft);font-size:.9375em}
.cda dd{margin:0}
.cda .entry dl{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem}
.cda .entry dl>div{display:block;max-width:100%}
.cda .entry dt,.cda .entry dd{display:inline}
.cda .entry dt::after{content:":"}
.cda .entry dl>div:has(.dose),.cda .entry dl>div:has(dl),.cda .entry dl>div.w{flex-basis:100%}
.cda .lead{margin:.3rem 0 .5rem}
.cda .undated{border-top:1px solid var(--line);padding:.4rem .6rem;color:var(--soft);font-weight:600}
.cda .brand{font-weight:400;font-style:normal}
.cda .dose{font-weight:700}
.cda .dose ol{margin:0;padding-left:1.2rem}
.cda .kind{font-weight:400;color:var(--soft)}
.cda .badge,.cda .st{display:inline-block;font-size:.8125em;font-weight:600;
border:1px solid currentColor;border-radius:.25rem;
padding:0 .35rem;margin-left:.2rem;color:var(--blue);background:var(--blueground);white-space:nowrap;
text-decoration:none}
.cda .b-severe{color:var(--red);background:#fff}
.cda .b-severe::before{content:"\\26A0\\00A0"}
.cda .b-denied,.cda .b-muted{color:var(--ink);background:#fff}
.cda .b-denied::before{content:"\\2715\\00A0"}
.cda .st-english_only,.cda .st-untranslated,.cda .st-approximate,.cda .st-raw,.cda .b-raw,
.cda .b-note{color:var(--amber);
background:var(--amberground)}
.cda .st-english_only::before{content:"EN\\00A0"}
.cda .st-untranslated::before{content:"\\2260\\00A0"}
.cda .st-approximate::before{content:"\\2248\\00A0"}
.cda .st-raw::before,.cda .b-raw::before{content:"?\\00A0"}
.cda .missing{color:var(--soft);font-style:italic}
.cda .nf{font-size:.8125em;text-decoration:none;border:1px solid var(--line);border-radius:.2rem;
padding:0 .2rem}
.cda .abs{font-weight:700}
.cda .warn{background:var(--amberground);color:var(--amber);border-left:.3rem solid currentColor;
padding:.4rem .6rem;margin:.4rem 0}
.cda .raw{background:var(--amberground);padding:.3rem .6rem;margin:.3rem 0;font-size:.9375em}
.cda .raw p,.cda .raw ul{margin:.1rem 0}
.cda code{font-size:.8125em}
.cda summary{cursor:pointer;color:var(--blue);min-height:1.5rem;padding:.15rem 0;font-size:.9375em}
.cda :focus-visible{outline:3px solid var(--blue);outline-offset:2px}
.cda table{border-collapse:collapse;width:100%;font-size:.875em;margin:.3rem 0}
.cda caption{text-align:left;color:var(--soft)}
.cda th,.cda td{border:1px solid var(--line);padding:.2rem .4rem;text-align:left;vertical-align:top}
.cda th{font-weight:600}
.cda .more,.cda .ntext{overflow-x:auto}
.cda .ntext{background:var(--mute);padding:.3rem .6rem}
.cda .skip{position:absolute;left:-999rem}
.cda .skip:focus{position:static}
@media (max-width:40rem){.cda dl>div{grid-template-columns:1fr}}
@media (prefers-reduced-motion:no-preference){.cda{scroll-behavior:smooth}}
@media print{
@page{size:A4;margin:12mm 12mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt}}
.cda{font-size:8.5pt;color:#000;background:#fff;max-width:none;padding:0}
.cda{display:table;table-layout:fixed;width:100%}
.cda .top{display:table-header-group;position:static;break-inside:avoid}
.cda main{display:table-row-group}
.cda .banner{color:#000;background:#fff;border:1pt solid #000}
.cda .testmark{background:#fff;border:1pt solid #000}
.cda .skip,.cda summary{display:none}
.cda details::details-content{content-visibility:visible;block-size:auto}
.cda .cols{columns:1}
.cda .more,.cda .ntext{overflow:visible}
.cda th,.cda td{overflow-wrap:anywhere;padding:.3mm .8mm;line-height:1.2}
.cda h2,.cda h3{break-after:avoid}
.cda tr,.cda dl>div{break-inside:avoid}
.cda *{background:#fff!important;color:#000!important}
}
"""
