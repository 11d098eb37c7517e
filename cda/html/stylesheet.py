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
.cda .top{display:contents}
.cda .stick{position:sticky;top:0;z-index:2;margin:0 -1rem}
.cda .banner{background:#13283f;color:#fff;padding:.6rem 1rem;
line-height:1.5}
.cda .banner .st,.cda .banner .missing,.cda .banner .nf{color:#fff;background:none;border-color:#fff}
.cda .testmark{background:#ffd166;color:#1e1e1e;font-weight:700;text-align:center;padding:.25rem}
.cda .sec,.cda .alerts{border:1px solid var(--line);border-radius:.4rem;padding:.7rem .9rem;
margin:.8rem 0}
.cda .alerts{border:2px solid var(--red);background:var(--redground)}
.cda .alerts.calm{border-color:var(--soft);background:var(--mute)}
.cda .alerts ul{margin:.2rem 0 .6rem;padding-left:1.2rem}
.cda .strip{margin:.6rem 0 .2rem;font-size:.9375em}
.cda .view{margin:.2rem 0 .6rem}
.cda .view input{width:1.5rem;height:1.5rem;vertical-align:middle}
.cda .gaps ul{columns:3 16rem;margin:.2rem 0;padding-left:1.2rem}
.cda .gaps li,.cda .alerts li{padding:.1rem 0}
.cda .alerts a,.cda a{color:var(--blue)}
.cda h2 .orig{font-size:.75em}
.cda .cols{columns:2 28rem;column-gap:.9rem}
.cda .cols>.sec{break-inside:avoid-column;margin:0 0 .8rem}
.cda .entries{list-style:none;margin:.4rem 0;padding:0}
.cda .entry{border-top:1px solid var(--line);padding:.5rem 0 .5rem .6rem;
border-left:.3rem solid transparent}
.cda .e-severe{border-left-color:var(--red)}
.cda .e-denied{border-left:.3rem double var(--soft);background:var(--mute)}
.cda h3.t-denied>:first-child{text-decoration:line-through}
.cda .e-muted{background:var(--mute);border-left-color:var(--line)}
.cda .e-absent{background:var(--mute)}
.cda dl{margin:.2rem 0;display:grid;gap:.1rem}
.cda dl>div{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,1fr);gap:.1rem .8rem}
.cda dt{color:var(--soft);font-size:.9375em}
.cda dd{margin:0;overflow-wrap:anywhere}
.cda .entry dl{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem}
.cda .entry dl>div{display:block;max-width:100%}
.cda .entry dt,.cda .entry dd{display:inline}
.cda .entry dt::after{content:":"}
.cda .entry dl>div:has(.dose),.cda .entry dl>div:has(dl),.cda .entry dl>div.w{flex-basis:100%}
.cda .entry dd dl{margin:.1rem 0 .3rem;padding-left:.6rem;border-left:.15rem solid var(--line)}
.cda .paper{display:none}
.cda .lead{margin:.3rem 0 .5rem}
.cda .undated{border-top:1px solid var(--line);padding:.4rem .6rem;color:var(--soft);font-weight:600}
.cda .brand{font-weight:400;font-style:normal}
.cda .dose{font-weight:700}
.cda .dose ul{margin:0;padding-left:1.2rem}
.cda .kind{font-weight:400;color:var(--soft)}
.cda .badge,.cda .st{display:inline-block;font-size:.8125em;font-weight:600;
border:1px solid currentColor;border-radius:.25rem;
padding:0 .35rem;color:var(--blue);background:var(--blueground);white-space:nowrap;
text-decoration:none}
.cda .b-severe{color:var(--red);background:#fff}
.cda .b-severe::before{content:"\\26A0\\00A0"}
.cda .b-denied,.cda .b-muted{color:var(--ink);background:#fff}
.cda .b-denied::before{content:"\\2715\\00A0"}
.cda .st-english_only,.cda .st-untranslated,.cda .st-unmapped,.cda .st-approximate,.cda .st-raw,.cda .b-raw,
.cda .b-note{color:var(--amber);
background:var(--amberground)}
.cda .st-translated{color:var(--ink);background:#fff;border-color:var(--line);font-weight:400}
.cda .st-translated::before{content:"\\2713\\00A0"}
.cda .st-mapped::before{content:"\\2192\\00A0"}
.cda .st-unmapped::before{content:"\\2691\\00A0"}
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
.cda .heads{display:none;margin:.2rem 0;font-weight:600;color:var(--soft)}
.cda:has(#side:checked) .cols{columns:1}
.cda:has(#side:checked) .entry,.cda:has(#side:checked) .heads{display:grid;column-gap:1rem;
grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.cda:has(#side:checked) .entry>*{grid-column:1}
.cda:has(#side:checked) .entry>.more{grid-column:2;grid-row:1/span 60;border-left:1px solid var(--line);
padding-left:.8rem}
.cda:has(#side:checked) .entry>.undated{grid-column:1/3}
.cda:has(#side:checked) :is(.more,.narr)::details-content{content-visibility:visible;block-size:auto}
.cda:has(#side:checked) .entry>.more>summary,.cda:has(#side:checked) .more caption,
.cda:has(#side:checked) .more thead,.cda:has(#side:checked) .more th small+b,
.cda:has(#side:checked) .more td:nth-child(n+4){display:none}
.cda:has(#side:checked) .more :is(table,tbody,tr,th,td){display:block;border:0;padding:0}
.cda:has(#side:checked) .more :is(th,td,small){display:inline;font-weight:400;vertical-align:baseline}
.cda:has(#side:checked) .more td+td::before,.cda:has(#side:checked) .more th+td::before{content:" "}
.cda:has(#side:checked) .more dl{font-size:.875em}
.cda:has(#side:checked) .more th small::after{content:": "}
.cda:has(#side:checked) .more td+td{color:var(--soft);font-size:.875em}
.cda .skip{position:absolute;left:-999rem}
.cda .skip:focus{position:static}
@media (max-width:40rem){
.cda dl>div{grid-template-columns:minmax(0,1fr)}
.cda h1{font-size:1.25em}
.cda .cols{columns:1}
.cda:has(#side:checked) .entry{display:block}
.cda:has(#side:checked) .heads{display:none}
.cda:has(#side:checked) .entry>.more{border-left:.3rem solid var(--line)}
}
@media (prefers-reduced-motion:no-preference){.cda{scroll-behavior:smooth}}
@media print{
@page{size:A4;margin:10mm 11mm 14mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:8pt}}
.cda{font-size:8pt;line-height:1.3;color:#000;background:#fff;max-width:none;padding:0;display:table;
table-layout:fixed;width:100%}
.cda .top{display:table-header-group;break-inside:avoid}
.cda .stick{position:static;margin:0;break-inside:avoid}
.cda .banner{color:#000;background:#fff;border:1pt solid #000;padding:1mm 2mm}
.cda .testmark{background:#fff;border:1pt solid #000;border-bottom:0;padding:0}
.cda .source{margin:.5mm 0 2mm}
.cda main{display:table-row-group}
.cda h1{font-size:13pt;margin:1mm 0}
.cda h2{font-size:10.5pt}
.cda .paper{display:block}
.cda .skip,.cda .view,.cda .count,.cda .file,.cda .gaps{display:none}
.cda .entry>.more>summary,.cda .sec>.more>summary{display:none}
.cda details::details-content{content-visibility:visible;block-size:auto}
.cda .cols{columns:auto}
.cda .cols>.sec{break-inside:auto;margin:1.5mm 0}
.cda .sec,.cda .alerts{padding:1.2mm 2mm;margin:1.5mm 0;border-radius:0}
.cda .alerts ul{margin:0}
.cda .warn,.cda .note{margin:.6mm 0;padding:.4mm 1.5mm}
.cda .entries{margin:.6mm 0}
.cda .heads,.cda .entry{display:grid;column-gap:3mm;grid-template-columns:minmax(0,10fr) minmax(0,9fr)}
.cda .heads{margin:0;font-size:6.5pt}
.cda .entry{padding:.8mm 0 .8mm 1.5mm;break-inside:avoid}
.cda .entry>*{grid-column:1}
.cda .entry>.more{grid-column:2;grid-row:1/span 60;border-left:.3pt solid #888;padding-left:1.5mm}
.cda .entry dl{gap:0 2.5mm}
.cda .more,.cda .ntext{overflow:visible;font-size:6.5pt;line-height:1.2}
.cda .more *{font-size:6.5pt}
.cda .more caption,.cda .more thead,.cda .more th small+b,.cda .more td:nth-child(n+4){display:none}
.cda .more :is(table,tbody,tr,th,td,dl,dl>div,dt,dd){display:inline;border:0;padding:0;margin:0;
font-weight:400;vertical-align:baseline}
.cda .more td::before{content:" "}
.cda .more th small::after,.cda .more dt::after{content:":"}
.cda .more tr:not(:last-child)::after,.cda .more dl>div:not(:last-child)::after{content:" \\00B7  "}
.cda .more table+dl::before{content:" \\00B7  "}
.cda .narr>summary{font-size:6.5pt;min-height:0;padding:0}
.cda .ntext{padding:0 1mm}
.cda .ntext table{font-size:6.5pt;margin:.3mm 0}
.cda .ntext p{margin:.2mm 0}
.cda th,.cda td{overflow-wrap:anywhere;padding:.1mm .6mm;line-height:1.15}
.cda h2,.cda h3,.cda .heads{break-after:avoid}
.cda tr,.cda dl>div{break-inside:avoid}
.cda #om dl>div{grid-template-columns:36mm 1fr}
.cda *{background:#fff!important;color:#000!important}
}
"""
