/** Of what everybody may see. What was opened with an organisation's credentials has that organisation's id. */
const everybody = 'public';

/** The visibilities of what an organisation may see. */
export function visibilitiesOf(organizationId: string): readonly string[] {
  return [everybody, organizationId];
}

export function isVisibleTo(organizationId: string, visibility: string): boolean {
  return visibility === everybody || visibility === organizationId;
}
