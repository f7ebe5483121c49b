/** What we use of sdp-transform 3, which ships no types. `parse` never throws on text; a number-like field comes as a number. */
declare module 'sdp-transform' {
  type Connection = { readonly version: number; readonly ip: string | number };
  type Attributes = {
    readonly connection?: Connection;
    readonly direction?: string;
  };
  export type ParsedMedia = Attributes & {
    readonly rtp: readonly {
      readonly payload: string | number;
      readonly codec: string | number;
      readonly rate?: string | number;
      readonly encoding?: string | number;
    }[];
    readonly fmtp: readonly { readonly payload: string | number; readonly config: string | number }[];
    readonly rtcp?: { readonly port: string | number; readonly address?: string | number };
    readonly ptime?: string | number;
  };
  export type ParsedSession = Attributes & {
    readonly version?: string | number;
    readonly media: readonly ParsedMedia[];
  };
  export function parse(sdp: string): ParsedSession;
}
