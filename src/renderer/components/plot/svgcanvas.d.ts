declare module 'svgcanvas' {
  /** A 2-D context that records an SVG document. */
  export class Context {
    constructor(options: { width: number; height: number; document?: Document });
    getSerializedSvg(fixNamedEntities?: boolean): string;
  }
}
