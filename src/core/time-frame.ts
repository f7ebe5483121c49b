/** When a rule applies. */
export type TimeFrame = { readonly type: 'always' };
