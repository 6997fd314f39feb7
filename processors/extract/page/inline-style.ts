const noStyle = { display: '', visibility: '' };
const displayPattern = /(?:^|;)\s*display\s*:\s*([\w-]+)/i;
const visibilityPattern = /(?:^|;)\s*visibility\s*:\s*([\w-]+)/i;

/** What decides whether an element is shown, by its own style attribute; in lower case, empty where it says nothing. */
export function inlineStyle(style: string | undefined): { readonly display: string; readonly visibility: string } {
  return style === undefined
    ? noStyle
    : { display: declared(style, displayPattern), visibility: declared(style, visibilityPattern) };
}

function declared(style: string, pattern: RegExp): string {
  return pattern.exec(style)?.[1]?.toLowerCase() ?? '';
}
