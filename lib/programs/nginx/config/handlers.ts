/** What each directive does, by name; "@upstream" marks those of upstream blocks. */

import { completeHttp } from "./complete.ts";
import type { Block, Cycle, Directive, DirectiveHandler } from "./cycle.ts";
import { accessDirectives } from "./handlers-access.ts";
import { headerDirectives } from "./handlers-headers.ts";
import { listenDirectives } from "./handlers-listen.ts";
import { locationDirectives } from "./handlers-location.ts";
import { mainDirectives } from "./handlers-main.ts";
import { afterMap, mapDirectives } from "./handlers-maps.ts";
import { proxyDirectives } from "./handlers-proxy.ts";
import { rewriteDirectives } from "./handlers-rewrite.ts";
import { afterUpstream, upstreamDirectives } from "./handlers-upstream.ts";

export const handlers: {
  readonly directives: Readonly<Record<string, DirectiveHandler | undefined>>;
  /** Run when a block has been read, by its name. */
  readonly after: Readonly<Record<string, ((directive: Directive, block: Block, cycle: Cycle) => void) | undefined>>;
} = {
  directives: {
    ...mainDirectives,
    ...listenDirectives,
    ...locationDirectives,
    ...headerDirectives,
    ...accessDirectives,
    ...rewriteDirectives,
    ...proxyDirectives,
    ...upstreamDirectives,
    ...mapDirectives,
  },
  after: { http: (_directive, _block, cycle) => completeHttp(cycle), upstream: afterUpstream, ...afterMap },
};
