//! All there is of style; it stands in each page, which loads nothing.

/// Each colour has the contrast that WCAG 2.1 AA asks for, in the light and in the dark: 4.5 of words, 3 of lines that
/// say where the focus is.
pub(crate) const STYLE: &str = ":root{color-scheme:light dark;--ink:#1c1e21;--faint:#5a5f66;--ground:#fff;--line:#dcdfe3;\
    --bad:#b3261e;--good:#146c43;--link:#174ea6;--act:#1f5fbf}\
    @media(prefers-color-scheme:dark){:root{--ink:#f1f2f4;--faint:#b4b8be;--ground:#1b1d20;--line:#3b3f45;--bad:#ff9b8f;\
    --good:#6fd3a0;--link:#9cc4ff;--act:#1f5fbf}}\
    *{box-sizing:border-box}\
    body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:60rem;margin:0 auto;\
    padding:1rem 1rem 3rem;overflow-wrap:break-word}\
    h1{font-size:1.5rem;line-height:1.25;margin:.6em 0 .4em}h2{font-size:1.15rem;margin:1.8em 0 .4em}\
    p,ul{max-width:44rem}ul{padding-left:1.2em}a{color:var(--link)}a,td,.rows{overflow-wrap:anywhere}\
    :focus-visible{outline:3px solid var(--link);outline-offset:2px}\
    nav{display:flex;flex-wrap:wrap;gap:0 1.3em;border-bottom:1px solid var(--line)}\
    nav>*{padding:.5em 0;border-bottom:3px solid transparent}nav>b{border-color:var(--link)}nav>a{text-decoration:none}\
    button{font:inherit;font-weight:bold;padding:.6em 1.1em;border:1px solid var(--act);border-radius:.4em;\
    background:var(--act);color:#fff;cursor:pointer}\
    button.quiet{font-weight:normal;padding:.35em .9em;border-color:var(--line);background:none;color:var(--link)}\
    label{display:block;max-width:44rem}\
    input{display:block;width:100%;margin:.3em 0 .8em;padding:.55em;font:inherit;color:inherit;background:var(--ground);\
    border:1px solid var(--faint);border-radius:.4em}\
    details,.said{border-top:1px solid var(--line);margin:0;max-width:44rem}.said{padding:.55em 0}\
    summary{cursor:pointer;padding:.55em 0}\
    .rows{list-style:none;margin:0;padding:0;max-width:none}.rows>li{border-top:1px solid var(--line);padding:.6em 0}\
    .bad{color:var(--bad)}.good{color:var(--good)}.small{color:var(--faint);font-size:.85em}\
    .rows details{border:0}.rows summary{padding:.3em 0}.figure{font-size:1.15rem;font-weight:bold}\
    meter{display:block;width:100%;max-width:24rem;height:1.1rem}\
    footer{margin-top:2.5em;border-top:1px solid var(--line);padding-top:.6em}\
    table{border-collapse:collapse;width:100%;font-size:.9em}th{text-align:left}\
    th,td{padding:.35em .8em .35em 0;vertical-align:top;border-top:1px solid var(--line)}thead th{border:0}\
    @media(min-width:44rem){.rows>li{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,3fr);column-gap:1.5rem}}\
    @media(max-width:36rem){thead{display:none}.of,.of tbody,.of tr,.of td{display:block}\
    .of tr{border-top:1px solid var(--line);padding:.4em 0}.of td{border:0;padding:.05em 0}\
    .of td::before{content:attr(data-of) \" \";color:var(--faint)}}";

/// What lets a browser use it, and nothing else that somebody may have got into the page. A test compares
/// the two.
pub(crate) const STYLE_HASH: &str = "sha256-SY3XOYTusJf3FtSiouz/1GfQ7nSkvbdGNSy+RTALZzU=";
