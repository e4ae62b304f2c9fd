// The reason for rules beyond the bounds that all lists share.

/** The first words of the reason why a sound rule is refused: a table is full. */
export const NO_ROOM = 'no room for';
