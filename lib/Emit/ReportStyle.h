// The style sheet of the report.
#ifndef PENJING_LIB_EMIT_REPORTSTYLE_H
#define PENJING_LIB_EMIT_REPORTSTYLE_H

#include "llvm/ADT/StringRef.h"

namespace penjing {

inline constexpr llvm::StringLiteral kReportStyle = R"css(
:root { color-scheme: light dark;
  --page: #f6f5f1; --card: #ffffff; --ink: #22261f; --soft: #6a7066; --rule: #e3e2da; --track: #eeede6;
  --c0: #8a8f84; --c1: #c98a2b; --c2: #3f7fb5; --c3: #2f7d4f; --c4: #8a5aa8; --gone: #f0d9d0; --zero: #d9a58f; }
@media (prefers-color-scheme: dark) { :root {
  --page: #161815; --card: #1f221e; --ink: #e8e9e3; --soft: #9ba196; --rule: #33372f; --track: #2a2e28;
  --c0: #8f958a; --c1: #dba24a; --c2: #6aa5d8; --c3: #5bb381; --c4: #b58bd0; --gone: #3d2a24; --zero: #8a5643; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 16px 60px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 4px; } h2 { font-size: 20px; margin: 40px 0 12px; }
h3 { font-size: 16px; margin: 0 0 10px; } p { margin: 6px 0; } .soft { color: var(--soft); }
.grid2 { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); align-items: start; gap: 16px; }
.grid2 > *, .layers > * { min-width: 0; }
.card { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 16px; }
.keys { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(150px, 100%), 1fr)); gap: 12px; margin: 20px 0 0; }
.key b { display: block; font-size: 26px; line-height: 1.2; } .key span { color: var(--soft); font-size: 14px; }
svg { display: block; width: 100%; max-width: 520px; height: auto; }
svg text { font: 13px system-ui, sans-serif; fill: var(--ink); }
svg .value { text-anchor: end; font-weight: 600; } svg .tick { fill: var(--soft); font-size: 11px; }
svg .note { fill: var(--soft); font-size: 11px; font-weight: 400; }
svg .grid { stroke: var(--rule); } svg .track { fill: var(--track); } svg .rival { fill: var(--soft); opacity: .45; }
svg .path { fill: none; stroke: var(--soft); stroke-dasharray: 3 4; } svg .line { fill: none; stroke: var(--c3); stroke-width: 2; }
svg .v0 { fill: var(--c0); } svg .v1 { fill: var(--c1); } svg .v2 { fill: var(--c2); } svg .v3 { fill: var(--c3); } svg .v4 { fill: var(--c4); }
svg.parts { height: 14px; max-width: none; border-radius: 4px; }
.kept { fill: var(--c3); background: var(--c3); } .zero { fill: var(--zero); background: var(--zero); } .gone { fill: var(--gone); background: var(--gone); }
i.dot { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin: 0 5px 0 12px; } i.dot:first-child { margin-left: 0; }
.scroll { overflow-x: auto; padding: 0; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 9px 14px; text-align: right; white-space: nowrap; border-top: 1px solid var(--rule); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: 14px; } th:first-child, td:first-child { text-align: left; }
tbody th { font-weight: 600; } ol.way { margin: 0; padding: 0; list-style: none; } ol.way li { padding: 8px 0; border-top: 1px solid var(--rule); }
ol.way li:first-child { border-top: 0; } code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
.layers { display: grid; gap: 16px; } dl { display: flex; flex-wrap: wrap; gap: 10px 30px; margin: 12px 0 0; }
dt { color: var(--soft); font-size: 13px; } dd { margin: 0; font-weight: 600; white-space: nowrap; }
ul.remarks { margin: 12px 0 0; padding: 0; list-style: none; font-size: 14px; } ul.remarks li { padding: 3px 0 3px 22px; position: relative; }
ul.remarks li::before { position: absolute; left: 0; content: "·"; } li.passed::before { content: "✓" !important; color: var(--c3); }
li.missed::before { content: "–" !important; color: var(--c1); } .files code { display: inline-block; margin-right: 14px; }
)css";

} // namespace penjing

#endif // PENJING_LIB_EMIT_REPORTSTYLE_H
