"""Style and script of a report page, embedded in it: nothing is fetched when it is opened."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{--ink:#1f2933;--muted:#5f6b7a;--line:#d9dfe6;--soft:#f5f7f9;--link:#0b5c93;--ok:#0a6b46;--miss:#a8420a}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans","DejaVu Sans",Arial,sans-serif}
a{color:var(--link)}
.layout{display:grid;grid-template-columns:minmax(190px,240px) minmax(0,1fr);gap:0 44px;max-width:1360px;
margin:0 auto;padding:0 28px 64px}
header{grid-column:1/-1;padding:36px 0 20px;border-bottom:1px solid var(--line);margin-bottom:28px}
header h1{font-size:1.9rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em}
header .subtitle{font-size:1.08rem;color:var(--muted);margin:0;max-width:62rem}
header .made{font-size:.86rem;color:var(--muted);margin:12px 0 0}
nav.toc{position:sticky;top:18px;align-self:start;max-height:calc(100vh - 36px);overflow-y:auto;font-size:.9rem}
nav.toc summary{font-weight:600;cursor:pointer;padding:2px 0 6px}
nav.toc ol{list-style:none;margin:0;padding:0}
nav.toc ol ol{padding-left:12px;border-left:1px solid var(--line);margin:2px 0 4px 2px}
nav.toc a{display:block;padding:3px 0;color:var(--muted);text-decoration:none;overflow-wrap:anywhere}
nav.toc a:hover,nav.toc a:focus{color:var(--link);text-decoration:underline}
main{min-width:0}
section{margin:0 0 44px;scroll-margin-top:12px}
section section{margin:26px 0 30px}
h2{font-size:1.36rem;line-height:1.25;margin:0 0 10px;padding-bottom:6px;border-bottom:1px solid var(--line)}
h3{font-size:1.1rem;margin:0 0 8px}
h4{font-size:.95rem;margin:14px 0 0}
p{margin:0 0 12px;max-width:74ch;overflow-wrap:anywhere}
ul.list{margin:0 0 16px;padding-left:1.2em;max-width:78ch}
ul.list li{margin:3px 0;overflow-wrap:anywhere}
.about{background:var(--soft);border-left:4px solid #0072b2;padding:14px 18px;margin:0 0 30px;border-radius:2px}
.about p:last-child,.about dl:last-child{margin-bottom:0}
.about dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 16px;margin:6px 0 0;font-size:.93rem}
.about dt{font-weight:600}
.about dd{margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:12px;margin:0 0 30px}
.facts div{border:1px solid var(--line);border-radius:4px;padding:10px 14px}
.facts b{display:block;font-size:1.3rem;line-height:1.25;font-variant-numeric:tabular-nums;font-weight:600}
.facts span{display:block;color:var(--muted);font-size:.84rem;line-height:1.35}
figure{margin:18px 0 28px;break-inside:avoid}
figcaption{color:var(--muted);font-size:.9rem;max-width:84ch;margin-top:4px}
figcaption b{color:var(--ink)}
figure .files{font-size:.82rem;color:var(--muted);margin-top:2px}
figure .files a{margin-right:10px}
.plots{display:none;grid-template-columns:repeat(var(--columns),minmax(0,1fr));gap:4px 18px}
.scripts .plots{display:grid}
.plots>div{min-width:0}
.plots h4{margin:8px 0 0;padding-left:4px}
.plots h4 span{color:var(--muted);margin-right:4px}
.narrow .plots,.narrow .static{max-width:640px}
.keys{display:none;flex-wrap:wrap;gap:2px 8px;margin:0 0 2px}
.scripts .keys{display:flex}
.keys button{display:inline-flex;align-items:center;gap:7px;border:0;background:none;color:inherit;font:inherit;
font-size:.87rem;padding:3px 6px;border-radius:4px;cursor:pointer;text-align:left}
.keys button:hover,.keys button:focus-visible{background:var(--soft)}
.keys button[aria-pressed=false]{opacity:.4;text-decoration:line-through}
.keys svg{flex:none}
.plot{width:100%}
.static{max-width:100%;height:auto;display:block}
.scripts .static.swapped{display:none}
.scripts .failed .static.swapped{display:block}
.scripts .failed .plots,.scripts .failed .keys{display:none}
.picture{width:100%;max-width:940px;min-width:560px;height:auto;display:block}
.scroll{overflow-x:auto;margin:4px 0 22px}
table{border-collapse:collapse;font-size:.9rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums}
caption{text-align:left;font-weight:600;padding:0 0 6px}
th,td{padding:5px 14px 5px 8px;text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--ink);vertical-align:bottom;background:#fff;line-height:1.25}
thead .unit{display:block;font-weight:400;color:var(--muted);white-space:nowrap}
tbody tr:nth-child(even){background:var(--soft)}
tbody tr:last-child td{border-bottom:1px solid var(--line)}
.right{text-align:right;white-space:nowrap}
td:first-child{min-width:9.5rem}
.centre{text-align:center}
td .note{display:block;white-space:normal;max-width:24ch;margin-left:auto;color:var(--muted);font-size:.84rem}
td.left .note{margin-left:0;max-width:48ch}
td.ok{color:var(--ok)}
td.miss{color:var(--miss);font-weight:600}
td.bound{font-style:italic}
td.quiet{color:var(--muted)}
td.ok::before{content:"\\2713\\00a0"}
td.own{font-weight:600;background:#fdf3d7}
td.own .note{font-weight:400}
td.own:first-child::before{content:"\\25c6\\00a0"}
td.miss::before{content:"\\2717\\00a0"}
@media (max-width:860px){
.layout{display:block;padding:0 16px 40px}
header{padding-top:22px}
header h1{font-size:1.5rem}
nav.toc{position:static;max-height:none;border:1px solid var(--line);border-radius:4px;padding:8px 14px;
margin:0 0 22px}
.plots{grid-template-columns:minmax(0,1fr)}
.plots>div{grid-column:auto!important}
.about dl{grid-template-columns:minmax(0,1fr)}
.about dd{margin:0 0 6px}
}
@media print{
body{font-size:10pt}
.layout{display:block;max-width:none;padding:0}
nav.toc,.files{display:none}
.scripts .plots,.scripts .keys{display:none}
.scripts .static.swapped{display:block}
section{margin-bottom:20pt}
h2,h3,h4,thead{break-after:avoid}
tr{break-inside:avoid}
.scroll{overflow:visible}
a{color:inherit;text-decoration:none}
}
"""

SCRIPT: Final = """
(function () {
  var hover = window.matchMedia("(hover: hover)").matches;
  var config = {displaylogo: false, displayModeBar: hover ? "hover" : false, responsive: true,
    modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"], toImageButtonOptions: {format: "svg"}};
  var specs = {}, hidden = {};
  function spec(id) {
    if (!specs[id]) specs[id] = JSON.parse(document.getElementById(id + "-data").textContent);
    return specs[id];
  }
  function fail(el) { var f = el.closest("figure"); if (f) f.classList.add("failed"); }
  function link(el) {
    var id = el.dataset.figure;
    el.on("plotly_relayout", function (change) {
      if (el.dataset.busy || !el.dataset.linked) return;
      var wanted = {};
      if (change["xaxis.range[0]"] !== undefined)
        wanted = {"xaxis.range": [change["xaxis.range[0]"], change["xaxis.range[1]"]]};
      else if (change["xaxis.autorange"]) wanted = {"xaxis.autorange": true};
      else return;
      document.querySelectorAll('.plot[data-figure="' + id + '"]').forEach(function (other) {
        if (other === el || !other.dataset.drawn || other.dataset.busy) return;
        if (other.dataset.linked !== el.dataset.linked) return;
        other.dataset.busy = "1";
        el.dataset.busy = "1";
        Plotly.relayout(other, wanted).then(function () { delete other.dataset.busy; delete el.dataset.busy; });
      });
    });
  }
  function draw(el) {
    if (el.dataset.drawn) return;
    el.dataset.drawn = "1";
    try {
      var panel = spec(el.dataset.figure)[Number(el.dataset.panel)];
      panel.data.forEach(function (trace) {
        if ((hidden[el.dataset.figure] || {})[trace.name]) trace.visible = false;
      });
      Plotly.newPlot(el, panel.data, panel.layout, config).then(function () { link(el); },
        function () { fail(el); });
    } catch (problem) { fail(el); }
  }
  function toggle(button) {
    var figure = button.closest("figure"), name = button.dataset.name;
    var off = button.getAttribute("aria-pressed") === "true";
    (hidden[figure.id] = hidden[figure.id] || {})[name] = off;
    figure.querySelectorAll(".keys button").forEach(function (other) {
      if (other.dataset.name === name) other.setAttribute("aria-pressed", String(!off));
    });
    figure.querySelectorAll(".plot").forEach(function (el) {
      if (!el.dataset.drawn || !el.data) return;
      var rows = [];
      el.data.forEach(function (trace, place) { if (trace.name === name) rows.push(place); });
      if (rows.length) Plotly.restyle(el, {visible: !off}, rows);
    });
  }
  document.querySelectorAll(".keys button").forEach(function (button) {
    button.addEventListener("click", function () { toggle(button); });
  });
  var plots = Array.prototype.slice.call(document.querySelectorAll(".plot"));
  if (typeof Plotly === "undefined") { plots.forEach(fail); return; }
  var queue = [];
  function next() {
    var el = queue.shift();
    if (!el) return;
    draw(el);
    if (queue.length) setTimeout(next, 0);
  }
  function want(el) { queue.push(el); if (queue.length === 1) setTimeout(next, 0); }
  if ("IntersectionObserver" in window) {
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { seen.unobserve(entry.target); want(entry.target); }
      });
    }, {rootMargin: "900px 0px"});
    plots.forEach(function (el) { seen.observe(el); });
  } else plots.forEach(want);
  // A page of ordinary length is drawn to its end while the reader is at its beginning.
  if (plots.length <= 48) setTimeout(function () { plots.forEach(want); }, 1500);
  if (window.matchMedia("(max-width: 860px)").matches) {
    var toc = document.querySelector("nav.toc details");
    if (toc) toc.removeAttribute("open");
  }
})();
"""
