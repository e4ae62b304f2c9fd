// Bounds that all lists share: what one takes another cannot have.

/** How a reason begins for which a rule is an error that would be good in a list by itself. */
export const NO_ROOM = 'no room for';
