/**
 * How a page looks. What a mail client must not lose stands in the elements themselves; this sheet adds what they cannot
 * say: dark colours and narrow screens. Each colour of the elements has a class here.
 */
export const sheet = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
a{color:#17508f}
@media (max-width:480px){
.frame{padding:0!important}
.sheet{border-radius:0!important}
.inner{padding-left:16px!important;padding-right:16px!important}
.figure{display:inline-block!important;width:49%!important;box-sizing:border-box}
h1{font-size:22px!important}
.optional{display:none!important}
}
@media (prefers-color-scheme:dark){
.ground{background:#12161c!important}
.sheet{background:#1b2129!important;color:#e6eaf0!important}
.quiet{color:#a6b0be!important;fill:#a6b0be!important}
.line{border-color:#343d4a!important}
.tile{background:#232b36!important}
a{color:#8fbdf2!important}
.grid{stroke:#343d4a!important}
.bar{fill:#6ea8ea!important}
.band{fill:#26364a!important}
.hatch{stroke:#4c7099!important}
.mean{stroke:#f0a35e!important}
.split{stroke:#a6b0be!important}
}
@media print{.ground{background:#fff!important}}
`.trim();

const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

export const styles = {
  ground: `margin:0;padding:0;background:#eef1f5;${font}`,
  frame: 'padding:24px 12px',
  sheet: `width:100%;max-width:680px;background:#ffffff;color:#1c232c;border-radius:8px;${font};font-size:15px;line-height:1.45`,
  inner: 'padding:20px 28px',
  kicker: 'margin:0 0 4px;font-size:13px;color:#5a6472',
  title: 'margin:0;font-size:26px;line-height:1.2;font-weight:700;overflow-wrap:anywhere',
  heading: 'margin:0 0 10px;font-size:18px;line-height:1.3;font-weight:700',
  line: 'border-top:1px solid #e1e6ec',
  tile: 'background:#f3f6f9;border-radius:6px;padding:10px 12px',
  value: 'font-size:22px;line-height:1.2;font-weight:700',
  quiet: 'color:#5a6472;font-size:13px',
  table: 'width:100%;border-collapse:collapse;font-size:14px',
  head: 'text-align:start;font-weight:600;padding:4px 8px 4px 0;font-size:13px;color:#5a6472;vertical-align:bottom',
  headNumber:
    'text-align:end;font-weight:600;padding:4px 0 4px 12px;font-size:13px;color:#5a6472;vertical-align:bottom',
  cell: 'padding:5px 8px 5px 0;vertical-align:top;border-top:1px solid #e1e6ec;overflow-wrap:anywhere',
  number:
    'padding:5px 0 5px 12px;vertical-align:top;text-align:end;border-top:1px solid #e1e6ec;font-variant-numeric:tabular-nums;white-space:nowrap',
  item: 'margin:0 0 14px',
  itemTitle: 'font-weight:600;overflow-wrap:anywhere',
  paragraph: 'margin:0 0 10px',
} as const;
