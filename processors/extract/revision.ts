/** Of what extraction makes of the same input: raised when that changes. */
export const revision = 3;
