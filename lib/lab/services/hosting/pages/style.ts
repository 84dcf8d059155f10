/** The look of the site's pages: one style sheet, light and dark, for narrow panes and wide ones. */
export const STYLE = `
:root{color-scheme:light dark;--text:light-dark(#1f2328,#e6edf3);--soft:light-dark(#59636e,#9aa4ae);--line:light-dark(#d1d9e0,#3d444d);--ground:light-dark(#fff,#0d1117);--raised:light-dark(#f6f8fa,#161b22);--link:light-dark(#0550ae,#79b8ff);--go:light-dark(#1a7f37,#238636);--bad:light-dark(#b3261e,#ff8a80);--added:light-dark(#dafbe1,#12351f);--removed:light-dark(#ffebe9,#4a1b1f)}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
.bar{background:var(--raised);border-bottom:1px solid var(--line);padding:.6rem 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center}
.bar strong a{color:var(--text)}.bar .who{margin-left:auto;color:var(--soft)}
main{max-width:64rem;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;margin:.5rem 0 1rem;font-weight:600}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}
.tabs{display:flex;flex-wrap:wrap;gap:.25rem 1rem;border-bottom:1px solid var(--line);margin:0 0 1rem;padding:0;list-style:none}
.tabs a{display:block;padding:.35rem .1rem;color:var(--text)}.tabs a[aria-current]{border-bottom:2px solid var(--link);font-weight:600}
.soft{color:var(--soft)}.small{font-size:.86rem}
.badge{border:1px solid var(--line);border-radius:1rem;padding:0 .5rem;font-size:.78rem;color:var(--soft);font-weight:400;vertical-align:middle;display:inline-block;white-space:nowrap}
.badge[data-open]{color:var(--bad);border-color:currentColor}
.box{border:1px solid var(--line);border-radius:6px;margin:0 0 1rem;overflow:hidden}
.box>header{background:var(--raised);padding:.5rem .75rem;border-bottom:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline}
.box>.in{padding:.75rem}.box>header:last-child{border-bottom:0}
ul.rows{list-style:none;margin:0;padding:0}ul.rows>li{padding:.5rem .75rem;border-top:1px solid var(--line);display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline}
ul.rows>li:first-child{border-top:0}ul.rows .grow{flex:1 1 14rem;min-width:0}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.86em}
pre{margin:0;overflow-x:auto;overflow-wrap:normal;padding:.75rem;background:var(--raised)}
pre code{font-size:1em}.readme pre{border-radius:6px;margin:.75rem 0}.readme :first-child{margin-top:0}.readme table{border-collapse:collapse}.readme td,.readme th{border:1px solid var(--line);padding:.25rem .6rem}
.readme blockquote{margin:0;padding-left:.75rem;border-left:4px solid var(--line);color:var(--soft)}
.code{overflow-x:auto}.code table{border-collapse:collapse;width:100%;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.82rem;line-height:1.45}
.code td{padding:0 .75rem;white-space:pre;overflow-wrap:normal}.code td.n{color:var(--soft);text-align:right;padding:0 .5rem;user-select:none;width:1%}
.code tr.add td{background:var(--added)}.code tr.del td{background:var(--removed)}.code tr.hunk td{background:var(--raised);color:var(--soft);padding-block:.2rem}
form.stack{display:grid;gap:.75rem;max-width:38rem}form.stack p{margin:0}form.choice{display:flex;flex-wrap:wrap;gap:.75rem}.whole{white-space:nowrap}label{display:grid;gap:.2rem;font-weight:600}label.check{display:flex;gap:.5rem;font-weight:400;align-items:baseline}
input,select,textarea,button,.button{font:inherit;color:inherit}input:not([type=checkbox]):not([type=radio]),select,textarea{width:100%;font-weight:400;padding:.4rem .55rem;border:1px solid var(--line);border-radius:6px;background:var(--ground)}
textarea{min-height:6rem;font-family:ui-monospace,monospace;font-size:.86rem}
button,.button{display:inline-block;padding:.4rem .9rem;border:1px solid var(--line);border-radius:6px;background:var(--raised);cursor:pointer;justify-self:start;font-weight:600}
button.go,.button.go{background:var(--go);border-color:transparent;color:#fff}button.danger,.button.danger{color:var(--bad)}.button:hover{text-decoration:none}
form.inline{display:inline}
form.switch{display:flex;gap:.5rem;align-items:center;flex-wrap:wrap;margin:0 0 .75rem}form.switch select{width:auto}
.notice{border-left:4px solid var(--go);background:var(--raised);padding:.5rem .75rem;margin:0 0 1rem}.notice.error{border-color:var(--bad)}.notice pre{white-space:pre-wrap;overflow-wrap:anywhere}
.clone{display:grid;gap:.4rem;grid-template-columns:auto 1fr;align-items:center}
details summary{cursor:pointer}form.stack+details{margin-top:.75rem}
@media (max-width:30rem){main{padding:.75rem}.code td{padding:0 .4rem}}
`;
